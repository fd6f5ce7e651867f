import Testing

@testable import mqsh

/// How entries are taken apart.
@Suite("entries of the prompt") struct PromptEntryTests {
  private func entry(_ text: String) -> PromptEntry? {
    PromptEntry(text) { ["sqrt", "lsq"].contains($0) }
  }

  @Test("blanks alone are none")
  func empty() {
    #expect(entry("") == nil)
    #expect(entry(" \n\t ") == nil)
  }

  @Test(
    "questions become calls of help and apropos",
    arguments: [
      ("?", "help()"), ("??", "help()"), ("?sqrt", "help(\"sqrt\", short: true)"),
      (" ? sqrt ", "help(\"sqrt\", short: true)"), ("??sqrt", "help(\"sqrt\")"),
      ("?sqrt(2)", "help(\"sqrt\", short: true)"), ("?sqr", "apropos(\"sqr\")"),
      ("?*Observer", "apropos(\"*Observer\")"), ("?sqrt*", "apropos(\"sqrt*\")"),
      ("?square root", "apropos(\"square root\")"), ("?sqrt x", "apropos(\"sqrt x\")"),
      ("?a\"b\\(c", "apropos(\"ab(c\")"),
    ])
  func questions(text: String, code: String) { #expect(entry(text) == .code(code)) }

  @Test(
    "a bar and a mark outside of strings and comments start a program",
    arguments: [
      ("x |! less", "x ", "less"), ("x|!less", "x", "less"), ("x | ! less -S", "x ", "less -S"),
      ("\"|! a\" |! b", "\"|! a\" ", "b"), ("x |! sort | head |! y", "x ", "sort | head |! y"),
      ("x |! grep \"a", "x ", "grep \"a"), ("f(\"\\(1 + 2)\") |!", "f(\"\\(1 + 2)\") ", ""),
    ])
  func pipes(text: String, code: String, program: String) {
    #expect(entry(text) == .piped(code: code, program: program))
  }

  @Test(
    "everything else is code as it stands",
    arguments: [
      "1 + 2", " x |> f", "# x |! y", "\"a |! b\"", "exit(1)", "a |", "\"\"\"\n:x\n\"\"\"",
    ])
  func code(text: String) { #expect(entry(text) == .code(text)) }

  @Test("words and commands leave, and a mark means at once")
  func leaving() {
    #expect(entry("exit") == .leave(isForced: false))
    #expect(entry(" quit! ") == .leave(isForced: true))
    #expect(entry("exit_code") == .code("exit_code"))
    #expect(entry(":quit!") == .command(name: "quit", isForced: true, operand: ""))
  }

  @Test("commands and programs have an operand")
  func commands() {
    #expect(entry(":load a b.mq ") == .command(name: "load", isForced: false, operand: "a b.mq"))
    #expect(entry(":") == .command(name: "", isForced: false, operand: ""))
    #expect(entry("! ls -l ") == .shell("ls -l"))
  }

  @Test(
    "only the code of an entry can go on",
    arguments: [
      (":time f(", 5..<8), (":load f(", nil), ("?f(", nil), ("!f(", nil), ("f( |! g(", 0..<3),
      ("  f(", 0..<4),
    ])
  func codeRange(text: String, range: Range<Int>?) {
    #expect(PromptEntry.codeRange(of: Array(text.utf8)) == range)
  }

  @Test("every command has its own names, and a line of help that fits a window")
  func catalog() {
    let names = PromptCommand.all.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
    #expect(PromptCommand.all.allSatisfy { $0.summary.count < 55 && $0.summary.hasSuffix(".") })
  }
}

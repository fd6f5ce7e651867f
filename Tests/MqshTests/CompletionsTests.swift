import Foundation
import Testing

@testable import Interpreter
@testable import mqsh

@Suite("completions") struct CompletionsTests {
  @Test(
    "the last word of a command line becomes what can stand there",
    arguments: [
      (["--f"], ["--format"]), (["--format", "j"], ["json", "jsonl"]),
      (["--format=j"], ["--format=json", "--format=jsonl"]),
      (["--color", ""], ["auto", "always", "never"]),
      (["--threads", ""], []), (["-c", ""], []), (["h"], ["help", "*.mq"]),
      (["--quiet", "h"], ["help", "*.mq"]),
      (["help", "lsq"], ["lsq", "lsq_plus"]), (["grammar", "v"], ["vim"]),
      (["fmt", "--c"], ["--check"]),
      (["fmt", "x"], ["*.mq"]), (["check", "x"], ["*.mq"]), (["completions", "z"], ["zsh"]),
      (
        ["a.mq", "--"], ["--epochs", "--fast", "--verbose", "--no-verbose", "--net_work", "--help"]
      ), (["a.mq", "--e"], ["--epochs"]),
      (["a.mq", "--epochs", "3", "--f"], ["--fast"]), (["a.mq", "--epochs=3", "--e"], []),
      (["a.mq", "--fast", ""], ["*"]), (["a.mq", "--net_work", ""], ["a", "b"]),
      (["a.mq", "--net-work=b"], ["--net-work=b"]), (["a.mq", "--no-verbose", "--v"], []),
      (["a.mq", "--bogus", ""], ["*"]), (["a.mq", "--fast", "true", "--f"], []),
      (["a.mq", "--epochs", "--f"], ["--fast"]), (["a.mq", "--fast=t"], ["--fast=true"]),
      (["a.mq", "--epochs", ""], ["*"]), (["a.mq", "--epochs=x"], ["=*"]), (["a.mq", "x"], ["*"]),
      (["a.mq", "--", "--e"], []), (["a.mq", "--", ""], ["*"]), (["b.mq", "--"], ["--help"]),
      (["-c", "text", "--e"], ["--epochs"]), (["-c", "text", "--form"], ["--format"]),
      (["-c", "text", "--epochs", "1", "--form"], []), (["-ic", "text", "--e"], ["--epochs"]),
      (["-i", "a.mq", "--e"], ["--epochs"]), (["-", "--"], ["--help"]),
      (["--allow-read", "x"], ["*"]), (["--allow-read=x"], ["=*"]), (["fmt", "--check=x"], []),
      (["fmt", "a.mq", "--"], ["--check", "--help"]), (["plan", "--n"], ["--no-time"]),
      (["plan", "--format", "j"], ["json", "jsonl"]), (["plan", "--no-time", "x"], ["*.mq"]),
      (["plan", "a.mq", "--e"], ["--epochs"]), (["check", "--"], []),
    ] as [([String], [String])])
  func words(words: [String], expected: [String]) {
    #expect(completed(words) == expected)
  }

  @Test("an empty command line offers the commands and scripts")
  func commands() {
    #expect(completed([""]) == Subcommand.all.map(\.name) + ["*.mq"])
    #expect(completed([]) == completed([""]))
    #expect(completed(["help", ""]) == BuiltinCatalog.all.map(\.name))
  }

  @Test("the parser describes the options that stand in front of a script")
  func optionTable() {
    let table = OptionTable(Options.self)
    let names = table.options.filter { $0.takesValue && $0.names.last != "-c" }.flatMap(\.names)
    #expect(Set(names) == Options.valueNames)
    #expect(table.option(for: "--version") != nil && table.option(for: "-i")?.takesValue == false)
    #expect(table.options.allSatisfy { !$0.summary.isEmpty })
  }

  @Test("mqsh answers with a word, a tab and what it is for, and never runs the script")
  func answers() throws {
    let folder = try Folder()
    let script = try folder.file(
      "a.mq", "let n = param(\"n\", 3, help: \"how\tmany\")\nsave(\"x\", \"ran.txt\")\nn[")
    let broken = try Command.run(["completions", "words", script, "--n"], folder: folder)
    #expect(broken.code == 0 && broken.output.isEmpty && broken.talk.isEmpty)
    _ = try folder.file(
      "a.mq", "let n = param(\"n\", 3, help: \"how\tmany\")\nsave(\"x\", \"ran.txt\")")
    let result = try Command.run(["completions", "words", script, "--n"], folder: folder)
    #expect(result.code == 0 && result.output == "--n\thow many (3)\n" && result.talk.isEmpty)
    let files = try Command.run(["completions", "words", "fmt", ""], folder: folder)
    #expect(files.output == "\tmq\n")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/ran.txt"))
  }

  @Test("a pipe in the place of a script is not waited for")
  func pipe() throws {
    let folder = try Folder()
    let path = folder.path + "/pipe.mq"
    #expect(mkfifo(path, 0o600) == 0)
    let result = try Command.run(["completions", "words", path, "--"], folder: folder)
    #expect(result.output == "--help\tLists the parameters.\n")
  }

  @Test("there are three shells", arguments: [[], ["tcsh"], ["bash", "zsh"]])
  func usage(words: [String]) throws {
    let result = try Command.run(["completions"] + words)
    #expect(result.code == 2 && result.output.isEmpty && result.talk.contains("'zsh'"))
  }

  @Test("bash completes words, values behind '=', parameters, and paths with spaces")
  func bash() throws {
    let lines = try complete(
      """
      source <(PROGRAM completions bash) || exit
      compopt() { :; }
      complete_words() {
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _mqsh
        (IFS=,; echo "${COMPREPLY[*]}")
      }
      complete -p mqsh
      complete_words PROGRAM --format j
      complete_words PROGRAM --format = j
      complete_words PROGRAM --format =
      complete_words PROGRAM train
      complete_words PROGRAM train.mq --
      complete_words PROGRAM 'two\\ words.mq' --f
      complete_words PROGRAM '"two words.mq"' --epochs 1 --e
      complete_words PROGRAM train.mq --fast = t
      complete_words PROGRAM train.mq --epochs = note
      complete_words PROGRAM note
      complete_words PROGRAM fmt two
      complete_words PROGRAM help lsq_
      """, shell: "/bin/bash")
    #expect(
      lines == [
        "complete -F _mqsh mqsh", "json,jsonl", "json,jsonl",
        "table,box,csv,tsv,json,jsonl,md,latex",
        "train.mq",
        "--epochs,--fast,--help", "--fast", "", "true", "notes.txt", "", "two words.mq", "lsq_plus",
      ])
  }

  @Test(
    "fish completes words, values behind '=', parameters, and paths with spaces",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/fish"), "needs fish"))
  func fish() throws {
    let lines = try complete(
      """
      PROGRAM completions fish | source
      function complete_words
        echo (string join -- , (complete -C "$argv" | string replace -r '\\t.*' ''))
      end
      complete_words "mqsh --format j"
      complete_words "mqsh --format=j"
      complete_words "mqsh train"
      complete_words "mqsh train.mq --"
      complete_words "mqsh two\\\\ words.mq --f"
      complete_words "mqsh train.mq --fast=t"
      complete_words "mqsh train.mq --epochs=note"
      complete_words "mqsh train.mq --epochs note"
      complete_words "mqsh help lsq_"
      """, shell: "/usr/bin/fish")
    #expect(
      lines == [
        "json,jsonl", "--format=json,--format=jsonl", "train.mq", "--epochs,--fast,--help",
        "--fast",
        "--fast=true", "--epochs=notes.txt", "notes.txt", "lsq_plus",
      ])
  }

  // MARK: - Parts

  /// What the last word becomes, written short: paths are `*`, `*.mq`, and `=*` behind an option.
  private func completed(_ words: [String]) -> [String] {
    let text = """
      let a = param("epochs", 3, help: "of training")
      let b = param("fast", false)
      let c = param("verbose", true)
      let d = param("net_work", "a", choices: ["a", "b"])
      """
    let session = Session(.init(output: SessionOutput(write: { _ in }, talk: { _ in })))
    let parameters = session.parameters(of: Array(text.utf8), name: "")
    let completion = CommandLineCompletion(
      parametersOfFile: { $0 == "a.mq" ? parameters : nil },
      parametersOfText: { $0 == "text" ? parameters : nil })
    return completion.choices(words).map { choice in
      switch choice {
      case .word(let word, _): word
      case .files(let suffix): suffix.map { "*.\($0)" } ?? "*"
      case .filesOfOption: "=*"
      }
    }
  }

  /// Runs a text in a shell, in a folder with two scripts and a text.
  private func complete(_ text: String, shell: String) throws -> [String] {
    let folder = try Folder()
    let script = "let a = param(\"epochs\", 3)\nlet b = param(\"fast\", false)\n"
    for name in ["train.mq", "two words.mq"] { _ = try folder.file(name, script) }
    _ = try folder.file("notes.txt", "")
    let file = try folder.file(".text", text.replacing("PROGRAM", with: Command.path))
    let bin = URL(fileURLWithPath: Command.path).deletingLastPathComponent().path
    let result = try Command.run(
      [file], environment: ["PATH": "\(bin):/usr/bin:/bin", "HOME": folder.path], program: shell,
      folder: folder)
    #expect(result.code == 0 && result.talk.isEmpty, "\(result.talk)")
    return result.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map(String.init)
  }
}

import Testing

@testable import Lang

/// What people write who come from other languages, and the help that they get.
@Suite("Habits of other languages") struct HabitTests {
  private static let builtins = testBuiltins + ["string", "reduce", "tensorrt"]

  /// Code and help of the only finding on a text.
  private func finding(_ text: String) -> String {
    var sources = SourceMap()
    let source = sources.add(name: "t.mq", bytes: Array(text.utf8))
    do throws(Diagnostics) {
      _ = try FrontEnd(builtins: Self.builtins).process(source)
      return "no finding"
    } catch {
      return error.all.map { "\($0.code): \($0.help ?? "no help")" }.joined(separator: "; ")
    }
  }

  @Test(
    "characters",
    arguments: [
      ("true && false", "text.character: write 'and'"),
      ("true || false", "text.character: write 'or'"),
      ("!true", "text.character: write 'not'"),
      ("print(true ? 1 : 2)", "text.character: write if c { a } else { b }"),
      ("3 \u{2212} 1", "text.character: write '-'"),
      ("3 \u{2264} 4", "text.character: write '<='"),
      ("print\u{FF08}1)", "text.character: write '('; syntax.unmatched: no help"),
      (
        "1 + \\\n2", "text.character: a line goes on behind an operator or ',', and within brackets"
      ),
      ("print(1) // what's this?", "text.character: a comment begins with '#'"),
      ("/* isn't it? */", "text.character: a comment begins with '#'"),
    ])
  func characters(text: String, expected: String) { #expect(finding(text) == expected) }

  @Test(
    "quotes",
    arguments: [
      ("print('a b')", "text.quotes: write \"a b\""),
      ("print(`x`)", "text.quotes: write \"x\""),
      ("print(\u{201C}two words\u{201D})", "text.quotes: write \"two words\""),
      ("print(\u{201E}x\u{201C})", "text.quotes: write \"x\""),
      ("print('say \"x\"')", "text.quotes: write it as \"...\""),
      (
        "print('a)",
        "text.character: strings stand in straight double quotes: \"...\""
      ),
    ])
  func quotes(text: String, expected: String) { #expect(finding(text) == expected) }

  @Test(
    "comments",
    arguments: [
      ("// a comment", "syntax.expected"), ("print(1) // one two", "syntax.separator"),
      ("print(1) // one", "name.unknown"), ("/* a comment */", "syntax.expected"),
      ("print(1) /* one */", "syntax.expected"), ("print(1, // one two\n2)", "syntax.expected"),
      ("print(1 // one two\n)", "syntax.expected"), ("print(1) //\nlet y = 3", "syntax.expected"),
    ])
  func comments(text: String, code: String) {
    #expect(finding(text) == "\(code): a comment begins with '#'")
  }

  @Test(
    "words",
    arguments: [
      ("print(True)", "did you mean 'true'?"), ("print(FALSE)", "did you mean 'false'?"),
      ("print(None)", "did you mean 'nil'?"), ("print(null)", "did you mean 'nil'?"),
      ("print(NIL)", "did you mean 'nil'?"), ("print(len([1]))", "did you mean 'count'?"),
      ("println(1)", "did you mean 'print'?"), ("print(str(1))", "did you mean 'string'?"),
      ("for i in range(3) { print(i) }", "a range is written 0..<3, or 0...3 with its end"),
      ("func f() { pass }", "a block may be empty: { }"),
      ("try { print(1) }", "'attempt { ... }' gives a failure as a value"),
      ("x = 1\nprint(x, x)\nx = 2", "declare it with 'let', or with 'var' if it changes"),
      ("var rate = 1\nrat = 2", "did you mean 'rate'?"),
      ("print(tensort)", "did you mean 'tensorrt'?"), ("print(average)", "no help"),
    ])
  func words(text: String, help: String) { #expect(finding(text) == "name.unknown: \(help)") }

  @Test(
    "statements",
    arguments: [
      ("def f(x) { x }", "functions are declared with 'func'"),
      ("if true { 1 } elif false { 2 }", "write 'else if'"),
      ("if true { 1 }\nelsif false { 2 }", "write 'else if'"),
      ("const x = 1", "write 'let', or 'var' for one that changes"),
      ("class A { }", "fields are kept in a record: (name: value)"),
      ("match x { 1 }", "write 'if ... { } else if ... { }'"),
      ("raise \"bad\"", "'assert(false, \"why\")' fails with a message"),
      ("from common import x", "write 'import \"file.mq\" as name'"),
      ("try { 1 } catch { 2 }", "'attempt { ... }' gives a failure as a value"),
      ("print x", "arguments stand in parentheses: print(...)"),
      ("print \"x\"", "arguments stand in parentheses: print(...)"), ("await f()", "no help"),
      ("let f = lambda x: x + 1", "a function without a name is written { x in ... }"),
      ("let f = x => x + 1", "a function without a name is written { x in ... }"),
      ("let y = 2 if true else 3", "write if c { a } else { b }"),
      ("let d = {\"a\": 1}", "a record is written (name: value)"),
      ("let d = {a: 1}", "a record is written (name: value)"), ("n := 3", "write 'let n = ...'"),
      ("let a = 1 Let b = 2", "did you mean 'let'?"),
    ])
  func statements(text: String, help: String) {
    #expect(finding(text) == "syntax.separator: \(help)")
  }

  @Test(
    "expressions and heads",
    arguments: [
      ("let x = 1\nif x = 1 { print(x) }", "comparison is written '=='"),
      ("if true:\n  print(1)", "a block stands in braces: { ... }"),
      ("if (true) print(1)", "a block stands in braces: { ... }"),
      ("if true then print(1)", "a block stands in braces: { ... }"),
      ("if true { 1 } else: 2", "a block stands in braces: { ... }"),
      ("func f(x):\n  x", "a block stands in braces: { ... }"),
      ("func f(x) -> int { x }", "leave the type of the result out"),
      ("func f(x = 3) { x }", "write 'x: ...'"), ("train(1, lr=0.1)", "write 'lr: ...'"),
      ("print((1 = 2))", "comparison is written '=='"),
      ("let x: int = 3", "leave the type out: it is that of the value"),
      ("let a, b = 1", "declare one name at a time"),
      ("for i, x in [1] { print(i) }", "take one variable, and its elements as pair[0], pair[1]"),
      ("for (x in [1]) { print(x) }", "write 'for x in xs { ... }'"),
      ("print(1 === 1)", "comparison is written '=='"),
      ("print(1 !== 1)", "comparison is written '!='"),
      ("print(1 <> 2)", "comparison is written '!='"), ("print(a->b)", "a field is written x.name"),
      ("var i = 0\ni++\nprint(i)", "write 'i += 1'"),
      ("for i in 0..3 { print(i) }", "a range is written 0..<3, or 0...3 with its end"),
      ("print(.05)", "write '0.05'"), ("let x = .5", "write '0.5'"),
      ("print(f\"a {b}\")", #"write the string without 'f', and values in it as \(x)"#),
      ("print(r\"a\")", "write the string without 'r'"),
      ("let xs = [x * 2 for x in [1]]", "write xs |> map { x in ... }"),
      ("print(1 if true else 2)", "write if c { a } else { b }"),
      ("print(*[1])", "the fields of a record are spread with '...'"),
      ("print(1, **r)", "the fields of a record are spread with '...'"),
      ("print(true AND false)", "did you mean 'and'?"),
      ("print(1 is 1)", "comparison is written '=='"),
      ("print(map([1], lambda x: x))", "a function without a name is written { x in ... }"),
      ("import math", "write 'import \"math.mq\" as math'"),
      ("import \"math.mq\"", "write 'import \"file.mq\" as name'"),
      ("print(1,, 2)", "no help"), ("let = 3", "no help"), ("print(1 2)", "no help"),
    ])
  func expressions(text: String, help: String) {
    #expect(finding(text) == "syntax.expected: \(help)")
  }

  @Test(
    "numbers",
    arguments: [
      ("print(0xFF)", "write '255'"), ("print(0b1_01)", "write '5'"), ("print(3px)", "no help"),
      ("print(0xffff_ffff_ffff_ffff)", "no help"),
    ])
  func numbers(text: String, help: String) { #expect(finding(text) == "number.invalid: \(help)") }

  @Test("a line of many strange characters takes time in proportion to its length")
  func longLine() {
    let text = String(repeating: "a$'", count: 300_000)
    let clock = ContinuousClock()
    #expect(clock.measure { _ = finding(text) } < .seconds(20))
  }
}

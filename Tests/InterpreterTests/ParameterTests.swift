import Testing

@testable import Interpreter

@Suite("Parameters of scripts")
struct ParameterTests {
  private func form(
    _ defaultValue: Value, type: Value = .nil, min: Value = .nil, max: Value = .nil,
    choices: Value = .nil
  ) throws -> ParameterForm {
    try ParameterForm(
      default: defaultValue, type: type, minimum: min, maximum: max, choices: choices)
  }

  private func list(_ values: Value...) throws -> Value { try .list(values) }

  @Test("the default's type decides how a text is read")
  func reading() throws {
    let cases: [(Value, String, Value?)] = [
      (.int(1), "12", .int(12)), (.int(1), "-1_000", .int(-1000)), (.int(1), "+3", .int(3)),
      (.int(1), "1.0", nil), (.int(1), "", nil), (.int(1), "_1", nil), (.int(1), "1__0", nil),
      (.int(1), "9223372036854775808", nil), (.int(1), "0x10", nil), (.int(1), " 1", nil),
      (.float(1), "2", .float(2)), (.float(1), "1e-3", .float(0.001)), (.float(1), "x", nil),
      (.float(1), "1_0.5", .float(10.5)), (.bool(true), "false", .bool(false)),
      (.bool(true), "False", nil), (.text("a"), "", .text("")), (.text("a"), "a, b", .text("a, b")),
      (.nil, "12", .text("12")), (.missing, "x", .text("x")),
      (try list(.int(1)), "1,2", try list(.int(1), .int(2))),
      (try list(.int(1)), "1, 2", try list(.int(1), .int(2))), (try list(.int(1)), "", try list()),
      (try list(.int(1)), "1,", nil), (try list(.int(1), .float(2)), "1", try list(.float(1))),
      (try list(), "a,b", try list(.text("a"), .text("b"))),
    ]
    for (sample, text, expected) in cases {
      #expect((try? form(sample).read(text, name: "x")) == expected, "\(sample) from '\(text)'")
    }
  }

  @Test("a type that is given decides instead")
  func types() throws {
    for (name, text, expected) in [
      ("int", "3", Value.int(3)), ("float", "3", .float(3)), ("string", "3", .text("3")),
      ("bool", "true", .bool(true)), ("[int]", "3", try list(.int(3))),
      ("[string]", "3", try list(.text("3"))),
    ] {
      #expect(try form(.nil, type: .text(name)).read(text, name: "x") == expected)
    }
    #expect(try form(.int(1), type: .text("float")).accept(.int(1)).get() == .float(1))
  }

  @Test("limits include their ends, and count for each element of a list")
  func limits() throws {
    let bits = try form(.int(4), min: .int(2), max: .int(8))
    for (text, isTaken) in [("2", true), ("8", true), ("1", false), ("9", false)] {
      #expect(((try? bits.read(text, name: "bits")) != nil) == isTaken)
    }
    #expect(bits.limits == "2 to 8")
    let rates = try form(list(.float(0.5)), min: .int(0))
    #expect(rates.limits == "0.0 or more")
    #expect(try rates.read("0,1", name: "x") == list(.float(0), .float(1)))
    #expect(throws: ParameterError.self) { try rates.read("1,-1", name: "x") }
    #expect(throws: ParameterError.self) { try rates.read("nan", name: "x") }
  }

  @Test("a text tells what it declares, without running it")
  func declarations() throws {
    let script = """
      let a = param("a", -3, help: "first")
      let b = [param("b", [1, 2]), param(name)]
      func f() { param("in_a_function", 1) }
      let c = if param("c", false) { param("in_a_branch", 1) } else { 2 }
      train(net, epochs: param("d"), lr: param("e", 2 * x))
      let again = param("a", 5)
      f(...settings)
      param("g", ...settings)
      """
    let parameters = try #require(
      Session(.init(output: Recorder().output)).parameters(
        of: Array((Self.prelude + script).utf8), name: "t"))
    #expect(parameters.map(\.name) == ["a", "b", "c", "d", "e", "g"])
    #expect(parameters.map(\.defaultText) == ["-3", "1,2", "false", nil, nil, nil])
    #expect(parameters.map(\.isRequired) == [false, false, false, true, false, false])
    #expect(parameters.map(\.isFlag) == [false, false, true, false, false, false])
    #expect(parameters.map { $0.form == nil } == [false, false, false, false, true, true])
  }

  /// What the script above uses.
  private static let prelude = "let name = \"n\"\nlet net = 1\nlet x = 1\nlet settings = (a: 1)\n"

  private func given(_ words: [String]) throws -> GivenParameters {
    let script = "param(\"some_name\", 1)\nparam(\"flag\", false)\nparam(\"no_loss\", \"x\")"
    let declared = try #require(
      Session(.init(output: Recorder().output)).parameters(of: Array(script.utf8), name: "t"))
    return GivenParameters(words, for: declared)
  }

  @Test("words are told apart by what is declared")
  func words() throws {
    for (words, values, arguments) in [
      (["--some-name", "2", "a"], ["some_name": "2"], ["a"]),
      (["--some_name=2"], ["some_name": "2"], []), (["--flag", "a"], ["flag": "true"], ["a"]),
      (["--flag", "false"], ["flag": "false"], []),
      (["--no-flag", "true"], ["flag": "false"], ["true"]),
      (["--no-loss", "y"], ["no_loss": "y"], []), (["-x", "--", "--flag"], [:], ["-x", "--flag"]),
      (["--no-loss", "-1"], ["no_loss": "-1"], []), (["--no-loss="], ["no_loss": ""], []),
    ] as [([String], [String: String], [String])] {
      let given = try given(words)
      #expect(given.values == values, "\(words)")
      #expect(given.arguments == arguments, "\(words)")
      #expect(given.errors.all.isEmpty, "\(words)")
    }
    for (words, codes) in [
      (["--some-name"], ["param.no_value"]), (["--some-name", "--flag"], ["param.no_value"]),
      (["--flag", "--no-flag"], ["param.twice"]), (["--no-flag=true"], ["param.type"]),
      (["--no-some-name"], ["param.unknown"]), (["--", "--bogus"], []),
      (["--a", "1", "--b", "--some-name", "x"], ["param.unknown", "param.unknown", "param.type"]),
      (["--=3"], ["param.unknown"]),
    ] as [([String], [String])] {
      #expect(try given(words).errors.all.map(\.error.code) == codes, "\(words)")
    }
  }

  @Test("the first comment is the description")
  func comment() {
    for (text, lines) in [
      ("# a\n#  b\n#\n# c\nlet x = 1\n# d", ["a", " b", "", "c"]),
      ("#!/usr/bin/env mqsh\n\n# a\n", ["a"]),
      ("let x = 1\n# a", []), ("", []), ("#!x\nlet y = 1", []),
      ("\u{FEFF}# a\r\n# b\r\n", ["a", "b"]),
    ] {
      #expect(ParameterHelp.comment(of: Array(text.utf8)) == lines)
    }
  }
}

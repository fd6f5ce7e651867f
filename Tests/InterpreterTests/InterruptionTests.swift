import Foundation
import QuantRuntime
import Testing

@testable import Interpreter

/// Work that is stopped while it runs. Everything here takes many seconds, or forever, by itself.
@Suite("Interrupted statements")
struct InterruptionTests {
  private let recorder = Recorder()
  private let interruption = Interruption()

  private func session(isInteractive: Bool = false) -> Session {
    Session(
      .init(output: recorder.output, interruption: interruption, isInteractive: isInteractive))
  }

  /// Asks for a stop in a moment.
  private func request(after seconds: TimeInterval = 0.2) {
    let timer = Thread { [interruption] in
      Thread.sleep(forTimeInterval: seconds)
      interruption.request()
    }
    timer.start()
  }

  @Test(
    "an interruption stops every kind of endless work",
    arguments: [
      "while true { }", "for i in 0..<9223372036854775807 { }",
      "func f() { while true { f2() } }\nfunc f2() { 1 }\nf()",
      "while true { attempt { while true { } } }", "while true { map(0..<1000, abs) }",
      "while true { map(0..<10_000_000) { x in x } }",
      "var s = \"\"\nwhile true { s = \"\\(s)x\"[0...0] }",
      "while true { reduce(0..<10_000_000, 0) { a, b in a } }",
    ])
  func endless(script: String) {
    request()
    #expect(session().run(Array(script.utf8), name: "t.mq") == .interrupted)
    #expect(recorder.talk == "interrupted\n")
  }

  /// What is made first, and the one call that is to be stopped in its middle.
  private static let calls = [
    ("let xs = 0..<10_000_000 |> map { x in x * 7919 % 1_000_003 }", "sort(xs)"),
    ("var x = list(0..<1000)\nfor i in 0..<16 { x = [x, x] }", "print(string(x))"),
    ("var x = list(0..<1000)\nfor i in 0..<16 { x = [x, x] }", "string([x, \"\"]) + string(x)"),
    ("let s = repeat(\"aé\", 30_000_000)", "upper(s) + lower(s)"),
    ("let s = repeat(\" \", 100_000_000)", "trim(s)"),
    ("let s = repeat(\"ab\", 50_000_000)", "(repeat(\"ab\", 1000) + \"c\") in s"),
    ("let s = repeat(\"a,\", 50_000_000)", "split(s, \"a?\")"),
    ("let s = repeat(\"a\", 9_000_000)", "[list(s), list(s), list(s), list(s)]"),
    (
      "let t = table(0..<200_000 |> map { i in (a: i * 7919 % 100_003, b: \"x\") })",
      "map(0..<100) { i in print(sort_by(t, \"a\")) }"
    ),
    (
      "let t = table(0..<4_000 |> map { i in (a: i, b: i) })",
      "map(0..<100) { i in pivot(t, rows: \"a\", columns: \"b\", value: \"b\") }"
    ),
    ("", "dataset(\"synthetic\", train: 40_000, test: 10, size: 64)"),
    (
      "let d = dataset(\"synthetic\", train: 16, test: 1_000, size: 96)\n"
        + "let n = model(\"resnet18\", for: d)",
      "evaluate(n, d)"
    ),
    (
      "let d = dataset(\"synthetic\", train: 16, test: 1_000, size: 96)\n"
        + "let n = model(\"resnet18\", for: d)",
      "fold_error(n, d, images: 1_000)"
    ),
  ]

  @Test("a single long call is stopped, and the variables stay", arguments: calls)
  func call(setting: String, call: String) {
    let session = session()
    if !setting.isEmpty { #expect(session.run(Array(setting.utf8), name: "t.mq") == .done) }
    let before = session.variables()
    request()
    #expect(session.evaluate("let result = \(call)") == .interrupted)
    #expect(session.variables() == before)
    #expect(recorder.talk == "interrupted\n")
  }

  @Test("a text of any length is given up while it is read")
  func longText() {
    // Nothing in it is long to run.
    let text = [UInt8](repeatElement(Array("1\n".utf8), count: 4_000_000).joined())
    request(after: 0.1)
    #expect(session().run(text, name: "t.mq") == .interrupted)
    #expect(recorder.talk == "interrupted\n")
  }

  @Test("after an interruption the prompt goes on with all variables")
  func prompt() {
    let session = session()
    #expect(session.evaluate("var n = 0\nlet kept = [1, (a: \"x\")]\nlet copy = kept") == .done)
    request()
    #expect(session.evaluate("let kept = { while true { n = 7 } }()") == .interrupted)
    #expect(session.evaluate("[n, kept == copy]") == .done)
    #expect(recorder.data == "[7, true]\n")
  }

  @Test("an old interruption does not hit the next statement")
  func stale() {
    let session = session()
    for _ in 0..<3 { interruption.request() }
    #expect(session.evaluate("sum(map(0..<10) { x in x })") == .done)
    #expect(recorder.data == "45\n")
  }

  @Test("an interrupted module runs again when it is imported again")
  func module() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("mqsh-\(UUID().uuidString).mq").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Data("let ready = 5\nwhile true { }\n".utf8).write(to: URL(fileURLWithPath: file))
    let session = session()
    request()
    #expect(session.evaluate("import \"\(file)\" as m") == .interrupted)
    #expect(session.variables().isEmpty)
    request()
    #expect(session.evaluate("import \"\(file)\" as m") == .interrupted)
  }

  @Test("two requests in quick succession end all trainings of a statement")
  func quickSuccession() {
    let session = session(isInteractive: true)
    let setting = """
      let data = dataset("synthetic", train: 64, test: 8, size: 8, classes: 2)
      let net = model("resnet20", for: data)
      let copy = net
      func long(n) { train(n, data, epochs: 10_000, batch: 8, lr: constant(peak: 0.01)) }
      """
    #expect(session.evaluate(setting) == .done)
    request(after: 1)
    request(after: 1.6)
    // The first one ends the first training, the second one, soon after, the statement.
    #expect(session.evaluate("let both = [long(net), long(net)]") == .interrupted)
    #expect(recorder.talk.contains("this is the model so far\n"))
    #expect(session.evaluate("net == copy") == .done)
    #expect(recorder.data == "true\n")
    #expect(!session.variables().contains { $0.name == "both" })
  }

  @Test("when the program is to end nothing goes on, at the prompt neither")
  func ending() {
    let session = session(isInteractive: true)
    let timer = Thread { [interruption] in
      Thread.sleep(forTimeInterval: 0.3)
      interruption.requestEnd()
    }
    #expect(
      session.evaluate(
        "let data = dataset(\"synthetic\", train: 64, test: 8, size: 8, classes: 2)\n"
          + "let net = model(\"resnet20\", for: data)") == .done)
    timer.start()
    #expect(
      session.evaluate("train(net, data, epochs: 10_000, batch: 8, lr: constant(peak: 0.01))")
        == .interrupted)
    #expect(recorder.talk == "terminated\n")
    #expect(session.evaluate("while true { }") == .interrupted)
  }
}

import Lang
import Testing

@testable import Interpreter

/// What the checker finds, as codes in the order of the text.
private func findings(_ text: String) -> [String] {
  let recorder = Recorder()
  let session = Session(.init(output: recorder.output))
  let outcome = session.check(Array(text.utf8), name: "x.mq")
  let codes = recorder.talk.matches(of: /error\[([a-z_.]+)\]/).map { String($0.1) }
  #expect(outcome == (codes.isEmpty ? .done : .rejected))
  return codes
}

@Suite("The checker")
struct CheckerTests {
  @Test(
    "finds what must fail",
    arguments: [
      ("1 + \"a\"", ["type.operator"]), ("-\"a\"", ["type.operator"]),
      ("nil < 1", ["type.operator"]), ("1 in 2", ["type.operator"]),
      ("not 1", ["type.condition"]), ("1 and true", ["type.condition"]),
      ("while \"a\" {}", ["type.condition"]), ("for x in (a: 1) {}", ["type.not_iterable"]),
      ("[1][\"a\"]", ["type.index"]), ("nil[0]", ["type.not_indexable"]),
      ("(a: 1)[\"b\"]", ["name.unknown_field"]), ("(a: 1)[0]", ["type.not_indexable"]),
      ("1...\"a\"", ["type.range"]), ("(a: 1, ...[1])", ["type.spread"]),
      ("\"\\(1 + nil)\"", ["type.operator"]), ("[1](2)", ["type.not_callable"]),
      ("sqrt()", ["argument.missing"]), ("sqrt(1, 2)", ["argument.too_many"]),
      ("sqrt(y: 1)", ["argument.label"]), ("sqrt(\"a\")", ["argument.type"]),
      ("sgd(momentum: 2)", ["argument.range"]),
      ("recipe(\"resnet19\")", ["argument.choice"]),
      (
        "func f(a, b: 1 + nil) { return a; 1 + nil }\nf(c: 1)", ["type.operator", "argument.label"]
      ),
      ("func f(c) { if c { return 1 } else { 2 } }\nupper(f(true))", ["argument.type"]),
      ("quantize(model(\"resnet20\", classes: 2), backend: snpe)", ["quantize.algorithm"]),
      ("sort([1], by: sqrt)\nsort([1], by: { 1 })", ["argument.too_many"]),
      ("supports(\"lsk\")", ["quantizer.unknown"]),
      ("cosine(peak: 0.1, warmup: 1, warmup_steps: 2)", ["schedule.warmup"]),
    ])
  func failures(text: String, codes: [String]) {
    #expect(findings(text) == codes, "\(text)")
  }

  @Test(
    "says nothing where a script could run",
    arguments: [
      "func f(x) { x + 1 }\nf(\"a\")", "let f = { x in x.a }\nf((a: 1))",
      "let xs = [1, \"a\"]\nxs[0] + 1", "let x = if args() == [] { 1 } else { \"a\" }\nx + 1",
      "map([[1], [2]]) { x in x[0] + 1 }", "param(\"a\").b", "load(\"a\").name",
      "let model = model(\"resnet20\", classes: 10)\nmodel.name",
      "func later() { data.size }\nlet data = (size: 1)\nlater()",
      "table([(a: 1)]).a |> sum", "let r = (a: 1)\nfor k in keys(r) { r[k] }",
      "with((a: 1), b: 2).b", "let x = 0\nif x != 0 { 1 / x }", "2 ** -1 + 0.5", "max(1, 2) + 1",
      "func f() { f() }", "func a() { b() }\nfunc b() { a() }", "[] |> map { x in x.y }",
      "let b = load(\"mine.json\")\nquantize(model(\"resnet20\", classes: 2), apot(bits: 4), backend: b)",
      "let o = (lr: constant(peak: 1.0))\ntrain(load(\"a\"), dataset(\"synthetic\"), ...o, ...args()[0])",
      "dataset(\"data/of/others\")", "nil == 1", "\"a\" in \"abc\"", "1.0 in 0..<3",
      "for _ in 0..<2 { continue }", "func f(a) { for x in a { return x } }\nf([1]) + 1",
      "expect(1, equals: 1)", "let f = sqrt\nf(2.0)", "help(sqrt)",
    ])
  func silence(text: String) {
    #expect(findings(text) == [], "\(text)")
  }

  private static let deployed = """
    let d = dataset("synthetic", train: 4, test: 4, size: 8)
    let q = model("resnet20", for: d) |> quantize(static_uniform(bits: 8), backend: tvm)
      |> calibrate(d, images: 4)

    """

  @Test("every value of the runtime has the fields that its type declares")
  func hostTypes() throws {
    let samples = [
      "table([(a: 1)])", "dataset(\"synthetic\", train: 2, test: 2, size: 8)", "random_crop()",
      "model(\"resnet20\", classes: 10, input: [3, 8, 8])", "lsq(bits: 4)", "mse()", "tensorrt",
      "sgd()", "constant(peak: 0.1)",
      "let d = dataset(\"synthetic\", train: 2, test: 2, size: 8)\nevaluate(model(\"resnet20\", for: d), d)",
      Self.deployed + "integer(q)", Self.deployed + "gap(q, d, images: 2)",
    ]
    var seen: Set<String> = []
    for sample in samples {
      let session = Session(.init(output: Recorder().output))
      #expect(session.evaluate(sample) == .done, "\(sample)")
      let value = session.module.globals[try #require(session.module.names["_"]).slot]
      guard case .host(let box) = value else {
        Issue.record("\(sample) gives no value of the runtime")
        continue
      }
      let type = try #require(HostType.named(box.value.typeName))
      seen.insert(type.name)
      for field in type.fields {
        let content = try #require(box.value.field(field.label), "\(sample).\(field.label)")
        guard let declared = field.type.name else { continue }
        #expect(content.typeName == declared, "\(sample).\(field.label)")
      }
    }
    #expect(seen == Set(HostType.all.map(\.name)))
  }
}

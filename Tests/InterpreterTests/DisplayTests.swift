import QuantRuntime
import Testing

@testable import Interpreter

/// What the prompt shows of values with a course.
@Suite("displays of values") struct DisplayTests {
  private let history = TrainingHistory(
    epochs: [(4, 0.25), (.nan, 0.5), (1, 0.75)].enumerated().map { index, numbers in
      .init(
        epoch: index + 1, step: index + 1, loss: numbers.0, top1: numbers.1, learningRate: 0.1)
    })

  @Test("a curve has its name, its first and last value, and fits the area")
  func curves() {
    let curves = [
      Curve(name: "loss", values: [4, .nan, 1]), Curve(name: "top1", values: [0.125, 0.5]),
      Curve(name: "nothing", values: []),
    ]
    #expect(
      Curve.lines(curves, in: TextArea(width: 80)) == [
        "loss  4 -> 1        █x▁", "top1  0.125 -> 0.5  ▁█",
      ])
    let long = Curve(name: "loss", values: (0..<500).map(Double.init))
    for width in [1, 20, 40, 80] {
      let lines = Curve.lines([long], in: TextArea(width: width, isUnicode: false))
      #expect(lines.allSatisfy { $0.count <= max(width, 26) && $0.allSatisfy(\.isASCII) })
    }
  }

  @Test("a trained model shows the course of its training")
  func trainedModel() throws {
    let model = try ModelCatalog.make("resnet20", input: [3, 8, 8], classes: 2, seed: 0)
    let value = ModelValue(content: model, history: history)
    let lines = value.display(in: TextArea(width: 80)).split(separator: "\n")
    #expect(lines.contains("  loss        4 -> 1        █x▁"))
    #expect(lines.contains("  train_top1  0.25 -> 0.75  ▁▅█"))
    let narrow = value.display(in: TextArea(width: 40, isUnicode: false))
    #expect(narrow.utf8.count == narrow.count, "ASCII alone")
    let rows = narrow.split(separator: "\n")
    #expect(rows.count < 40)
    #expect(rows.filter { $0.contains("conv") }.allSatisfy { $0.count <= 40 })
  }

  @Test("the curves of a table stand below it at the prompt, and nowhere else")
  func tableNotes() throws {
    let recorder = Recorder()
    var output = recorder.output
    output.format = .table
    let context = SessionContext(
      Session.Options(output: output), builtins: [], work: PerformedWork())
    let table = Table(columns: ["loss"], rows: [[.float(2)], [.float(1)]])
    let value = Value.host(TableValue(content: table, curves: ["loss"]))
    #expect(try Printer(context).echo(value) == "loss\n----\n   2\n   1\nloss  2 -> 1  █▁\n")
    #expect(try Printer(context).text([value]) == "loss\n----\n   2\n   1\n")
    context.output.format = .csv
    #expect(try Printer(context).echo(value) == "loss\n2.0\n1.0\n")
    #expect(Value.table(table) == value)
  }

  @Test(
    "a star in a pattern stands for any characters",
    arguments: [
      ("*", "", true), ("a*", "abc", true), ("*c", "abc", true), ("a*c", "abc", true),
      ("a*b*c", "a-b-b-c", true), ("ab*bc", "abc", false), ("abc", "abc", true),
      ("abc", "abcd", false), ("*b*", "abc", true), ("*x*", "abc", false), ("a**c", "ac", true),
    ])
  func patterns(pattern: String, name: String, isMatch: Bool) {
    #expect(NamePattern(pattern).matches(name) == isMatch)
  }
}

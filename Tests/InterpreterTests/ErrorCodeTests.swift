import Foundation
import GoldenSupport
import Testing

/// Every error code that a user can meet is drawn in a golden file.
@Suite("Error codes") struct ErrorCodeTests {
  /// Codes that no script, file or key can cause on a sound machine, each with what stands before it.
  private static let unreachable = [
    "calibrate.non_finite": "a training that gives such numbers ends with an error of its own",
    "data.channels": "every kind of file gives images of 1 or 3 channels",
    "data.classes": "every kind of set has a class for each label or each folder",
    "data.not_installed": "the Debian package is there wherever the tests run",
    "deploy.check": "a file that does not read back as the model would be a bug of ours",
    "deploy.numbers": "a training that gives such numbers ends with an error of its own",
    "deploy.opset": "the builtin's parameter takes those that are written: argument.range",
    "engine.cpu": "tests run where the program does",
    "engine.library": "oneDNN takes every shape that the graph's rules let through",
    "engine.out_of_memory": "depends on the memory of the machine",
    "engine.state": "a model file without a tensor of its graph is refused: model_file.state",
    "engine.unknown_quantizer": "a model file with one is refused: quantizer.unknown",
    "fold.missing_state": "a model file without a tensor of its graph is refused: model_file.state",
    "format.meaning": "the layout keeps the meaning; its last guard against a bug of ours",
    "integer.levels": "what has no integers is refused before: quantize.forbidden",
    "integer.numbers":
      "a calibration or training that gives such numbers ends with an error of its own",
    "integer.op": "our networks have batch norm behind convolutions alone: GapTests",
    "integer.overflow": "needs 66,000 inputs of one output: IntegerPlanTests",
    "plan.too_long": "a script that is only planned runs no golden file: PlanningTests",
    "plan.too_much": "a script that is only planned runs no golden file: PlanningTests",
    "profile.unknown": "scripts name backends by variables: name.unknown",
    "quantize.bits": "the builtins' parameters take 2 to 8: argument.range",
    "reconstruct.memory": "needs more images than a test may make",
    "reconstruct.non_finite": "the values of a calibrated network are finite",
    "reconstruct.unit": "a block with several inputs is trained layer by layer, and those have one",
    "safe.shell": "only the prompt starts other programs: PromptCommandTests",
    "table.too_large": "a table of that size takes longer to make than a test may",
  ]

  private static let codes = found()

  @Test("each is drawn by a script, or known to be out of reach")
  func codesAreDrawn() throws {
    #expect(Self.codes.count > 190)
    let drawn = try Self.drawn()
    #expect(Self.codes.subtracting(drawn).subtracting(Self.unreachable.keys).sorted() == [])
  }

  @Test("none that is out of reach is drawn, or gone")
  func unreachableCodes() throws {
    #expect(drawnUnreachable(try Self.drawn()) == [])
    #expect(Set(Self.unreachable.keys).subtracting(Self.codes).sorted() == [])
  }

  private func drawnUnreachable(_ drawn: Set<String>) -> [String] {
    drawn.intersection(Self.unreachable.keys).sorted()
  }

  private static func drawn() throws -> Set<String> {
    Set(
      GoldenScript.all.flatMap { $0.golden.matches(of: /error\[([a-z0-9_.]+)\]/) }.map {
        String($0.1)
      })
  }

  // MARK: - What the sources can say

  private static func found() -> Set<String> {
    let sources = GoldenScript.folder.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources")
    var result: Set<String> = []
    for module in ["Lang", "Interpreter", "QuantRuntime"] {
      let folder = sources.appendingPathComponent(module)
      let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
      for path in paths ?? [] where path.hasSuffix(".swift") {
        let file = folder.appendingPathComponent(path)
        result.formUnion(codes(in: (try? String(contentsOf: file, encoding: .utf8)) ?? ""))
      }
    }
    return result
  }

  /// The literals in the bodies of `var code: String`, behind `code:` and at the head of `failure(`.
  private static func codes(in text: String) -> [String] {
    let places =
      text.matches(of: /var code: String \{(?s:.*?)(?:\n  | )\}/).map(\.output)
      + text.matches(of: /code: [^\n]*/).map(\.output)
      + text.matches(of: /failure\(\s*"[a-z0-9_.]+"/).map(\.output)
    return places.flatMap { $0.matches(of: /"([a-z_]+\.[a-z0-9_]+)"/) }.map { String($0.1) }
  }
}

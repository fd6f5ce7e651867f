import QuantRuntime

/// Models for other programs.
enum DeployBuiltins {
  static let all = [export, formats]

  private static let export = Builtin(
    "export", family: "deployment",
    "Writes a model for other programs, and reads back what it wrote.",
    details: """
      `export_formats()` lists the formats; one may write several files, named after the path. What comes
      back says which, and what was found in them: `nodes` of the ONNX graph, quantizers of `activations`,
      quantized `weights`, biases as `integer_biases` and `float_biases`, and numbers of biases that were
      clipped to 32 bits, `saturated`. A float model is written as it is; a quantized one is folded first
      and has met data. Docs/Deploy.md says what is in each format.
      """,
    parameters: [
      ModelBuiltins.modelParameter,
      Parameter("path", .path(.write), "Where to, ending in .onnx."),
      Parameter(
        "format", .name(.deployFormats), default: .text("onnx"), needsLabel: true,
        "A format of `export_formats()`."),
      Parameter(
        "opset", .int(Deployer.opsets), default: .int(Deployer.defaultOpset), needsLabel: true,
        "The version of ONNX's operators; from 21 on, weights of 4 bits are 4-bit numbers."),
    ], result: .record,
    examples: [
      .init("export(\(ModelBuiltins.small), \"net.onnx\").files", "[\"net.onnx\"]"),
      .init(
        "export(\(ModelBuiltins.small), \"net.onnx\")\nload(\"net.onnx\").parameters", "272474"),
    ]
  ) { call in
    let task = ExportTask(
      model: ModelBuiltins.value(call).content,
      format: try DeployCatalog.format(call.string("format")), opset: call.int("opset"))
    let report = try call.blaming(culprit) {
      try call.session.work.export(task, to: call.string("path"), call)
    }
    return try record(report)
  }

  /// The parameter whose argument a failure is about.
  private static func culprit(_ failure: any RuntimeFailure) -> String? {
    switch failure {
    case DeployError.suffix, DeployError.check, is FileError, is FileAccessError: "path"
    default: "model"
    }
  }

  private static func record(_ report: Deployer.Report) throws -> Value {
    let facts = report.facts
    return try .record([
      "files": .list(report.files.map { .text($0) }), "format": .text(report.format),
      "opset": .int(report.opset), "nodes": .int(facts.nodes),
      "activations": .int(facts.activations), "weights": .int(facts.weights),
      "integer_biases": .int(facts.integerBiases), "float_biases": .int(facts.floatBiases),
      "saturated": .int(facts.saturated),
    ])
  }

  private static let formats = Builtin(
    "export_formats", family: "deployment", "The formats that `export` writes, a row each.",
    details: "`backends` are those that a format is made for.", result: .table,
    examples: [.init("\"onnx\" in export_formats().name", "true")]
  ) { _ in
    .table(
      Table(
        columns: ["name", "backends", "summary"],
        rows: DeployCatalog.all.map {
          [.text($0.name), .text($0.profiles.joined(separator: " ")), .text($0.summary)]
        }))
  }
}

/// What `export` writes, and how.
struct ExportTask {
  var model: Model
  var format: DeployFormat
  var opset: Int
}

import QuantRuntime

/// Why a quantized model is as it is.
enum ExplanationBuiltins {
  static let all = [why]

  private static let why = Builtin(
    "why", family: "quantization",
    "Why the tensors of a layer have quantizers, or have none.",
    details: """
      A row for the layer's weight, input and output; of what is no layer, such as an addition, for
      its output. `quantizer` is nil for a tensor that stays in float, `rule` says what put the
      quantizer there or left it out.
      """,
    parameters: [
      ModelBuiltins.modelParameter,
      Parameter("name", .layer, "A node of the graph; `*` stands for any text."),
    ], result: .table,
    examples: [
      .init(
        "why(quantize(\(ModelBuiltins.small), lsq(bits: 4), backend: tensorrt), \"layer1.0.conv2\").bits",
        "[4, 4, nil]")
    ]
  ) { call in
    let model = ModelBuiltins.value(call).content
    do {
      let rows = try model.explanation(of: call.string("name")).map { row -> [Cell] in
        [
          .text(row.decision.node), .text(row.decision.part.rawValue),
          row.decision.quantizer.map { .text($0) } ?? .empty,
          row.quantizer.map { .text($0.algorithm) } ?? .empty,
          row.quantizer.map { .int($0.spec.bits) } ?? .empty, .text(row.decision.rule),
        ]
      }
      return .table(
        Table(
          columns: ["layer", "tensor", "quantizer", "algorithm", "bits", "rule"], rows: rows))
    } catch let error as QuantizeError {
      let parameter = if case .unmatchedNode = error { "name" } else { "model" }
      throw ArgumentError.refused(
        parameter: parameter, function: call.builtin.name, reason: error)
    }
  }
}

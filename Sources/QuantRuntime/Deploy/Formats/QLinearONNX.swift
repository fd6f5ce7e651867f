import ONNXProto

/// ONNX with integer operators, for TVM and other readers that do not look for pairs of QuantizeLinear
/// and DequantizeLinear: QLinearConv, and QLinearAdd and QLinearGlobalAveragePool of Microsoft's domain.
///
/// - Integers are uint8: a signed grid is moved up by 128, zero points with it. Grids have 8 bits and
///   weights one scale.
/// - Every convolution and addition needs a quantizer behind it, with at most activation and max pool in
///   between: that of the result is the operator's own.
/// - ReLU becomes a Clip of integers at the zero point, ReLU6 also at z + round(6 / s), or nothing where
///   the grid ends there. MQBench's exporter sets the zero point to 0 instead, which doubles the range
///   that the network was trained with.
/// - A bias is int32, rounded to even, with the scale s_x s_w; MQBench's exporter cuts it off.
/// - Linear layers, and average pools without a quantizer behind them, compute in float32 behind a
///   DequantizeLinear.
enum QLinearONNX {
  static let format = DeployFormat(
    name: "qlinear", type: "QLinearONNX",
    summary: "ONNX with integer operators: QLinearConv, QLinearAdd, in uint8.",
    profiles: ["tvm"]
  ) { request in
    let folded = try request.model.foldedForInference()
    var export = try QLinearExport(
      Network(graph: folded.graph, state: folded.state), name: folded.name, format: request.format)
    try export.run()
    let data = try ONNXFile.encode(
      export.builder.model(opset: request.opset, domains: [(QLinearExport.domain, 1)]))
    try ONNXReadBack.check(
      data, against: export.expectation(), operators: ONNXOperators.integers, format: request.format
    )
    var facts = export.facts
    facts.nodes = export.builder.graph.node.count
    return Deployment(files: [(".onnx", data)], facts: facts)
  }
}

import ONNXProto

/// OpenVINO's own form: a float graph with `FakeQuantize` nodes for activations and weights, from which
/// its compiler makes integer layers.
///
///     <name>_deploy_model.onnx    FakeQuantize (org.openvinotoolkit): x, in_low, in_high, out_low,
///                                 out_high, attribute levels
///
/// The ends are s (lowest - z) and s (highest - z); levels counts the integers between, so that grids of
/// any bits are said exactly. Weights are the values on their grids, in float32, with ends for each
/// output channel where scales are. Biases stay float32.
enum OpenVINO {
  static let format = DeployFormat(
    name: "openvino", type: "OpenVINO",
    summary: "OpenVINO: ONNX with FakeQuantize nodes of its own domain.",
    profiles: ["fbgemm", "academic"]
  ) { request in
    let folded = try request.model.foldedForInference()
    let form = FakeQuantizeForm(format: request.format)
    return try ONNXDeployment.encode(
      folded, form, opset: request.opset, domains: [(FakeQuantizeForm.domain, 1)],
      ending: "_deploy_model.onnx"
    ).deployment
  }
}

/// Quantizers as FakeQuantize nodes.
struct FakeQuantizeForm: QuantizerForm {
  static let domain = "org.openvinotoolkit"
  let format: String
  private(set) var facts = DeployFacts()

  init(format: String) { self.format = format }

  mutating func activation(
    _ activation: QuantizedActivation, of value: String, into builder: inout ONNXGraphBuilder
  ) -> String {
    let (low, high) = activation.range
    return fakeQuantize(
      value, name: activation.name, low: Tensor(scalar: low), high: Tensor(scalar: high),
      levels: activation.reach.count, into: &builder)
  }

  mutating func weight(
    _ weight: QuantizedWeight, into builder: inout ONNXGraphBuilder
  ) -> String {
    let value = builder.constant(.floats(weight.parameter, weight.values))
    let shape = Shape(
      weight.isPerChannel
        ? [weight.scales.count] + weight.shape.dimensions.dropFirst().map { _ in 1 } : [])
    let ends = Self.ends(of: weight)
    func tensor(_ end: Int) -> Tensor {
      Tensor(
        shape,
        values: zip(weight.scales, weight.zeroPoints).map { Float(end - Int($1)) * $0 })
    }
    return fakeQuantize(
      value, name: weight.name, low: tensor(ends.lowerBound), high: tensor(ends.upperBound),
      levels: ends.count, into: &builder)
  }

  /// The grid, widened where a channel that was turned around goes beyond it.
  private static func ends(of weight: QuantizedWeight) -> ClosedRange<Int> {
    let grid = IntegerGrid(weight.spec)
    let lowest = weight.codes.min().map(Int.init) ?? grid.lowest
    let highest = weight.codes.max().map(Int.init) ?? grid.highest
    return min(grid.lowest, lowest)...max(grid.highest, highest)
  }

  private func fakeQuantize(
    _ value: String, name: String, low: Tensor, high: Tensor, levels: Int,
    into builder: inout ONNXGraphBuilder
  ) -> String {
    let ends = [
      builder.constant(.floats("\(name).low", low)),
      builder.constant(.floats("\(name).high", high)),
    ]
    return builder.node(
      "FakeQuantize", [value] + ends + ends, name: name, domain: Self.domain,
      [.int("levels", levels)])
  }

  mutating func bias(
    _ bias: Tensor, name: String, scales: [Float]?, into builder: inout ONNXGraphBuilder
  ) -> String {
    facts.floatBiases += 1
    return builder.constant(.floats(name, bias))
  }

  func values(of weight: QuantizedWeight) -> Tensor { weight.values }

  func values(ofBias bias: Tensor, scales: [Float]?) -> Tensor { bias }

  func check(_ activation: QuantizedActivation, in reading: ONNXReading) throws(ONNXError) -> Bool {
    guard let node = reading.node(named: activation.name), node.input.count == 5 else {
      return false
    }
    let (low, high) = activation.range
    let ends = try [reading.tensor(node.input[1]).values, reading.tensor(node.input[2]).values]
    return ends == [[low], [high]] && node.attribute.first?.i == Int64(activation.reach.count)
  }
}

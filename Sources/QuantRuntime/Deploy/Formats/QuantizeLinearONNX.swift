import ONNXProto

/// ONNX as all runtimes read it. A float model is written as it is, batch norm included. A quantized
/// one is folded, and its quantizers are pairs of QuantizeLinear and DequantizeLinear ("QDQ"), from
/// which runtimes make integer layers:
///
///     activation   x -> [Clip] -> QuantizeLinear -> DequantizeLinear, one scale, int8 or uint8
///     weight       int8 -> DequantizeLinear, one scale or one for each output channel (axis 0)
///     bias         int32 -> DequantizeLinear, scale s_x s_w, zero point 0
///
/// - A bias stays float32 where no quantizer of integers stands directly before the layer.
/// - Grids of fewer than 8 bits lie in 8-bit integers, and a Clip before QuantizeLinear keeps the ends
///   of the grid, because QuantizeLinear itself clips to 8 bits only. From opset 21 on, weights of 4
///   bits are 4-bit integers. Activations stay in 8: onnxruntime 1.32 moves such quantizers in front of
///   a max pool, which takes no 4-bit integers, and fails at a Clip before one.
/// - Zero points of weights that are all 0 are left out, which means 0; where folding turned a channel
///   around they may be others.
enum QuantizeLinearONNX {
  static let format = DeployFormat(
    name: "onnx", type: "QuantizeLinearONNX",
    summary: "ONNX: a float network, or a quantized one with QuantizeLinear and DequantizeLinear.",
    profiles: ["academic", "fbgemm", "acl", "tensorrt"], needsQuantizers: false
  ) { request in
    let deployed =
      request.model.quantization == nil ? request.model : try request.model.foldedForInference()
    let form = QuantizeLinearForm(format: request.format, opset: request.opset)
    return try ONNXDeployment.encode(deployed, form, opset: request.opset, ending: ".onnx")
      .deployment
  }
}

/// Quantizers as pairs of QuantizeLinear and DequantizeLinear.
struct QuantizeLinearForm: QuantizerForm {
  let format: String
  let opset: Int
  private(set) var facts = DeployFacts()
  /// Ends the name of what keeps the ends of a grid.
  static let clipSuffix = ".clip"

  init(format: String, opset: Int) {
    self.format = format
    self.opset = opset
  }

  mutating func activation(
    _ activation: QuantizedActivation, of value: String, into builder: inout ONNXGraphBuilder
  ) -> String {
    let name = activation.name
    let element = ONNXElement.container(activation.spec)
    var value = value
    if activation.reach != element.range {
      let (low, high) = activation.range
      let ends = [
        builder.constant(.scalar("\(name).lowest", low)),
        builder.constant(.scalar("\(name).highest", high)),
      ]
      value = builder.node("Clip", [value] + ends, name: name + Self.clipSuffix)
    }
    let operands = [
      builder.constant(.scalar("\(name).scale", activation.map.scale)),
      builder.constant(
        .integers("\(name).zero_point", [], element, [Int32(activation.zeroPoint)])),
    ]
    value = builder.node("QuantizeLinear", [value] + operands, name: "\(name).quantize")
    return builder.node("DequantizeLinear", [value] + operands, name: name)
  }

  mutating func weight(
    _ weight: QuantizedWeight, into builder: inout ONNXGraphBuilder
  ) -> String {
    let half = ONNXElement.half(weight.spec, opset: opset).flatMap { element in
      weight.codes.allSatisfy { element.range?.contains(Int($0)) == true } ? element : nil
    }
    let element = half ?? .container(weight.spec)
    let codes = ONNXTensorProto.integers(
      "\(weight.parameter).codes", weight.shape, element, weight.codes)
    let numbers: Shape = weight.isPerChannel ? [weight.scales.count] : []
    var operands = [
      builder.constant(codes),
      builder.constant(
        .floats("\(weight.name).scale", Tensor(numbers, values: weight.scales))),
    ]
    if weight.zeroPoints.contains(where: { $0 != 0 }) || element != .int8 {
      operands.append(
        builder.constant(
          .integers("\(weight.name).zero_point", numbers, element, weight.zeroPoints)))
    }
    return builder.node(
      "DequantizeLinear", operands, name: weight.name,
      weight.isPerChannel ? [.int("axis", 0)] : [])
  }

  mutating func bias(
    _ bias: Tensor, name: String, scales: [Float]?, into builder: inout ONNXGraphBuilder
  ) -> String {
    guard let scales else {
      facts.floatBiases += 1
      return builder.constant(.floats(name, bias))
    }
    let quantized = QuantizedBias(bias, scales: scales)
    facts.integerBiases += 1
    facts.saturated += quantized.saturated
    let isPerChannel = scales.count > 1
    let operands = [
      builder.constant(.integers("\(name).codes", bias.shape, .int32, quantized.codes)),
      builder.constant(
        .floats("\(name).scale", Tensor(isPerChannel ? [scales.count] : [], values: scales))),
    ]
    return builder.node(
      "DequantizeLinear", operands, name: "\(name).dequantized",
      isPerChannel ? [.int("axis", 0)] : [])
  }

  func values(of weight: QuantizedWeight) -> Tensor { weight.values }

  func values(ofBias bias: Tensor, scales: [Float]?) -> Tensor {
    scales.map { QuantizedBias(bias, scales: $0).values } ?? bias
  }

  func check(_ activation: QuantizedActivation, in reading: ONNXReading) throws(ONNXError) -> Bool {
    let name = activation.name
    guard let quantize = reading.node(named: "\(name).quantize"),
      let dequantize = reading.node(named: name),
      quantize.input.dropFirst() == dequantize.input.dropFirst(),
      dequantize.input.first == quantize.output.first
    else { return false }
    let scale = try reading.tensor(quantize.input[1]).values
    let zero = try reading.tensor(quantize.input[2]).values
    return scale == [activation.map.scale] && zero == [activation.map.zeroPoint]
  }
}

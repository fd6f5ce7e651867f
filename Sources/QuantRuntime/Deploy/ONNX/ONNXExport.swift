import ONNXProto

/// Writes a network node by node as an ONNX graph, its quantizers in a given form.
///
/// The network is folded or float. Dropout, which deployed networks do not have, is left out.
struct ONNXExport<Form: QuantizerForm> {
  let network: Network
  let types: [ValueType]
  var form: Form
  var builder: ONNXGraphBuilder
  /// For each node, the tensor with its result; nil for parameters that only quantizers read.
  private var results: [String?]
  /// For each quantizer of activations, its grid.
  private var activations: [NodeID: QuantizedActivation] = [:]
  /// The quantized weights, in the order of the network.
  private(set) var weights: [QuantizedWeight] = []
  /// The names of biases with what their integers are multiplied by, see `QuantizerForm`.
  private(set) var biases: [(name: String, scales: [Float]?)] = []

  /// - Throws: `GraphError`.
  init(_ network: Network, name: String, form: Form) throws {
    self.network = network
    self.form = form
    types = try network.graph.types()
    builder = ONNXGraphBuilder(name: name)
    results = Array(repeating: nil, count: network.graph.nodes.count)
  }

  /// Writes everything.
  ///
  /// - Throws: `DeployError`, `FoldingError` for missing state, `EngineError`.
  mutating func run() throws {
    for id in network.graph.ids { results[id.index] = try write(id) }
    let output = network.graph.output
    builder.output(try result(output), types[output.index].shape)
  }

  /// The quantizers of activations, in the order of the network.
  var quantizedActivations: [QuantizedActivation] {
    activations.sorted { $0.key < $1.key }.map(\.value)
  }

  private func result(_ id: NodeID) throws(DeployError) -> String {
    guard let name = results[id.index] else { throw unsupported(id) }
    return name
  }

  private func unsupported(_ id: NodeID) -> DeployError {
    .node(network.graph[id].name, op: network.graph[id].op.label, format: form.format)
  }

  private mutating func write(_ id: NodeID) throws -> String? {
    let node = network.graph[id]
    let name = node.name
    func operand(_ index: Int) throws -> String { try result(node.inputs[index]) }
    switch node.op {
    case .input(let shape):
      builder.input(name, shape)
      return name
    case .parameter, .buffer, .weightTransform, .scaleChannels:
      return nil
    case .fakeQuant(let quantizer):
      return quantizer.site == .weight ? nil : try activation(id, quantizer)
    case .convolution(let convolution):
      return try layer(id, "Conv", convolution.attributes(types[node.inputs[1].index].shape))
    case .linear:
      return try layer(id, "Gemm", [.int("transB", 1)])
    case .batchNorm(let norm):
      let constants = try node.inputs.dropFirst().map { try constant($0) }
      return builder.node(
        "BatchNormalization", [try operand(0)] + constants, name: name,
        [.float("epsilon", Float(norm.epsilon)), .float("momentum", Float(1 - norm.momentum))])
    case .activation(.relu):
      return builder.node("Relu", [try operand(0)], name: name)
    case .activation(.relu6):
      let low = builder.constant(.scalar("\(name).min", 0))
      let high = builder.constant(.scalar("\(name).max", 6))
      return builder.node("Clip", [try operand(0), low, high], name: name)
    case .add:
      return builder.node("Add", [try operand(0), try operand(1)], name: name)
    case .concatenate:
      return builder.node(
        "Concat", try node.inputs.indices.map { try operand($0) }, name: name, [.int("axis", 1)])
    case .pool(let pool):
      return builder.node(pool.operatorType, [try operand(0)], name: name, pool.attributes)
    case .globalAveragePool:
      return builder.node("GlobalAveragePool", [try operand(0)], name: name)
    case .flatten:
      return builder.node("Flatten", [try operand(0)], name: name, [.int("axis", 1)])
    case .dropout:
      return try operand(0)
    case .randomChoice:
      return try operand(1)
    case .paddedShortcut(let shortcut):
      return write(
        shortcut, of: try operand(0), channels: types[node.inputs[0].index].shape[0], name: name)
    case .moments, .foldFactor, .foldBias, .deviationRatio:
      throw unsupported(id)
    }
  }

  private mutating func activation(_ id: NodeID, _ quantizer: FakeQuant) throws -> String {
    let quantized = try QuantizedActivation(id, quantizer, in: network, format: form.format)
    activations[id] = quantized
    return try form.activation(
      quantized, of: result(network.graph[id].inputs[0]), into: &builder)
  }

  // MARK: - Layers

  private mutating func layer(
    _ id: NodeID, _ type: String, _ attributes: [ONNXAttributeProto]
  ) throws -> String {
    let node = network.graph[id]
    let quantized = try QuantizedWeight(of: node.inputs[1], in: network)
    var inputs = [try result(node.inputs[0])]
    if let quantized {
      weights.append(quantized)
      inputs.append(try form.weight(quantized, into: &builder))
    } else {
      inputs.append(try constant(node.inputs[1]))
    }
    if node.inputs.count > 2 {
      let scales = inputScale(of: id).flatMap { scale in quantized?.scales.map { $0 * scale } }
      let name = network.graph[node.inputs[2]].name
      biases.append((name, scales))
      inputs.append(
        try form.bias(
          network.tensor(node.inputs[2]), name: name, scales: scales, into: &builder))
    }
    return builder.node(type, inputs, name: node.name, attributes)
  }

  /// The scale of a layer's input, where it is a quantizer's result or a reshaped one.
  private func inputScale(of layer: NodeID) -> Float? {
    var id = network.graph[layer].inputs[0]
    while true {
      switch network.graph[id].op {
      case .fakeQuant: return activations[id]?.map.scale
      case .flatten, .dropout: id = network.graph[id].inputs[0]
      default: return nil
      }
    }
  }

  /// A float tensor of the state.
  private mutating func constant(_ id: NodeID) throws -> String {
    guard let entry = network.graph[id].op.stateEntry else { throw unsupported(id) }
    return builder.constant(.floats(entry.name, try network.tensor(id)))
  }

  /// Every `stride`-th pixel by a slice, zeros around the channels by padding; either is left out where
  /// it does nothing.
  private mutating func write(
    _ shortcut: PaddedShortcut, of value: String, channels: Int, name: String
  ) -> String {
    var value = value
    let pads = [0, shortcut.before, 0, 0, 0, shortcut.channels - channels - shortcut.before, 0, 0]
    let isPadded = pads.contains { $0 > 0 }
    if shortcut.stride > 1 || !isPadded {
      let step = Int64(shortcut.stride)
      let places: [(String, [Int64])] = [
        ("starts", [0, 0]), ("ends", [.max, .max]), ("axes", [2, 3]), ("steps", [step, step]),
      ]
      let operands = places.map { builder.constant(.int64s("\(name).\($0.0)", $0.1)) }
      value = builder.node(
        "Slice", [value] + operands, name: isPadded ? "\(name).slice" : name)
    }
    guard isPadded else { return value }
    let operand = builder.constant(.int64s("\(name).pads", pads.map(Int64.init)))
    return builder.node("Pad", [value, operand], name: name, [.text("mode", "constant")])
  }
}

extension Convolution {
  /// - Parameter weight: its shape, `[O, I, KH, KW]`.
  func attributes(_ weight: Shape) -> [ONNXAttributeProto] {
    [
      .ints("dilations", [1, 1]), .int("group", groups),
      .ints("kernel_shape", [weight[2], weight[3]]),
      .ints("pads", [padding.top, padding.left, padding.bottom, padding.right]),
      .ints("strides", [stride, stride]),
    ]
  }
}

extension Pool {
  var operatorType: String { kind == .max ? "MaxPool" : "AveragePool" }

  var attributes: [ONNXAttributeProto] {
    [
      .ints("kernel_shape", [window, window]),
      .ints("pads", [padding, padding, padding, padding]),
      .ints("strides", [stride, stride]),
    ] + (kind == .average ? [.int("count_include_pad", 0)] : [])
  }
}

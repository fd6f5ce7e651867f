import ONNXProto

/// Writes a folded network with integer operators, see `QLinearONNX`.
struct QLinearExport {
  static let domain = "com.microsoft"

  let network: Network
  let format: String
  private let types: [ValueType]
  private let consumers: [[NodeID]]
  private(set) var builder: ONNXGraphBuilder
  private(set) var facts = DeployFacts()
  /// Results that are integers, and those that are floats.
  private var integers: [NodeID: Integers] = [:]
  private var floats: [NodeID: String] = [:]
  /// Weights and biases with the numbers that the file has.
  private var written: [String: Tensor] = [:]

  /// A tensor of integers on the grid of a quantizer.
  private struct Integers {
    var tensor: String
    var activation: QuantizedActivation

    /// What is added to a grid's integers to make them unsigned.
    var shift: Int { -activation.grid.lowest }
    var zeroPoint: Int { activation.zeroPoint + shift }
    var reach: ClosedRange<Int> {
      activation.reach.lowerBound + shift...activation.reach.upperBound + shift
    }
  }

  /// - Throws: `GraphError`.
  init(_ network: Network, name: String, format: String) throws {
    self.network = network
    self.format = format
    types = try network.graph.types()
    consumers = network.graph.consumers()
    builder = ONNXGraphBuilder(name: name)
  }

  /// - Throws: `DeployError`, `FoldingError`, `EngineError`.
  mutating func run() throws {
    for id in network.graph.ids { try write(id) }
    let output = network.graph.output
    builder.output(try float(output), types[output.index].shape)
  }

  /// The network as it should read back: without quantizers and activations, which are in integers.
  func expectation() -> Network {
    let graph = network.graph.rewritten { _, node, inputs, into in
      switch node.op {
      case .fakeQuant, .dropout, .weightTransform, .scaleChannels, .activation: inputs[0]
      default: into.append(node.op, inputs, name: node.name)
      }
    }
    return Network(graph: graph, state: network.state.merging(written) { $1 }).withoutDeadState()
  }

  private mutating func write(_ id: NodeID) throws {
    let node = network.graph[id]
    switch node.op {
    case .parameter, .buffer, .weightTransform, .scaleChannels: break
    case .input(let shape):
      builder.input(node.name, shape)
      floats[id] = node.name
    case .fakeQuant(let quantizer):
      if quantizer.site == .activation { try quantize(id, quantizer) }
    case .convolution(let convolution): try write(convolution, id)
    case .linear: try linear(id)
    case .add: try add(id)
    case .activation(let kind): try activation(kind, id)
    case .pool(let pool): try self.pool(pool, id)
    case .globalAveragePool: try average(id)
    case .flatten, .dropout: try reshape(id)
    default: throw DeployError.node(node.name, op: node.op.label, format: format)
    }
  }

  // MARK: - Quantizers

  private mutating func quantize(_ id: NodeID, _ quantizer: FakeQuant) throws {
    let source = network.graph[id].inputs[0]
    facts.activations += 1
    if var known = integers[source] {
      if known.reach != 0...255 {
        known.tensor = clip(known, known.reach, name: network.graph[id].name)
      }
      integers[id] = known
      return
    }
    let activation = try quantized(id, quantizer)
    var result = Integers(tensor: "", activation: activation)
    let operands = numbers(of: result)
    result.tensor = builder.node(
      "QuantizeLinear", [try float(source)] + operands, name: "\(activation.name).quantize")
    if result.reach != 0...255 {
      result.tensor = clip(result, result.reach, name: activation.name)
    }
    integers[id] = result
  }

  private func quantized(_ id: NodeID, _ quantizer: FakeQuant) throws -> QuantizedActivation {
    let activation = try QuantizedActivation(id, quantizer, in: network, format: format)
    guard quantizer.spec.bits == 8 else {
      throw DeployError.form(
        quantizer: activation.name, format: format, rule: "has grids of 8 bits")
    }
    return activation
  }

  /// Scale and zero point as operands.
  private mutating func numbers(of integers: Integers) -> [String] {
    let name = integers.activation.name
    return [
      builder.constant(.scalar("\(name).scale", integers.activation.map.scale)),
      builder.constant(
        .integers("\(name).zero_point", [], .uint8, [Int32(integers.zeroPoint)])),
    ]
  }

  private mutating func clip(
    _ integers: Integers, _ range: ClosedRange<Int>, name: String
  ) -> String {
    let ends = [("min", range.lowerBound), ("max", range.upperBound)].map { end in
      builder.constant(.integers("\(name).\(end.0)", [], .uint8, [Int32(end.1)]))
    }
    return builder.node("Clip", [integers.tensor] + ends, name: name)
  }

  /// The quantizer that a result goes into, through activations, max pools and reshapes; nil when others
  /// read it too.
  private func target(of id: NodeID) throws -> QuantizedActivation? {
    var id = id
    while consumers[id.index].count == 1 {
      id = consumers[id.index][0]
      switch network.graph[id].op {
      case .fakeQuant(let quantizer): return try quantized(id, quantizer)
      case .pool(let pool) where pool.kind == .max: continue
      case .activation, .flatten, .dropout: continue
      default: return nil
      }
    }
    return nil
  }

  /// The result of a layer as integers of the quantizer behind it.
  private func result(of id: NodeID) throws -> Integers {
    guard let target = try target(of: id) else {
      throw DeployError.layer(
        network.graph[id].name, format: format, rule: "has a quantizer behind every layer")
    }
    return Integers(tensor: network.graph[id].name, activation: target)
  }

  private func integer(_ id: NodeID, of layer: NodeID) throws(DeployError) -> Integers {
    guard let integers = integers[id] else {
      throw .layer(
        network.graph[layer].name, format: format, rule: "has a quantizer before every layer")
    }
    return integers
  }

  /// A result as floats, behind a DequantizeLinear where it is integers.
  private mutating func float(_ id: NodeID) throws -> String {
    if let known = floats[id] { return known }
    guard let known = integers[id] else {
      let node = network.graph[id]
      throw DeployError.node(node.name, op: node.op.label, format: format)
    }
    let operands = numbers(of: known)
    let result = builder.node(
      "DequantizeLinear", [known.tensor] + operands, name: "\(network.graph[id].name).float")
    floats[id] = result
    return result
  }

  // MARK: - Layers

  private mutating func write(_ convolution: Convolution, _ id: NodeID) throws {
    let node = network.graph[id]
    let x = try integer(node.inputs[0], of: id)
    let result = try result(of: id)
    let weight = try weight(of: id)
    var operands = [x.tensor] + numbers(of: x) + weightOperands(weight) + numbers(of: result)
    if node.inputs.count > 2 {
      let bias = QuantizedBias(
        try network.tensor(node.inputs[2]),
        scales: weight.scales.map { $0 * x.activation.map.scale })
      let name = network.graph[node.inputs[2]].name
      written[name] = bias.values
      facts.integerBiases += 1
      facts.saturated += bias.saturated
      operands.append(
        builder.constant(.integers(name, [bias.codes.count], .int32, bias.codes)))
    }
    builder.node(
      "QLinearConv", operands, name: node.name, convolution.attributes(weight.shape))
    integers[id] = result
  }

  private mutating func weight(of id: NodeID) throws -> QuantizedWeight {
    let node = network.graph[id]
    guard let weight = try QuantizedWeight(of: node.inputs[1], in: network) else {
      throw DeployError.layer(
        node.name, format: format, rule: "has quantized weights in every layer")
    }
    guard weight.spec.bits == 8, !weight.isPerChannel else {
      throw DeployError.form(
        quantizer: weight.name, format: format, rule: "has weights of 8 bits with one scale")
    }
    written[weight.parameter] = weight.values
    facts.weights += 1
    return weight
  }

  /// Integers, scale and zero point.
  private mutating func weightOperands(_ weight: QuantizedWeight) -> [String] {
    let shift = Int32(-IntegerGrid(weight.spec).lowest)
    return [
      builder.constant(
        .integers(
          "\(weight.parameter).codes", weight.shape, .uint8, weight.codes.map { $0 + shift })),
      builder.constant(.scalar("\(weight.name).scale", weight.scales[0])),
      builder.constant(
        .integers("\(weight.name).zero_point", [], .uint8, [weight.zeroPoints[0] + shift])),
    ]
  }

  private mutating func linear(_ id: NodeID) throws {
    let node = network.graph[id]
    let weight = try weight(of: id)
    let operands = weightOperands(weight)
    var inputs = [
      try float(node.inputs[0]), builder.node("DequantizeLinear", operands, name: weight.name),
    ]
    if node.inputs.count > 2 {
      facts.floatBiases += 1
      let name = network.graph[node.inputs[2]].name
      inputs.append(builder.constant(.floats(name, try network.tensor(node.inputs[2]))))
    }
    floats[id] = builder.node("Gemm", inputs, name: node.name, [.int("transB", 1)])
  }

  private mutating func add(_ id: NodeID) throws {
    let node = network.graph[id]
    let operands = try node.inputs.map { try integer($0, of: id) }
    let result = try result(of: id)
    let inputs = (operands + [result]).map { [$0.tensor] + numbers(of: $0) }
    // The result's own name is no operand.
    builder.node(
      "QLinearAdd", inputs[0] + inputs[1] + inputs[2].dropFirst(), name: node.name,
      domain: Self.domain)
    integers[id] = result
  }

  private mutating func activation(_ kind: Activation, _ id: NodeID) throws {
    let node = network.graph[id]
    guard var known = integers[node.inputs[0]] else {
      throw DeployError.node(node.name, op: node.op.label, format: format)
    }
    var range = max(known.reach.lowerBound, known.zeroPoint)...known.reach.upperBound
    if kind == .relu6 {
      let six =
        known.zeroPoint
        + Int((6 / known.activation.map.scale).rounded(.toNearestOrEven).clamped(to: 0...255))
      range = range.lowerBound...max(range.lowerBound, min(range.upperBound, six))
    }
    if range != 0...255 { known.tensor = clip(known, range, name: node.name) }
    integers[id] = known
  }

  private mutating func pool(_ pool: Pool, _ id: NodeID) throws {
    let node = network.graph[id]
    guard pool.kind == .max, var known = integers[node.inputs[0]] else {
      floats[id] = builder.node(
        pool.operatorType, [try float(node.inputs[0])], name: node.name, pool.attributes)
      return
    }
    known.tensor = builder.node("MaxPool", [known.tensor], name: node.name, pool.attributes)
    integers[id] = known
  }

  private mutating func average(_ id: NodeID) throws {
    let node = network.graph[id]
    guard let x = integers[node.inputs[0]], let target = try target(of: id) else {
      floats[id] = builder.node(
        "GlobalAveragePool", [try float(node.inputs[0])], name: node.name)
      return
    }
    let result = Integers(tensor: node.name, activation: target)
    builder.node(
      "QLinearGlobalAveragePool", [x.tensor] + numbers(of: x) + numbers(of: result),
      name: node.name, domain: Self.domain, [.int("channels_last", 0)])
    integers[id] = result
  }

  private mutating func reshape(_ id: NodeID) throws {
    let node = network.graph[id]
    let source = node.inputs[0]
    guard case .flatten = node.op else {
      integers[id] = integers[source]
      floats[id] = floats[source]
      return
    }
    if var known = integers[source] {
      known.tensor = builder.node("Flatten", [known.tensor], name: node.name, [.int("axis", 1)])
      integers[id] = known
    } else {
      floats[id] = builder.node(
        "Flatten", [try float(source)], name: node.name, [.int("axis", 1)])
    }
  }
}

extension Float {
  fileprivate func clamped(to range: ClosedRange<Float>) -> Float {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}

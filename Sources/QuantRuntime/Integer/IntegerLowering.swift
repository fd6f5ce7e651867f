/// Turns a quantized model into the integers that its backend computes with.
///
/// Reading order: `lower`, then one method for each kind of node. A layer or an addition stays *open*
/// until it is known what reads it: an activation, a max pool and a quantizer behind it are then one
/// operation with one rounding, as hardware has it. Whatever reads an open value otherwise gets it in
/// float.
///
/// Max pools move behind the quantizer: codes grow with the values they stand for, so the largest code
/// is the code of the largest value.
struct IntegerLowering {
  let graph: Graph
  let types: [ValueType]
  let arithmetic: Requantization
  let codes: QuantizerCodes
  let weights: [NodeID: LayerCodes]
  private let readers: [[NodeID]]
  var nodes: [IntegerNode] = []
  /// What has become of each node of the graph; nil for weights.
  private var values: [Value?]
  /// Each layer's bias as its accumulators hold it, real, by the name of its tensor.
  var roundedBiases: [String: [Float]] = [:]
  /// Open values that something wanted in float, by the graph's node.
  private var reals: [Int: Int] = [:]

  enum Value {
    /// A position in `nodes`.
    case done(Int)
    case open(OpenValue)
  }

  /// - Parameter model: quantized, initialized and folded for inference. To be called on the compute
  ///   thread.
  init(_ model: Model, arithmetic: Requantization, rules: FakeQuantRules) throws {
    graph = model.graph
    types = try graph.types()
    self.arithmetic = arithmetic
    codes = QuantizerCodes(
      network: Network(graph: model.graph, state: model.state), rules: rules)
    weights = try codes.weights()
    readers = graph.consumers()
    values = Array(repeating: nil, count: graph.nodes.count)
  }

  /// - Throws: `IntegerError` for what has no integer form.
  mutating func lower() throws -> [IntegerNode] {
    for id in graph.ids where types[id.index].isBatched { values[id.index] = try value(of: id) }
    // Last, because everything else leads to it.
    _ = try real(graph.output)
    return nodes
  }

  private mutating func value(of id: NodeID) throws -> Value {
    let node = graph[id]
    switch node.op {
    case .input: return .done(append(id, .input, [], .real))
    case .fakeQuant: return .done(try quantized(id))
    case .convolution, .linear: return .open(try layer(id))
    case .activation(let activation): return try activated(id, activation)
    case .add: return try sum(id)
    case .pool(let pool): return try pooled(id, pool)
    case .globalAveragePool: return .done(try averaged(id))
    case .flatten, .dropout: return try operand(node.inputs[0])
    case .concatenate: return .done(try concatenated(id))
    case .paddedShortcut(let shortcut):
      let x = try finished(node.inputs[0])
      return .done(append(id, .paddedShortcut(shortcut), [x], nodes[x].type))
    default: throw IntegerError.op(node: node.name, op: node.op.label)
    }
  }

  // MARK: - Values

  func operand(_ id: NodeID) throws -> Value {
    guard let value = values[id.index] else {
      throw IntegerError.op(node: graph[id].name, op: graph[id].op.label)
    }
    return value
  }

  /// An open value that nothing else reads, for its only reader to add to.
  func open(_ id: NodeID) throws -> OpenValue? {
    guard id != graph.output, readers[id.index].count == 1, case .open(let value) = try operand(id)
    else { return nil }
    return value
  }

  /// The node of a value, in float if it was open.
  mutating func finished(_ id: NodeID) throws -> Int {
    switch try operand(id) {
    case .done(let node): return node
    case .open: return try real(id)
    }
  }

  /// The node of a value in float.
  mutating func real(_ id: NodeID) throws -> Int {
    if let node = reals[id.index] { return node }
    let result: Int
    switch try operand(id) {
    case .done(let node) where nodes[node].type == .real: result = node
    case .done(let node): result = dequantized(node)
    case .open(let value): result = try finish(value, named: graph[id].name)
    }
    reals[id.index] = result
    return result
  }

  mutating func dequantized(_ node: Int) -> Int {
    append(
      name: unused("\(nodes[node].name).real"), .dequantize, [node], .real, nodes[node].shape)
  }

  @discardableResult
  mutating func append(
    _ id: NodeID, _ op: IntegerOp, _ inputs: [Int], _ type: IntegerType
  ) -> Int {
    append(name: unused(graph[id].name), op, inputs, type, planes(types[id.index].shape))
  }

  @discardableResult
  mutating func append(
    name: String, _ op: IntegerOp, _ inputs: [Int], _ type: IntegerType, _ shape: Shape
  ) -> Int {
    nodes.append(IntegerNode(name: name, op: op, inputs: inputs, type: type, shape: shape))
    return nodes.count - 1
  }

  /// The name, or with a number where it is taken.
  private func unused(_ name: String) -> String {
    guard nodes.contains(where: { $0.name == name }) else { return name }
    var number = 2
    while nodes.contains(where: { $0.name == "\(name).\(number)" }) { number += 1 }
    return "\(name).\(number)"
  }

  /// A vector as planes of one pixel.
  private func planes(_ shape: Shape) -> Shape {
    shape.rank == 1 ? [shape[0], 1, 1] : shape
  }
}

extension IntegerNetwork {
  /// Lowers a quantized model, see `IntegerLowering`.
  ///
  /// - Parameter model: quantized for a backend with integer arithmetic, its quantizers initialized.
  /// - Throws: `IntegerError`; `TrainingError.notInitialized`; what folding and the engine throw.
  public init(_ model: Model, rules: FakeQuantRules) throws {
    let profile = try Self.profile(of: model)
    let folded = try model.foldedForInference()
    let nodes = try ComputeThread.run {
      var lowering = try IntegerLowering(
        folded, arithmetic: profile.requantization, rules: rules)
      return try lowering.lower()
    }
    self.init(
      name: model.name, backend: profile.name, arithmetic: profile.requantization, nodes: nodes)
  }

  /// The backend of a model that can be lowered.
  ///
  /// - Throws: `IntegerError.float`, `.simulationOnly`; `TrainingError.notInitialized`.
  static func profile(of model: Model) throws -> HardwareProfile {
    guard let quantization = model.quantization else {
      throw IntegerError.float(model: model.name)
    }
    let profile = quantization.profile
    guard profile.integerArithmetic else {
      throw IntegerError.simulationOnly(
        backend: profile.name,
        backends: HardwareCatalog.all.filter(\.integerArithmetic).map(\.name))
    }
    guard !model.needsInitialization else { throw TrainingError.notInitialized(model: model.name) }
    return profile
  }
}

/// A unit of a quantized network as a network of its own, ready to be trained.
///
/// Its input is the float value that enters the unit, its output the value that leaves it, as one vector.
/// Quantized weights are parameters that hold what their soft rounding gives; everything else is constant,
/// but for scales of activations that are to be learned.
struct UnitGraph {
  private(set) var graph = Graph()
  private(set) var state: [String: Tensor] = [:]
  /// The soft weights, by layer: the entry in this graph and the quantizer in the network.
  private(set) var weights: [(layer: String, entry: StateEntry, quantizer: NodeID)] = []
  /// Of learned scales of activations.
  private(set) var scales: [StateEntry] = []

  /// - Parameter network: folded for inference.
  /// - Throws: `ReconstructionError.unit` when something else enters; `.weight` for a weight that cannot
  ///   be rounded so.
  init(
    _ unit: ReconstructionUnit, of network: Network, method: ReconstructionMethod
  ) throws {
    let source = network.graph
    guard let start = source.node(named: unit.input), let end = source.node(named: unit.output)
    else { throw ReconstructionError.unit(output: unit.output) }
    let types = try source.types()
    var places: [NodeID: NodeID] = [
      start: graph.append(.input(types[start.index].shape), name: source[start].name)
    ]
    for id in try Self.nodes(from: start, to: end, in: source) {
      let node = source[id]
      if case .fakeQuant(let quantizer) = node.op {
        places[id] =
          quantizer.site == .weight
          ? try appendWeight(id, quantizer, network, types[id.index].shape)
          : appendQuantizer(id, quantizer, network, places, method)
        continue
      }
      if let entry = node.op.stateEntry {
        places[id] = graph.append(.buffer(entry), name: node.name)
        state[entry.name] = try network.tensor(id)
        continue
      }
      places[id] = graph.append(node.op, node.inputs.map { places[$0] ?? $0 }, name: node.name)
    }
    guard let last = places[end] else { throw ReconstructionError.unit(output: unit.output) }
    graph.output = last
    if types[end.index].shape.rank > 1 {
      graph.output = graph.append(.flatten, [last], name: "\(unit.output).vector")
    }
    graph = graph.withoutDeadNodes()
  }

  /// What the end depends on behind the start, in order.
  private static func nodes(
    from start: NodeID, to end: NodeID, in graph: Graph
  ) throws(ReconstructionError) -> [NodeID] {
    var needed: Set<NodeID> = []
    var open = [end]
    while let id = open.popLast() {
      guard id != start, needed.insert(id).inserted else { continue }
      if case .input = graph[id].op { throw .unit(output: graph[end].name) }
      open += graph[id].inputs
    }
    return needed.sorted()
  }

  private mutating func appendWeight(
    _ id: NodeID, _ quantizer: FakeQuant, _ network: Network, _ shape: Shape
  ) throws -> NodeID {
    let source = network.graph
    let name = source[id].name
    guard source[source[id].inputs[0]].op.stateEntry != nil else {
      throw ReconstructionError.weight(
        layer: StateEntry.module(of: name), algorithm: quantizer.algorithm)
    }
    let entry = StateEntry("\(name).soft", shape, .weight)
    weights.append((name, entry, id))
    state[entry.name] = try network.tensor(source[id].inputs[0])
    return graph.append(.parameter(entry), name: entry.name)
  }

  /// A quantizer of an activation; where its scale is learned, by the rule of LSQ (QDrop, section 4).
  private mutating func appendQuantizer(
    _ id: NodeID, _ quantizer: FakeQuant, _ network: Network, _ places: [NodeID: NodeID],
    _ method: ReconstructionMethod
  ) -> NodeID {
    let node = network.graph[id]
    var inputs = node.inputs.map { places[$0] ?? $0 }
    var quantizer = quantizer
    let isScale =
      QuantizerCatalog.rules[quantizer.algorithm]?.parameterNames(for: quantizer).first == "scale"
    if method.learnsScales, isScale, case .buffer(let entry) = graph[inputs[1]].op {
      quantizer.algorithm = "lsq"
      inputs[1] = graph.append(.parameter(entry), name: "\(entry.name).learned")
      scales.append(entry)
    }
    let result = graph.append(.fakeQuant(quantizer), inputs, name: node.name)
    guard method.drop > 0 else { return result }
    return graph.append(
      .randomChoice(rate: 1 - method.drop), [inputs[0], result], name: "\(node.name).dropped")
  }
}

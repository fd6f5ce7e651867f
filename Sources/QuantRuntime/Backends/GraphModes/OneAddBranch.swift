/// Graph mode 2, TensorRT's: a value is quantized once, where it is made, if anything quantized reads
/// it, and all its readers share the quantizer.
///
/// - Convolutions, linear layers, additions and average pools read quantized values. Batch norm and
///   activations belong to the layer before them, so the quantizer comes after them.
/// - One operand of an addition stays as it is: the main branch's last convolution, whose 32-bit
///   accumulator takes the other operand in. It must have no other reader and no activation. When
///   both operands are such convolutions, it is the one with more layers behind it, else the first.
/// - A max pool passes integers through: the quantizer comes after the pool and not before it.
/// - Nothing is quantized again between an average pool and the linear layer behind it.
/// - The network's input and the value that the last layer depends on have 8 bits; the logits have
///   no quantizer.
enum OneAddBranch {
  static let mode = GraphMode(
    name: "one_add_branch", number: 2, type: "OneAddBranch",
    summary: "Quantizes shared layer outputs and one operand of every addition, as TensorRT does.",
    sites: sites)

  private static func sites(
    _ graph: Graph, _ roles: LayerRoles, _ layers: Set<NodeID>
  ) -> [ActivationSite] {
    let consumers = graph.consumers()
    let depths = layerDepths(graph)
    let feedsLast = valuesFeedingLast(graph, roles)
    var needs: [NodeID: [String]] = [:]
    for id in graph.ids where isQuantized(id, graph, roles, layers) {
      for operand in activationOperands(of: id, graph, consumers, depths) {
        guard let value = valueToQuantize(operand, for: id, graph) else { continue }
        needs[value, default: []].append("\(graph[id].op.label) '\(graph[id].name)'")
      }
    }
    return needs.sorted { $0.key < $1.key }.map { value, uses in
      let readers = consumers[value.index].filter {
        !graph[$0].op.isWeighted || layers.contains($0)
      }
      return ActivationSite(
        name: "\(graph[value].name).output_quantizer", value: value, readers: Set(readers),
        isEdge: roles.producers[value.index].isEmpty || feedsLast[value.index],
        reason: "one_add_branch: read by \(uses.joined(separator: ", "))")
    }
  }

  /// Whether an op computes on integers: a chosen layer, an addition behind one, a pool before one.
  private static func isQuantized(
    _ id: NodeID, _ graph: Graph, _ roles: LayerRoles, _ layers: Set<NodeID>
  ) -> Bool {
    switch graph[id].op {
    case .convolution, .linear: layers.contains(id)
    case .add: graph[id].inputs.contains { isResult($0, of: layers, graph) }
    case .globalAveragePool: !roles.readers[id.index].isDisjoint(with: layers)
    case .pool(let pool):
      pool.kind == .average && !roles.readers[id.index].isDisjoint(with: layers)
    default: false
    }
  }

  /// Whether a value is a chosen layer's result with batch norm, activations or pools after it.
  private static func isResult(_ value: NodeID, of layers: Set<NodeID>, _ graph: Graph) -> Bool {
    var id = value
    while true {
      switch graph[id].op {
      case .batchNorm, .scaleChannels, .activation, .pool: id = graph[id].inputs[0]
      default: return layers.contains(id)
      }
    }
  }

  private static func activationOperands(
    of id: NodeID, _ graph: Graph, _ consumers: [[NodeID]], _ depths: [Int]
  ) -> [NodeID] {
    guard case .add = graph[id].op else { return [graph[id].inputs[0]] }
    let operands = graph[id].inputs
    let accumulators = operands.filter { isPlainConvolution($0, graph, consumers) }
    // `max(by:)` keeps the last of equals; the reversal makes it the first.
    let kept = accumulators.reversed().max { depths[$0.index] < depths[$1.index] }
    return operands.filter { $0 != kept }
  }

  /// Whether a value is a convolution's result with nothing but batch norm after it and one reader.
  private static func isPlainConvolution(
    _ id: NodeID, _ graph: Graph, _ consumers: [[NodeID]]
  ) -> Bool {
    var id = id
    while consumers[id.index].count == 1 {
      switch graph[id].op {
      case .convolution: return true
      case .batchNorm, .scaleChannels: id = graph[id].inputs[0]
      default: return false
      }
    }
    return false
  }

  /// The node to quantize so that `reader` gets a quantized operand; nil when the operand is as
  /// quantized as it gets, behind an average pool in front of a linear layer.
  private static func valueToQuantize(
    _ operand: NodeID, for reader: NodeID, _ graph: Graph
  ) -> NodeID? {
    var id = operand
    while true {
      switch graph[id].op {
      case .flatten: id = graph[id].inputs[0]
      case .globalAveragePool where graph[reader].op == .linear: return nil
      case .pool(let pool) where pool.kind == .average && graph[reader].op == .linear: return nil
      default: return id
      }
    }
  }

  /// For each node, the number of weighted layers on the longest way to it.
  private static func layerDepths(_ graph: Graph) -> [Int] {
    var depths = Array(repeating: 0, count: graph.nodes.count)
    for id in graph.ids {
      let before = graph[id].inputs.map { depths[$0.index] }.max() ?? 0
      depths[id.index] = before + (graph[id].op.isWeighted ? 1 : 0)
    }
    return depths
  }

  /// For each node, whether only pools, activations and reshapes separate it from the last layer.
  private static func valuesFeedingLast(_ graph: Graph, _ roles: LayerRoles) -> [Bool] {
    var result = Array(repeating: false, count: graph.nodes.count)
    for id in graph.ids.reversed() {
      switch graph[id].op {
      case .convolution, .linear: if !roles.last.contains(id) { continue }
      case .pool, .globalAveragePool, .flatten, .activation: if !result[id.index] { continue }
      default: continue
      }
      result[graph[id].inputs[0].index] = true
    }
    return result
  }
}

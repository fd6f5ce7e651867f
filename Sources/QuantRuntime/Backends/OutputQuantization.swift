/// The placement of graph modes 2 and 3 (MQBench, figure 4 and appendix G): a value is quantized once,
/// where it is made, if anything quantized reads it, and all its readers share the quantizer.
///
/// - Convolutions, linear layers, additions and average pools read quantized values. Batch norm and
///   activations belong to the layer before them, so the quantizer comes after them.
/// - A max pool passes integers through: the quantizer comes after the pool and not before it.
/// - So does a concatenation. Its operands share one scale, and rounding acts element by element, so
///   one quantizer behind it is the same. An operand that others read too is on a grid of its own
///   before it is rounded to the shared one.
/// - Nothing is quantized again between an average pool and the linear layer behind it.
/// - The network's input and the value that the last layer depends on have 8 bits; the logits have
///   no quantizer.
struct OutputQuantization {
  /// The mode's name, for reasons.
  private let rule: String
  /// Whether one convolution before an addition is left to its accumulator.
  private let keepsAccumulator: Bool
  private let graph: Graph
  private let roles: LayerRoles
  private let layers: Set<NodeID>
  private let consumers: [[NodeID]]

  init(
    rule: String, keepsAccumulator: Bool, _ graph: Graph, _ roles: LayerRoles,
    _ layers: Set<NodeID>
  ) {
    self.rule = rule
    self.keepsAccumulator = keepsAccumulator
    self.graph = graph
    self.roles = roles
    self.layers = layers
    consumers = graph.networkConsumers()
  }

  func placement() -> ActivationPlacement {
    var result = ActivationPlacement(
      sites: [], otherwise: "\(rule): nothing that computes with integers reads it")
    let depths = layerDepths()
    var needs: [NodeID: [String]] = [:]
    for id in graph.ids where isQuantized(id) {
      let kept = accumulator(of: id, depths)
      if let kept {
        result.floatResults[kept] =
          "\(rule): main branch of '\(graph[id].name)', taken into the accumulator"
      }
      for operand in activationOperands(of: id) where operand != kept {
        if let pool = averagePool(of: operand, for: id) {
          let reason =
            "\(rule): nothing is quantized again between average pool '\(graph[pool].name)' "
            + "and a linear layer"
          result.floatInputs[id] = reason
          for value in reshapes(from: operand, to: pool) { result.floatResults[value] = reason }
        } else {
          needs[unshaped(operand), default: []].append(
            "\(graph[id].op.label) '\(graph[id].name)'")
        }
      }
    }
    result.sites = sites(needs)
    return result
  }

  private func sites(_ needs: [NodeID: [String]]) -> [ActivationSite] {
    let feedsLast = valuesFeedingLast()
    return needs.sorted { $0.key < $1.key }.map { value, uses in
      let readers = consumers[value.index].filter {
        !graph[$0].op.isWeighted || layers.contains($0)
      }
      return ActivationSite(
        name: "\(graph[value].name).output_quantizer", value: value, readers: Set(readers),
        isEdge: roles.producers[value.index].isEmpty || feedsLast[value.index],
        reason: "\(rule): read by \(uses.joined(separator: ", "))")
    }
  }

  /// Whether an op computes on integers: a chosen layer, an addition behind one, a pool before one.
  private func isQuantized(_ id: NodeID) -> Bool {
    switch graph[id].op {
    case .convolution, .linear: layers.contains(id)
    case .add: graph[id].inputs.contains(where: isResult)
    case .globalAveragePool: !roles.readers[id.index].isDisjoint(with: layers)
    case .pool(let pool):
      pool.kind == .average && !roles.readers[id.index].isDisjoint(with: layers)
    default: false
    }
  }

  /// Whether a value is a chosen layer's result with batch norm, activations, pools or concatenations
  /// after it.
  private func isResult(_ value: NodeID) -> Bool {
    var pending = [value]
    while let id = pending.popLast() {
      switch graph[id].op {
      case .batchNorm, .scaleChannels, .activation, .pool: pending.append(graph[id].inputs[0])
      case .concatenate: pending += graph[id].inputs
      default: if layers.contains(id) { return true }
      }
    }
    return false
  }

  private func activationOperands(of id: NodeID) -> [NodeID] {
    if case .add = graph[id].op { graph[id].inputs } else { [graph[id].inputs[0]] }
  }

  /// The operand of an addition that stays in its convolution's accumulator.
  private func accumulator(of id: NodeID, _ depths: [Int]) -> NodeID? {
    guard keepsAccumulator, case .add = graph[id].op else { return nil }
    // `max(by:)` keeps the last of equals; the reversal makes it the first.
    return graph[id].inputs.filter(isPlainConvolution).reversed()
      .max { depths[$0.index] < depths[$1.index] }
  }

  /// Whether a value is a convolution's result with nothing but batch norm after it and one reader.
  private func isPlainConvolution(_ id: NodeID) -> Bool {
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

  /// The average pool behind a linear layer's operand, if there is one: the operand is as quantized as
  /// it gets.
  private func averagePool(of operand: NodeID, for reader: NodeID) -> NodeID? {
    guard case .linear = graph[reader].op else { return nil }
    let value = unshaped(operand)
    switch graph[value].op {
    case .globalAveragePool: return value
    case .pool(let pool) where pool.kind == .average: return value
    default: return nil
    }
  }

  /// A linear layer's operand and everything between it and the pool, the pool included.
  private func reshapes(from operand: NodeID, to pool: NodeID) -> [NodeID] {
    var values = [operand]
    while let last = values.last, last != pool { values.append(graph[last].inputs[0]) }
    return values
  }

  /// The value behind reshapes and dropout, which change no number of a deployed network.
  private func unshaped(_ operand: NodeID) -> NodeID {
    var id = operand
    while true {
      switch graph[id].op {
      case .flatten, .dropout: id = graph[id].inputs[0]
      default: return id
      }
    }
  }

  /// For each node, the number of weighted layers on the longest way to it.
  private func layerDepths() -> [Int] {
    var depths = Array(repeating: 0, count: graph.nodes.count)
    for id in graph.ids {
      let before = graph[id].inputs.map { depths[$0.index] }.max() ?? 0
      depths[id.index] = before + (graph[id].op.isWeighted ? 1 : 0)
    }
    return depths
  }

  /// For each node, whether only pools, activations and reshapes separate it from the last layer.
  private func valuesFeedingLast() -> [Bool] {
    var result = Array(repeating: false, count: graph.nodes.count)
    for id in graph.ids.reversed() {
      switch graph[id].op {
      case .convolution, .linear: if !roles.last.contains(id) { continue }
      case .pool, .globalAveragePool, .flatten, .dropout, .activation:
        if !result[id.index] { continue }
      default: continue
      }
      result[graph[id].inputs[0].index] = true
    }
    return result
  }
}

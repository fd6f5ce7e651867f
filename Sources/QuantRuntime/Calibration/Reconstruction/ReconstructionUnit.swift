/// A piece of a network that is rounded at once: everything between two values.
///
/// The values are named and not positions, because the float network and the quantized one have the same
/// names and other positions.
public struct ReconstructionUnit: Hashable, Sendable {
  /// The value that enters, before its quantizer.
  public var input: String
  /// The value that leaves, behind the activation of its last layer and before its quantizer.
  public var output: String
  /// The layers in it, in order.
  public var layers: [String]
  public var kind: Kind

  public enum Kind: String, Sendable {
    case layer
    /// Layers one after the other.
    case chain
    /// Branches that meet again.
    case residual
  }
}

/// How a network is cut into units.
public enum UnitRule: String, Sendable, CaseIterable {
  /// Every layer for itself: AdaRound.
  case layers
  /// Residual structures as a whole, other layers in chains of up to three: BRECQ (Li et al., ICLR 2021,
  /// section 3.2; MQBench's toolkit).
  case blocks
}

extension Graph {
  /// The units of a float network in the order of their layers; together they have every layer once.
  public func reconstructionUnits(_ rule: UnitRule) throws(GraphError) -> [ReconstructionUnit] {
    let partition = UnitPartition(self, types: try types())
    switch rule {
    case .layers: return partition.layers
    case .blocks: return partition.blocks
    }
  }
}

/// Finds the values that everything before them passes through, and what lies between two of them.
private struct UnitPartition {
  let graph: Graph
  let types: [ValueType]
  private let readers: [[NodeID]]
  /// Longest chain of layers that is one unit.
  private static let chain = 3

  init(_ graph: Graph, types: [ValueType]) {
    self.graph = graph
    self.types = types
    let types = types
    readers = graph.consumers().map { $0.filter { types[$0.index].isBatched } }
  }

  /// Each layer from its operand to the activation that reads it alone.
  var layers: [ReconstructionUnit] {
    weighted(graph.ids).map { layer in
      ReconstructionUnit(
        input: graph[graph[layer].inputs[0]].name, output: graph[end(of: layer)].name,
        layers: [graph[layer].name], kind: .layer)
    }
  }

  var blocks: [ReconstructionUnit] {
    var result: [ReconstructionUnit] = []
    let cuts = cuts
    for (start, end) in zip(cuts, cuts.dropFirst()) {
      let inner = graph.ids.filter { $0 > start && $0 <= end && types[$0.index].isBatched }
      let layers = weighted(inner).map { graph[$0].name }
      guard !layers.isEmpty else { continue }
      let forks = ([start] + inner.dropLast()).contains { readers[$0.index].count > 1 }
      let unit = ReconstructionUnit(
        input: graph[start].name, output: graph[end].name, layers: layers,
        kind: forks ? .residual : layers.count > 1 ? .chain : .layer)
      if !forks, let last = result.last, last.kind != .residual,
        last.layers.count + layers.count <= Self.chain, last.output == unit.input
      {
        result[result.count - 1] = ReconstructionUnit(
          input: last.input, output: unit.output, layers: last.layers + layers, kind: .chain)
      } else {
        result.append(unit)
      }
    }
    return result
  }

  /// The input, every value that all later ones depend on through it alone and that a layer or several
  /// nodes read, and the output.
  private var cuts: [NodeID] {
    let values = graph.ids.filter { types[$0.index].isBatched }
    var result: [NodeID] = []
    var lastRead = values.map { _ in 0 }
    let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
    for (place, value) in values.enumerated() {
      lastRead[place] = readers[value.index].compactMap { places[$0] }.max() ?? place
    }
    var reach = 0
    for (place, value) in values.enumerated() {
      // What was computed before is read no later than here.
      let isAlone = reach <= place
      reach = max(reach, lastRead[place])
      let isRead =
        readers[value.index].count > 1
        || readers[value.index].contains { graph[$0].op.isWeighted }
      if isAlone && (place == 0 || isRead) || value == graph.output { result.append(value) }
    }
    return result
  }

  private func weighted(_ ids: [NodeID]) -> [NodeID] { ids.filter { graph[$0].op.isWeighted } }

  private func end(of layer: NodeID) -> NodeID {
    guard readers[layer.index].count == 1, layer != graph.output,
      case .activation = graph[readers[layer.index][0]].op
    else { return layer }
    return readers[layer.index][0]
  }
}

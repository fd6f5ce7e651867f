/// One layer in the listing of a network.
public struct LayerSummary: Hashable, Sendable {
  public var name: String
  /// The op's word, such as `convolution`.
  public var op: String
  /// Of one image: `[C, H, W]` or `[F]`.
  public var outputShape: Shape
  /// Trained numbers that this layer reads directly or through a quantizer, scales left out.
  public var parameters: Int
  /// Multiply-accumulates for one image; only convolutions and linear layers have any.
  public var macs: Int
  /// Of the quantizers that it reads; nil for what it reads in float.
  public var weightBits: Int?
  public var inputBits: Int?
}

extension Model {
  /// One row for each layer, in order; parameters, quantizers and convolutions that only give batch
  /// statistics have no rows of their own.
  ///
  /// - Throws: `GraphError` when the graph breaks a rule.
  public func summary() throws(GraphError) -> [LayerSummary] { try graph.summary() }

  /// Multiply-accumulates of one forward pass for one image.
  ///
  /// - Throws: `GraphError` when the graph breaks a rule.
  public func macs() throws(GraphError) -> Int {
    try graph.summary().reduce(0) { $0 + $1.macs }
  }
}

extension Graph {
  func summary() throws(GraphError) -> [LayerSummary] {
    let types = try types()
    let statistics = Set(statisticsConvolutions().values)
    let parameters = ownParameters(types, besides: statistics)
    return ids.compactMap { id in
      guard types[id.index].isBatched, !statistics.contains(id) else { return nil }
      if case .fakeQuant = self[id].op { return nil }
      return LayerSummary(
        name: self[id].name, op: self[id].op.label, outputShape: types[id.index].shape,
        parameters: parameters[id.index], macs: macs(of: self[id], types),
        weightBits: bits(of: .weight, readBy: self[id]),
        inputBits: bits(of: .activation, readBy: self[id]))
    }
  }

  /// Of several quantizers, such as those of both sides of an addition, the fewest bits.
  private func bits(of site: FakeQuant.Site, readBy node: Node) -> Int? {
    node.inputs.compactMap { input in
      guard case .fakeQuant(let quantizer) = self[input].op, quantizer.site == site else {
        return nil
      }
      return quantizer.spec.bits
    }.min()
  }

  /// For each batched node, the parameters it is the first to need.
  private func ownParameters(_ types: [ValueType], besides left: Set<NodeID>) -> [Int] {
    var counts = Array(repeating: 0, count: nodes.count)
    var counted = Set<NodeID>()
    for id in ids where types[id.index].isBatched && !left.contains(id) {
      var pending = self[id].inputs
      while let input = pending.popLast() {
        guard !types[input.index].isBatched, counted.insert(input).inserted else { continue }
        if let entry = self[input].op.stateEntry {
          guard entry.role.isTrained, entry.role != .quantizer else { continue }
          counts[id.index] += entry.shape.count
        } else {
          pending += self[input].inputs
        }
      }
    }
    return counts
  }

  private func macs(of node: Node, _ types: [ValueType]) -> Int {
    switch node.op {
    case .convolution(let convolution):
      let input = types[node.inputs[0].index].shape
      let weight = types[node.inputs[1].index].shape
      return weight.count * convolution.outputShape(input: input, weight: weight)[1]
        * convolution.outputShape(input: input, weight: weight)[2]
    case .linear:
      return types[node.inputs[1].index].shape.count
    default:
      return 0
    }
  }
}

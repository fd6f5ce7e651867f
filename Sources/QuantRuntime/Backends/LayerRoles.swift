/// What a network's weighted layers, its convolutions and linear layers, are to each other.
struct LayerRoles {
  /// All of them, in order; convolutions for statistics are none.
  let layers: [NodeID]
  /// Those that no other weighted layer comes before.
  let first: Set<NodeID>
  /// Those that no other weighted layer comes after.
  let last: Set<NodeID>
  /// For each node, the weighted layers it gets its value from without another in between; itself
  /// for a weighted layer.
  let producers: [Set<NodeID>]
  /// For each node, the weighted layers that read its value without another in between.
  let readers: [Set<NodeID>]

  init(_ graph: Graph) {
    var producers = Array(repeating: Set<NodeID>(), count: graph.nodes.count)
    var readers = producers
    var layers: [NodeID] = []
    let statistics = Set(graph.statisticsConvolutions().values)
    func isLayer(_ id: NodeID) -> Bool { graph[id].op.isWeighted && !statistics.contains(id) }
    for id in graph.ids {
      let sources = graph[id].inputs.reduce(into: Set()) { $0.formUnion(producers[$1.index]) }
      producers[id.index] = isLayer(id) ? [id] : sources
      if isLayer(id) { layers.append(id) }
    }
    for id in graph.ids.reversed() {
      let passedOn = isLayer(id) ? [id] : readers[id.index]
      for input in graph[id].inputs { readers[input.index].formUnion(passedOn) }
    }
    self.layers = layers
    self.producers = producers
    self.readers = readers
    first = Set(
      layers.filter { layer in
        graph[layer].inputs.first.map { producers[$0.index].isEmpty } ?? true
      })
    last = Set(layers.filter { readers[$0.index].isEmpty })
  }

  /// First or last: the layers that stay at 8 bits.
  func isEdge(_ layer: NodeID) -> Bool { first.contains(layer) || last.contains(layer) }
}

extension Op {
  /// Convolutions and linear layers.
  var isWeighted: Bool {
    switch self {
    case .convolution, .linear: true
    default: false
    }
  }
}

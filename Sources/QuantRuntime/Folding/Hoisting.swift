/// State tensors that a rewriting needs earlier than the old graph has them.
struct Hoisting {
  private let graph: Graph
  /// Where tensors are in the new graph, by their old place.
  private(set) var places: [NodeID: NodeID] = [:]

  /// - Parameter graph: the one that is rewritten.
  init(_ graph: Graph) { self.graph = graph }

  /// The place of a tensor in the new graph, where it is put at the first call.
  mutating func place(_ id: NodeID, in result: inout Graph) -> NodeID {
    if let place = places[id] { return place }
    let place = result.append(graph[id].op, name: graph[id].name)
    places[id] = place
    return place
  }
}

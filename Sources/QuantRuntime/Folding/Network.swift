/// A graph with its numbers: what a pass that changes both takes and gives.
public struct Network: Hashable, Sendable {
  public var graph: Graph
  /// One tensor for each state entry of the graph, by the entry's name.
  public var state: [String: Tensor]

  public init(graph: Graph, state: [String: Tensor]) {
    self.graph = graph
    self.state = state
  }

  /// The tensor that a parameter or buffer node stands for.
  ///
  /// - Throws: `FoldingError.missingState` when the node has none or its shape is another.
  func tensor(_ node: NodeID) throws(FoldingError) -> Tensor {
    guard let entry = graph[node].op.stateEntry, let tensor = state[entry.name],
      tensor.shape == entry.shape
    else { throw .missingState(name: graph[node].name) }
    return tensor
  }

  /// The same network without tensors that its graph does not need.
  func withoutDeadState() -> Network {
    let names = Set(graph.stateEntries.map(\.name))
    return Network(graph: graph, state: state.filter { names.contains($0.key) })
  }
}

/// A network whose batch norm cannot be folded.
public enum FoldingError: RuntimeFailure, Equatable {
  /// A tensor that folding needs is not there, or not in the shape that the graph says.
  case missingState(name: String)

  public var code: String { "fold.missing_state" }

  public var message: String {
    switch self {
    case .missingState(let name): "there is no tensor '\(name)' in the shape that the graph needs"
    }
  }
}

/// Which nodes are computed in the pass over memory of another node.
///
/// - A batch norm or an addition whose only reader is an activation takes it over. The backward pass
///   judges the activation by its result.
/// - An addition takes over a batch norm whose only reader it is: a residual block's last norm, the
///   addition and the activation behind it are one pass.
///
/// The value of an inner node then never exists in memory.
struct Fusion {
  /// For a batch norm or an addition: the activation that it computes too.
  private var activations: [Int: NodeID] = [:]
  /// For an addition: the batch norm that it computes too.
  private var norms: [Int: NodeID] = [:]
  private var taken: Set<NodeID> = []

  init(_ graph: Graph) {
    let consumers = graph.consumers()
    func soleReader(_ id: NodeID) -> NodeID? {
      id != graph.output && consumers[id.index].count == 1 ? consumers[id.index][0] : nil
    }
    for id in graph.ids {
      switch graph[id].op {
      case .batchNorm, .add: break
      default: continue
      }
      guard let reader = soleReader(id), case .activation = graph[reader].op else { continue }
      activations[id.index] = reader
      taken.insert(reader)
    }
    for id in graph.ids {
      guard case .add = graph[id].op else { continue }
      let norm = graph[id].inputs.first { operand in
        guard case .batchNorm = graph[operand].op else { return false }
        return soleReader(operand) == id
      }
      guard let norm else { continue }
      norms[id.index] = norm
      taken.insert(norm)
    }
  }

  /// The activation that is computed with the node, and has its gradient.
  func activation(after id: NodeID) -> NodeID? { activations[id.index] }

  /// The batch norm that is computed with an addition.
  func norm(of addition: NodeID) -> NodeID? { norms[addition.index] }

  /// Whether another node computes this one.
  func isTaken(_ id: NodeID) -> Bool { taken.contains(id) }
}

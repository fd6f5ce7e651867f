/// Which nodes are computed in the pass over memory of another node.
///
/// - A batch norm or an addition whose only reader is an activation takes it over. The backward pass
///   judges the activation by its result.
/// - An addition takes over a batch norm whose only reader it is: a residual block's last norm, the
///   addition and the activation behind it are one pass.
/// - A batch norm takes over the division by a fold factor before it.
/// - A quantizer takes over all of these, and an activation alone, when it is the only reader of their
///   result: it computes them from what is in memory, chunk by chunk.
///
/// The value of an inner node then never exists in memory.
struct Fusion {
  /// For a batch norm or an addition: the activation that it computes too.
  private var activations: [Int: NodeID] = [:]
  /// For an addition: the batch norm that it computes too.
  private var norms: [Int: NodeID] = [:]
  /// For a batch norm: the division before it.
  private var divisions: [Int: NodeID] = [:]
  private var taken: Set<NodeID> = []
  /// Results that only a quantizer computes.
  private var computed: Set<NodeID> = []

  /// - Parameter kept: nodes whose values someone outside of the graph reads too.
  init(_ graph: Graph, keeping kept: Set<NodeID> = []) {
    let consumers = graph.consumers()
    func soleReader(_ id: NodeID) -> NodeID? {
      guard id != graph.output, !kept.contains(id) else { return nil }
      return consumers[id.index].count == 1 ? consumers[id.index][0] : nil
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
      switch graph[id].op {
      case .add: takeNorm(id, graph, soleReader)
      case .batchNorm: takeDivision(id, graph, soleReader)
      case .fakeQuant(let quantizer) where quantizer.spec.granularity == .tensor:
        let source = graph[id].inputs[0]
        if soleReader(source) == id { takeSource(source, graph) }
      default: continue
      }
    }
  }

  private mutating func takeNorm(
    _ addition: NodeID, _ graph: Graph, _ soleReader: (NodeID) -> NodeID?
  ) {
    let norm = graph[addition].inputs.first { operand in
      guard case .batchNorm = graph[operand].op else { return false }
      return soleReader(operand) == addition
    }
    guard let norm else { return }
    norms[addition.index] = norm
    taken.insert(norm)
  }

  private mutating func takeDivision(
    _ norm: NodeID, _ graph: Graph, _ soleReader: (NodeID) -> NodeID?
  ) {
    let operand = graph[norm].inputs[0]
    guard case .scaleChannels(let scale) = graph[operand].op, scale.isInverse,
      soleReader(operand) == norm
    else { return }
    divisions[norm.index] = operand
    taken.insert(operand)
  }

  private mutating func takeSource(_ source: NodeID, _ graph: Graph) {
    switch graph[source].op {
    case .batchNorm, .add, .activation: computed.insert(source)
    default: return
    }
  }

  /// The activation that is computed with the node, and has its gradient.
  func activation(after id: NodeID) -> NodeID? { activations[id.index] }

  /// The batch norm that is computed with an addition.
  func norm(of addition: NodeID) -> NodeID? { norms[addition.index] }

  /// The division by a fold factor that is computed with a batch norm.
  func division(before norm: NodeID) -> NodeID? { divisions[norm.index] }

  /// Whether another node computes this one.
  func isTaken(_ id: NodeID) -> Bool { taken.contains(id) }

  /// Whether a result, of a chain's last node, is only computed by the quantizer that reads it.
  func isComputed(_ id: NodeID) -> Bool { computed.contains(id) }
}

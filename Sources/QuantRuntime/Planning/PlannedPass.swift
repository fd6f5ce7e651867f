/// A pass over one batch: what a plan is compiled for, and what its time and memory depend on.
public struct PlannedPass: Hashable, Sendable {
  public var graph: Graph
  public var batch: Int
  public var mode: Mode

  public enum Mode: Hashable, Sendable {
    /// Forward only.
    case evaluate
    /// Forward, backward and update.
    case train(frozenNorm: Bool)
  }

  public init(_ graph: Graph, batch: Int, mode: Mode) {
    self.graph = graph
    self.batch = batch
    self.mode = mode
  }

  /// Multiply-accumulates of the pass; backward there are twice as many as forward.
  ///
  /// - Throws: `GraphError`.
  func macs() throws(GraphError) -> Double {
    let forward = Double(batch) * Double(try graph.summary().reduce(0) { $0 + $1.macs })
    return mode == .evaluate ? forward : 3 * forward
  }

  /// How smoothed the labels are changes neither time nor memory.
  var planMode: Plan.Mode {
    switch mode {
    case .evaluate: .evaluate
    case .train(let frozenNorm): .train(labelSmoothing: 0, frozenNorm: frozenNorm)
    }
  }

  /// What its plan takes and does.
  ///
  /// - Throws: what compiling the plan throws.
  func outline() throws -> Plan.Outline {
    try ComputeThread.run {
      try Plan.outline(
        graph, store: ParameterStore(graph: graph, state: initialState(of: graph, seed: 0)),
        batch: batch, mode: planMode, rules: QuantizerCatalog.rules)
    }
  }
}

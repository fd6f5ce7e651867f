/// Passes over the float network that a quantized graph came from, which calibration looks at.
extension Plan {
  /// A forward pass in which no quantizer quantizes: each one's values are shown to `visit` and passed
  /// on.
  ///
  /// - Parameters:
  ///   - isStopped: as in `forward`.
  ///   - visit: gets the quantizer's node, the quantizer and the values that reach it.
  /// - Throws: `EngineError`, `Interrupted`, and what `visit` throws.
  public func observe(
    until isStopped: () -> Bool = { false },
    _ visit: (_ node: NodeID, _ quantizer: FakeQuant, _ values: ObservedTensor) throws -> Void
  ) throws {
    for step in forwardSteps {
      if isStopped() { throw Interrupted() }
      guard let quantizer = step as? FakeQuantForward else {
        try step.run()
        continue
      }
      try visit(quantizer.id, quantizer.quantizer, quantizer.observed())
      quantizer.passThrough()
    }
  }

  /// Sets the numbers of every quantizer to what calibration found.
  ///
  /// - Parameters:
  ///   - observed: what was seen of each channel's values, by node.
  ///   - ranges: what the numbers are to cover; nil leaves them to the algorithm's own formula.
  /// - Returns: the specs with their signs decided, to be put into the graph.
  public func startQuantizers(
    from observed: [NodeID: [ObservedValues]],
    covering ranges: (NodeID, FakeQuant) throws -> [(minimum: Float, maximum: Float)]?
  ) throws -> [NodeID: QuantSpec] {
    var specs: [NodeID: QuantSpec] = [:]
    for case let step as FakeQuantForward in forwardSteps {
      guard let values = observed[step.id] else { continue }
      step.decideSign(by: values)
      step.start(from: values, covering: try ranges(step.id, step.quantizer))
      specs[step.id] = step.spec
    }
    return specs
  }
}

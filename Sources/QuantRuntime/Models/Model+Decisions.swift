/// One tensor of a quantized model, with what quantizes it and why.
public struct ExplainedTensor: Hashable, Sendable {
  public var decision: PlacementDecision
  /// The quantizer as it is now; nil for a tensor that stays in float.
  public var quantizer: FakeQuant?
}

extension Model {
  /// Why the tensors of some nodes have quantizers or have none, in the order of the network.
  ///
  /// - Parameter pattern: a node's name, `*` and `?` standing for any text and any character.
  /// - Throws: `QuantizeError.notQuantized`, `.unmatchedNode`.
  public func explanation(of pattern: String) throws(QuantizeError) -> [ExplainedTensor] {
    guard let quantization else { throw .notQuantized(model: name) }
    let found = quantization.decisions.filter { matchesWildcards($0.node, pattern) }
    guard !found.isEmpty else {
      throw .unmatchedNode(pattern, nodes: quantization.decisions.map(\.node))
    }
    let quantizers = Dictionary(
      quantizerNodes.map { (graph[$0.id].name, $0.quantizer) }, uniquingKeysWith: { a, _ in a })
    return found.map { decision in
      ExplainedTensor(
        decision: decision, quantizer: decision.quantizer.flatMap { quantizers[$0] })
    }
  }
}

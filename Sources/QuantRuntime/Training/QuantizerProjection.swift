/// Keeps the learned numbers of a model's quantizers in their valid range after each update:
/// positive scales, zero points on the grid.
struct QuantizerProjection {
  /// One quantizer: its rule and the buffers of its learned tensors, one element a channel.
  private struct Site {
    var rule: any FakeQuantRule
    var spec: QuantSpec
    var tensors: [UnsafeMutableBufferPointer<Float>]
  }

  private let sites: [Site]

  /// - Parameter graph: with resolved signs, as after initialization.
  init(graph: Graph, trainables: [Trainable], rules: FakeQuantRules) {
    let values = Dictionary(
      trainables.map { ($0.entry.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    sites = graph.nodes.compactMap { node in
      guard case .fakeQuant(let quantizer) = node.op, let rule = rules[quantizer.algorithm] else {
        return nil
      }
      let tensors = node.inputs.dropFirst().compactMap { input in
        graph[input].op.stateEntry.flatMap { values[$0.name] }
      }
      guard tensors.count == node.inputs.count - 1, !tensors.isEmpty else { return nil }
      return Site(rule: rule, spec: quantizer.spec, tensors: tensors)
    }
  }

  func apply() {
    for site in sites {
      for channel in site.tensors[0].indices {
        var learned = FakeQuantParameters.zero
        for (index, tensor) in site.tensors.enumerated() { learned[index] = tensor[channel] }
        let projected = site.rule.projected(learned, for: site.spec)
        for (index, tensor) in site.tensors.enumerated() { tensor[channel] = projected[index] }
      }
    }
  }
}

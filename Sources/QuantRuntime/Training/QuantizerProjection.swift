/// Keeps the learned numbers of a model's quantizers in their valid range after each update:
/// positive scales, zero points on the grid.
struct QuantizerProjection {
  /// One quantizer: its rule and the tensors of its numbers, one element a channel.
  private struct Site {
    var rule: any FakeQuantRule
    var quantizer: FakeQuant
    /// The learned ones, then the statistics.
    var tensors: [UnsafeMutableBufferPointer<Float>]
    var learnedCount: Int
  }

  private let sites: [Site]

  /// - Parameter graph: with resolved signs, as after initialization.
  init(graph: Graph, store: ParameterStore, rules: FakeQuantRules) {
    sites = graph.nodes.compactMap { node in
      guard case .fakeQuant(let quantizer) = node.op, let rule = rules[quantizer.algorithm] else {
        return nil
      }
      let tensors = node.inputs.dropFirst().compactMap { input in
        graph[input].op.stateEntry.map { store.values(of: $0) }
      }
      let learnedCount = rule.parameterNames(for: quantizer).count
      guard learnedCount > 0, tensors.count == node.inputs.count - 1 else { return nil }
      return Site(
        rule: rule, quantizer: quantizer, tensors: tensors, learnedCount: learnedCount)
    }
  }

  func apply() {
    for site in sites {
      for channel in site.tensors[0].indices {
        var numbers = FakeQuantNumbers.zero
        for (index, tensor) in site.tensors.enumerated() { numbers[index] = tensor[channel] }
        let projected = site.rule.projected(numbers, for: site.quantizer)
        for index in 0..<site.learnedCount { site.tensors[index][channel] = projected[index] }
      }
    }
  }
}

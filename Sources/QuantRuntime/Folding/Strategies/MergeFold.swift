/// Strategy 0: batch norm is merged into weight and bias once, before training, and deleted.
///
///     w_fold = w * gamma / sqrt(var + eps)        var, mean: running statistics
///     b_fold = beta + (b - mean) * gamma / sqrt(var + eps)
///     y = conv(x, Q(w_fold)) + b_fold
///
/// What trains then is w_fold and b_fold, under the names of the convolution's weight and bias.
/// Without normalization large learning rates diverge (MQBench, section 3.2).
enum MergeFold {
  static let strategy = FoldingStrategy(
    name: "merge", number: 0, type: "MergeFold",
    summary: "Merges batch norm into weight and bias once, before training.", apply: merged)

  static func merged(_ network: Network) throws(FoldingError) -> Network {
    let pairs = network.graph.convolutionNorms()
    var state = network.state
    var biases: [NodeID: StateEntry] = [:]
    for pair in pairs {
      let factors = try pair.factors(in: network)
      let weight = network.graph[pair.weight.parameter].name
      let bias = StateEntry(
        "\(network.graph[pair.convolution].name).bias", [factors.count], .bias)
      state[weight] = try network.tensor(pair.weight.parameter).scaled(byChannel: factors)
      state[bias.name] = try pair.foldedBias(in: network, factors: factors)
      biases[pair.convolution] = bias
    }
    let graph = network.graph.withoutNorms(pairs, biases: biases)
    return Network(graph: graph, state: state).withoutDeadState()
  }
}

extension Graph {
  /// The graph with each pair's convolution reading the given bias and without its batch norm and
  /// what a fold in training left between them.
  func withoutNorms(_ pairs: [ConvolutionNorm], biases: [NodeID: StateEntry]) -> Graph {
    let removed = Set(
      pairs.flatMap { [$0.norm, $0.unscale, $0.weight.scale, $0.weight.ratio].compactMap { $0 } })
    let oldBiases = Set(pairs.compactMap(\.bias))
    return rewritten { id, node, inputs, into in
      if removed.contains(id) { return inputs[0] }
      // A bias there was has the name of the new one; it appears where the convolution is.
      if oldBiases.contains(id) { return NodeID(0) }
      guard let bias = biases[id] else { return into.append(node.op, inputs, name: node.name) }
      let operand = into.append(.parameter(bias), name: bias.name)
      return into.append(node.op, [inputs[0], inputs[1], operand], name: node.name)
    }
  }
}

/// The training graph of the strategies whose batch norm is wholly in weight and bias:
///
///     y = conv(x, Q(w * gamma / sigma_w) * ratio) + beta + (b - mean) gamma / sigma_b
///
/// They differ in where the deviations come from. Statistics of the batch are those of a second, float
/// convolution o = conv(x, w) + b, which evaluation leaves out.
struct FoldedTraining {
  /// Whether mean and deviation of the bias are those of the batch; else the running ones.
  var measuresBatch: Bool
  /// Whether the weight is folded with the deviation of the batch too.
  var foldsBatch: Bool

  /// - Parameter graph: a float network.
  func folded(_ graph: Graph) -> Graph {
    let pairs = Dictionary(
      uniqueKeysWithValues: graph.convolutionNorms().map { ($0.convolution, $0) })
    let norms = Set(pairs.values.map(\.norm))
    var hoisted = Hoisting(graph)
    return graph.rewritten { id, node, inputs, into in
      if let place = hoisted.places[id] { return place }
      if norms.contains(id) { return inputs[0] }
      guard let pair = pairs[id] else { return into.append(node.op, inputs, name: node.name) }
      // What is folded comes before the convolution, so the norm's tensors move up.
      let norm = NormTensors(
        gamma: hoisted.place(pair.gamma, in: &into), beta: hoisted.place(pair.beta, in: &into),
        mean: hoisted.place(pair.mean, in: &into),
        variance: hoisted.place(pair.variance, in: &into), epsilon: pair.epsilon,
        momentum: pair.momentum)
      return append(node, inputs, norm, to: &into)
    }
  }

  /// A batch norm's tensors in the new graph.
  private struct NormTensors {
    var gamma: NodeID
    var beta: NodeID
    var mean: NodeID
    var variance: NodeID
    var epsilon: Double
    var momentum: Double
  }

  private func append(
    _ node: Node, _ inputs: [NodeID], _ norm: NormTensors, to graph: inout Graph
  ) -> NodeID {
    let name = node.name
    let measured =
      measuresBatch ? [graph.append(node.op, inputs, name: "\(name).statistics")] : []
    let moments = graph.append(
      .moments(momentum: norm.momentum), [norm.mean, norm.variance] + measured,
      name: "\(name).moments")
    let factor = graph.append(
      .foldFactor(epsilon: norm.epsilon), [norm.gamma, foldsBatch ? moments : norm.variance],
      name: "\(name).fold_factor")
    var weight = graph.append(
      .scaleChannels(ChannelScale()), [inputs[1], factor], name: "\(name).folded_weight")
    if measuresBatch && !foldsBatch {
      let ratio = graph.append(
        .deviationRatio(epsilon: norm.epsilon), [norm.variance, moments],
        name: "\(name).deviation_ratio")
      weight = graph.append(
        .scaleChannels(ChannelScale()), [weight, ratio], name: "\(name).rescaled_weight")
    }
    let bias = graph.append(
      .foldBias(epsilon: norm.epsilon), [norm.gamma, norm.beta, moments] + inputs.dropFirst(2),
      name: "\(name).folded_bias")
    return graph.append(node.op, [inputs[0], weight, bias], name: name)
  }
}

extension Graph {
  /// The convolutions that only give the statistics of a batch, by the layer whose batch norm they
  /// are for. They read the layer's input and its float weight, and are no layers of the network.
  func statisticsConvolutions() -> [NodeID: NodeID] {
    let consumers = consumers()
    var result: [NodeID: NodeID] = [:]
    for id in ids {
      guard case .foldBias = self[id].op, case .moments = self[self[id].inputs[2]].op,
        let layer = consumers[id.index].first, self[self[id].inputs[2]].inputs.count > 2
      else { continue }
      result[layer] = self[self[id].inputs[2]].inputs[2]
    }
    return result
  }

  /// As `consumers`, without the convolutions that only give statistics.
  func networkConsumers() -> [[NodeID]] {
    let statistics = Set(statisticsConvolutions().values)
    return consumers().map { readers in readers.filter { !statistics.contains($0) } }
  }

  /// The value that a layer's weight quantizer takes: what comes before the ratio of deviations.
  func unquantizedWeight(of layer: NodeID) -> (value: NodeID, reader: NodeID) {
    let operand = self[layer].inputs[1]
    guard case .scaleChannels = self[operand].op,
      case .deviationRatio = self[self[operand].inputs[1]].op
    else { return (operand, layer) }
    return (self[operand].inputs[0], operand)
  }
}

/// A convolution whose result only a batch norm reads, as the folding strategies look for it, or one
/// whose batch norm they have put into its weight and bias.
struct ConvolutionNorm {
  var convolution: NodeID
  /// The batch norm, or the folded bias that stands for it.
  var norm: NodeID
  var epsilon: Double
  /// Weight of a new batch in the running statistics.
  var momentum: Double
  var gamma: NodeID
  var beta: NodeID
  var mean: NodeID
  var variance: NodeID
  /// Where the convolution's weight comes from.
  var weight: WeightPath
  /// Bias of the convolution, rarely there.
  var bias: NodeID?
  /// The division by the fold factor between the two, left by `TorchFold`.
  var unscale: NodeID?

  /// gamma / sqrt(variance + epsilon) of each channel, in Double, however small; a quantized weight
  /// times a factor below `Op.smallestFoldFactor` is 0 like one times that factor.
  func factors(in network: Network) throws(FoldingError) -> [Double] {
    let gamma = try network.tensor(gamma).values
    let variance = try network.tensor(variance).values
    return zip(gamma, variance).map { Double($0) / (Double($1) + epsilon).squareRoot() }
  }

  /// beta + (b - mean) * factor, the bias after folding; b is 0 without a bias.
  func foldedBias(in network: Network, factors: [Double]) throws(FoldingError) -> Tensor {
    let beta = try network.tensor(beta)
    let mean = try network.tensor(mean).values
    let bias = try bias.map { (id: NodeID) throws(FoldingError) in try network.tensor(id).values }
    let values = factors.indices.map { c in
      Float(Double(beta.values[c]) + (Double(bias?[c] ?? 0) - Double(mean[c])) * factors[c])
    }
    return Tensor(beta.shape, values: values)
  }
}

/// The nodes between a weight's parameter and the convolution that reads it.
struct WeightPath {
  var parameter: NodeID
  /// The multiplication by the fold factor, left by a strategy.
  var scale: NodeID?
  /// The correction of the quantized weight by a ratio of deviations.
  var ratio: NodeID?
  /// What the quantizer's algorithm does to the weight first.
  var transform: NodeID?
  var quantizer: NodeID?

  /// Follows a convolution's weight operand back to its parameter; nil when it is anything else than
  /// parameter, factor, transform, quantizer, ratio, each read by one node only; the parameter can be
  /// read by a convolution for statistics too.
  init?(from operand: NodeID, in graph: Graph, consumers: [[NodeID]]) {
    var id = operand
    while true {
      let node = graph[id]
      let readers = consumers[id.index]
      if case .parameter = node.op {
        guard readers.count == 1 || readers.count == 2 && scale != nil else { return nil }
        parameter = id
        return
      }
      guard readers.count == 1 else { return nil }
      switch node.op {
      case .scaleChannels
      where id == operand && graph.unquantizedWeight(of: readers[0]).reader == id:
        ratio = id
      case .fakeQuant where quantizer == nil && transform == nil && scale == nil: quantizer = id
      case .weightTransform where transform == nil && scale == nil: transform = id
      case .scaleChannels(let factor) where scale == nil && !factor.isInverse: scale = id
      default: return nil
      }
      id = node.inputs[0]
    }
  }
}

extension Graph {
  /// Every batch norm that directly follows a convolution or is folded into one, in order.
  func convolutionNorms() -> [ConvolutionNorm] {
    let consumers = consumers()
    return ids.compactMap {
      convolutionNorm(endingAt: $0, consumers) ?? foldedNorm(at: $0, consumers)
    }
  }

  private func foldedNorm(at id: NodeID, _ consumers: [[NodeID]]) -> ConvolutionNorm? {
    guard case .foldBias(let epsilon) = self[id].op, let layer = consumers[id.index].first,
      case .convolution = self[layer].op, case .moments(let momentum) = self[self[id].inputs[2]].op,
      let weight = WeightPath(from: self[layer].inputs[1], in: self, consumers: consumers)
    else { return nil }
    let operands = self[id].inputs
    let statistics = self[operands[2]].inputs
    return ConvolutionNorm(
      convolution: layer, norm: id, epsilon: epsilon, momentum: momentum, gamma: operands[0],
      beta: operands[1], mean: statistics[0], variance: statistics[1], weight: weight,
      bias: operands.count > 3 ? operands[3] : nil)
  }

  private func convolutionNorm(endingAt id: NodeID, _ consumers: [[NodeID]]) -> ConvolutionNorm? {
    guard case .batchNorm(let norm) = self[id].op, self[id].inputs.count == 5 else { return nil }
    let operands = self[id].inputs
    guard operands.dropFirst().allSatisfy({ self[$0].op.stateEntry != nil }) else { return nil }
    var convolution = operands[0]
    var unscale: NodeID?
    if case .scaleChannels(let scale) = self[convolution].op, scale.isInverse,
      consumers[convolution.index].count == 1
    {
      unscale = convolution
      convolution = self[convolution].inputs[0]
    }
    let inputs = self[convolution].inputs
    guard case .convolution = self[convolution].op, consumers[convolution.index].count == 1,
      let weight = WeightPath(from: inputs[1], in: self, consumers: consumers)
    else { return nil }
    return ConvolutionNorm(
      convolution: convolution, norm: id, epsilon: norm.epsilon, momentum: norm.momentum,
      gamma: operands[1],
      beta: operands[2], mean: operands[3], variance: operands[4], weight: weight,
      bias: inputs.count > 2 ? biasParameter(inputs[2]) : nil, unscale: unscale)
  }

  /// The parameter behind a bias operand, which `TorchFold` scales.
  private func biasParameter(_ operand: NodeID) -> NodeID {
    if case .scaleChannels = self[operand].op { return self[operand].inputs[0] }
    return operand
  }
}

extension Tensor {
  /// The tensor with each slice along axis 0 multiplied by its factor in float32, with the bits of
  /// the engine's `scaleChannels`, so that a quantizer behind it gives the same integers.
  func scaled(byChannel factors: [Double]) -> Tensor {
    let size = count / max(factors.count, 1)
    var result = values
    for (channel, factor) in factors.map(Float.init).enumerated() {
      for index in channel * size..<(channel + 1) * size {
        result[index] = values[index] * factor
      }
    }
    return Tensor(shape, values: result)
  }
}

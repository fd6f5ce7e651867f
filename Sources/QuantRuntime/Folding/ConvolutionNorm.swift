/// A convolution whose result only a batch norm reads, as the folding strategies look for it.
struct ConvolutionNorm {
  var convolution: NodeID
  var norm: NodeID
  var epsilon: Double
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
  /// The multiplication by the fold factor, left by `TorchFold`.
  var scale: NodeID?
  /// What the quantizer's algorithm does to the weight first.
  var transform: NodeID?
  var quantizer: NodeID?

  /// Follows a convolution's weight operand back to its parameter; nil when it is anything else than
  /// parameter, factor, transform, quantizer, each read by one node only.
  init?(from operand: NodeID, in graph: Graph, consumers: [[NodeID]]) {
    var id = operand
    while consumers[id.index].count == 1 {
      let node = graph[id]
      switch node.op {
      case .fakeQuant where quantizer == nil && transform == nil && scale == nil: quantizer = id
      case .weightTransform where transform == nil && scale == nil: transform = id
      case .scaleChannels(let factor) where scale == nil && !factor.isInverse: scale = id
      case .parameter:
        parameter = id
        return
      default: return nil
      }
      id = node.inputs[0]
    }
    return nil
  }
}

extension Graph {
  /// Every batch norm that directly follows a convolution, in order.
  func convolutionNorms() -> [ConvolutionNorm] {
    let consumers = consumers()
    return ids.compactMap { convolutionNorm(endingAt: $0, consumers) }
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
      convolution: convolution, norm: id, epsilon: norm.epsilon, gamma: operands[1],
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

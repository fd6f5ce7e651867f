/// First values of every state tensor of a float graph, as torchvision's ResNets choose them.
///
/// - Convolution weights: normal with mean 0 and variance 2 / (O * KH * KW), He et al. 2015 with
///   the fan of the output.
/// - Linear weights and biases: uniform within +-1 / sqrt(fan in), PyTorch's default.
/// - Batch norm: gamma 1, beta 0, running mean 0, running variance 1.
/// - Quantizers: scale 1 until they meet data, zero point 0.
///
/// A tensor's numbers depend on the seed and on its position among the graph's state entries only.
func initialState(of graph: Graph, seed: UInt64) -> [String: Tensor] {
  let biasBounds = linearBiasBounds(graph)
  var state: [String: Tensor] = [:]
  for (index, entry) in graph.stateEntries.enumerated() {
    state[entry.name] = initialTensor(
      entry, bound: biasBounds[entry.name], seed: seed, lane: UInt64(index))
  }
  return state
}

private func initialTensor(
  _ entry: StateEntry, bound: Float?, seed: UInt64, lane: UInt64
) -> Tensor {
  let shape = entry.shape
  switch entry.role {
  case .weight where shape.rank == 4:
    let deviation = Float((2 / Double(shape[0] * shape[2] * shape[3])).squareRoot())
    return Tensor(
      shape,
      values: RandomStream.normals(
        shape.count, standardDeviation: deviation, seed: seed, purpose: .initialization, lane: lane)
    )
  case .weight, .bias:
    return Tensor(
      shape,
      values: RandomStream.uniforms(
        shape.count, bound: bound ?? 0, seed: seed, purpose: .initialization, lane: lane))
  case .normScale, .runningVariance:
    return Tensor(shape, repeating: 1)
  case .normShift, .runningMean:
    return Tensor(shape, repeating: 0)
  case .quantizer:
    return Tensor(shape, repeating: entry.name.hasSuffix(".zero_point") ? 0 : 1)
  case .quantizerStatistic:
    return Tensor(shape, repeating: 0)
  }
}

/// 1 / sqrt(fan in) for the weight and bias of every linear layer.
private func linearBiasBounds(_ graph: Graph) -> [String: Float] {
  var bounds: [String: Float] = [:]
  for node in graph.nodes where node.op == .linear {
    let operands = node.inputs.dropFirst().compactMap { graph[$0].op.stateEntry }
    guard let weight = operands.first, weight.shape.rank == 2, weight.shape[1] > 0 else { continue }
    let bound = 1 / Float(weight.shape[1]).squareRoot()
    for entry in operands { bounds[entry.name] = bound }
  }
  return bounds
}

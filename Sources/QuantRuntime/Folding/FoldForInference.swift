extension Network {
  /// The network as it is deployed: every batch norm after a convolution becomes weight and bias,
  /// whichever strategy it was trained with, and evaluates to the same values.
  ///
  /// - Float, or strategies 1 to 4, which fold the weight before it is quantized: weight w * f and bias beta + (b - mean) * f with
  ///   f = gamma / sqrt(var + eps) and running statistics; a quantizer keeps its place on the weight,
  ///   with what its algorithm does to the weight first.
  /// - Strategy 0 (`merge`): nothing is left to do.
  /// - Strategy -1 (`none`) with a quantized weight: the weight stays on the grid that it was trained
  ///   on and is multiplied by f afterwards, through a tensor `<convolution>.weight_factor` `[O]`.
  ///
  /// - Throws: `FoldingError.missingState` when the state does not fit the graph.
  public func foldedForInference() throws(FoldingError) -> Network {
    let pairs = graph.convolutionNorms()
    var result = self
    var biases: [NodeID: StateEntry] = [:]
    var weightFactors: [NodeID: StateEntry] = [:]
    for pair in pairs {
      let name = graph[pair.convolution].name
      let factors = try pair.factors(in: self)
      let bias = StateEntry("\(name).bias", [factors.count], .bias)
      result.state[bias.name] = try pair.foldedBias(in: self, factors: factors)
      biases[pair.convolution] = bias
      if let quantizer = pair.weight.quantizer ?? pair.weight.transform, pair.weight.scale == nil {
        let factor = StateEntry("\(name).weight_factor", [factors.count], .normScale)
        result.state[factor.name] = Tensor([factors.count], values: factors.map { Float($0) })
        weightFactors[quantizer] = factor
      } else {
        result.state[graph[pair.weight.parameter].name] =
          try tensor(pair.weight.parameter).scaled(byChannel: factors)
      }
    }
    result.graph = graph.withoutNorms(pairs, biases: biases).withWeightFactors(
      Dictionary(uniqueKeysWithValues: weightFactors.map { (graph[$0].name, $1) }))
    return result.withoutDeadState()
  }
}

extension Graph {
  /// Multiplies the results of the named quantizers by a tensor of factors along the channels.
  fileprivate func withWeightFactors(_ factors: [String: StateEntry]) -> Graph {
    rewritten { _, node, inputs, into in
      let result = into.append(node.op, inputs, name: node.name)
      guard let entry = factors[node.name] else { return result }
      let factor = into.append(.parameter(entry), name: entry.name)
      return into.append(
        .scaleChannels(ChannelScale()), [result, factor], name: "\(node.name).scaled")
    }
  }
}

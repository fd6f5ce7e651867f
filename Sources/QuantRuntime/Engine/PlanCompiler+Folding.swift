extension PlanCompiler {
  mutating func lowerMoments(_ id: NodeID, _ momentum: Double) {
    let inputs = graph[id].inputs
    let step = MomentsForward(
      node: graph[id].name, mean: value(inputs[0]), variance: value(inputs[1]),
      x: usesBatch && inputs.count > 2 ? value(inputs[2]) : nil, momentum: momentum,
      y: define(id, lanes: 1))
    forwardSteps.append(step)
    records[id.index] = .moments(step)
  }

  mutating func lowerFoldFactor(_ id: NodeID, _ epsilon: Double) {
    let node = graph[id]
    let y = define(id, lanes: 1)
    let gamma = value(node.inputs[0])
    let variance = ChannelVariance(
      value(node.inputs[1]), channels: gamma.layout.channels, epsilon: epsilon)
    forwardSteps.append(
      FoldFactorForward(node: node.name, gamma: gamma, variance: variance, y: y))
    guard isTraining, needsGradient[id.index] else { return }
    let slope = FoldSlope(node: node.name, gamma: gamma, variance: variance)
    forwardSteps.append(slope)
    records[id.index] = .fold(slope)
  }

  mutating func lowerFoldBias(_ id: NodeID, _ epsilon: Double) {
    forwardSteps.append(
      FoldBiasForward(
        node: graph[id].name, operands: foldBiasOperands(graph[id]), y: define(id, lanes: 1),
        epsilon: epsilon))
  }

  mutating func lowerDeviationRatio(_ id: NodeID, _ epsilon: Double) {
    let node = graph[id]
    forwardSteps.append(
      DeviationRatioForward(
        node: node.name, running: value(node.inputs[0]), moments: value(node.inputs[1]),
        y: define(id, lanes: 1), epsilon: epsilon))
  }

  private func foldBiasOperands(_ node: Node) -> FoldBiasOperands {
    FoldBiasOperands(
      gamma: value(node.inputs[0]), beta: value(node.inputs[1]), moments: value(node.inputs[2]),
      bias: node.inputs.count > 3 ? value(node.inputs[3]) : nil)
  }

  mutating func differentiateFoldFactor(_ node: Node, _ slope: FoldSlope, _ dy: Buffer) {
    backwardSteps.append(
      FoldFactorBackward(
        node: node.name, slope: slope, dy: dy, dGamma: contribution(to: node.inputs[0]),
        dMoments: contribution(to: node.inputs[1])))
  }

  mutating func differentiateRatio(_ id: NodeID, _ epsilon: Double, _ dy: Buffer) {
    let moments = graph[id].inputs[1]
    guard let dMoments = contribution(to: moments) else { return }
    backwardSteps.append(
      DeviationRatioBackward(
        node: graph[id].name, ratio: value(id), moments: value(moments), epsilon: epsilon, dy: dy,
        dMoments: dMoments))
  }

  mutating func differentiateFoldBias(_ node: Node, _ epsilon: Double, _ dy: Buffer) {
    let operands = foldBiasOperands(node)
    let targets = node.inputs.map { contribution(to: $0) }
    backwardSteps.append(
      FoldBiasBackward(
        node: node.name, operands: operands, epsilon: epsilon, dy: dy, dGamma: targets[0],
        dBeta: targets[1], dMoments: targets[2], dBias: targets.count > 3 ? targets[3] : nil))
  }
}

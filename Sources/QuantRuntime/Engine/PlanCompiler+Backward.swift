import CKernels

extension PlanCompiler {
  /// Appends the steps of the backward pass, from the output to the parameters.
  ///
  /// Every reader of a value contributes a gradient in a buffer of its own; when the value's node is
  /// reached, all its readers have been, and several contributions are added up.
  mutating func lowerBackward() throws {
    for id in graph.ids.reversed()
    where needsGradient[id.index] && fusion.activation(after: id) == nil {
      differentiateNumbers(id)
      guard let gradient = try totalGradient(id) else { continue }
      if case .activation = graph[id].op, fusion.isTaken(id) {
        try differentiate(graph[id].inputs[0], result: id, gradient)
      } else {
        try differentiate(id, result: id, gradient)
      }
    }
    // Nodes were visited backwards.
    trainables.reverse()
  }

  private mutating func totalGradient(_ id: NodeID) throws -> Buffer? {
    guard case .parameter(let entry) = graph[id].op else { return joinedContributions(to: id) }
    let parts = contributions[id.index] ?? []
    return parts.isEmpty ? nil : try parameterGradient(id, entry, parts)
  }

  /// The sum of what the readers of a node have contributed so far; nil without any.
  mutating func joinedContributions(to id: NodeID) -> Buffer? {
    let parts = contributions[id.index] ?? []
    guard parts.count > 1 else { return parts.first }
    let value = value(id)
    let total = Buffer(floats: value.floats)
    backwardSteps.append(
      GradientSum(node: graph[id].name, parts: parts, total: total, count: value.floats))
    return total
  }

  /// A trained tensor's gradient keeps its place: the optimizer reads it after the pass.
  private mutating func parameterGradient(
    _ id: NodeID, _ entry: StateEntry, _ parts: [Buffer]
  ) throws -> Buffer {
    let target: Buffer
    // The logits' own gradient is pinned too, and must not be taken for a parameter's.
    if parts.count == 1, parts[0] !== logitsGradient, !isShared(parts[0], by: id) {
      target = parts[0]
      try pin(target)
    } else {
      target = try persistentBuffer(byteCount: entry.shape.count * 4)
      backwardSteps.append(
        GradientSum(node: entry.name, parts: parts, total: target, count: entry.shape.count))
    }
    let value = store.buffer(for: entry)
    trainables.append(
      Trainable(
        entry: entry,
        value: UnsafeMutableBufferPointer(start: value.floats, count: entry.shape.count),
        gradient: UnsafeMutableBufferPointer(start: target.floats, count: entry.shape.count)))
    return target
  }

  /// Whether another node's gradient is the same buffer, as behind an addition.
  private func isShared(_ buffer: Buffer, by id: NodeID) -> Bool {
    contributions.contains { index, parts in index != id.index && parts.contains { $0 === buffer } }
  }

  /// A fresh buffer for what a step contributes to an operand; nil when nothing trained is behind it.
  mutating func contribution(to id: NodeID) -> Buffer? {
    guard needsGradient[id.index] else { return nil }
    let floats = sources[id.index]?.layout.floats ?? value(id).floats
    let buffer = Buffer(floats: floats)
    contributions[id.index, default: []].append(buffer)
    return buffer
  }

  /// As `contribution`, for a step that can write over the gradient it reads: that one itself, if
  /// nobody else needs it.
  ///
  /// - Parameters:
  ///   - dy: the gradient of `result`.
  mutating func contribution(
    to id: NodeID, over dy: Buffer, of result: NodeID
  ) -> Buffer? {
    guard needsGradient[id.index] else { return nil }
    guard dy !== logitsGradient, !isShared(dy, by: result) else { return contribution(to: id) }
    pass(dy, of: result, to: id)
    return dy
  }

  /// Makes a result's gradient that of an operand, as it is.
  mutating func pass(_ dy: Buffer, of result: NodeID, to id: NodeID) {
    contributions[result.index] = []
    contributions[id.index, default: []].append(dy)
  }

  /// Appends the backward steps of one node.
  ///
  /// - Parameters:
  ///   - id: the node to differentiate.
  ///   - result: the same, or the activation that was computed with it.
  ///   - dy: the gradient of `result`.
  private mutating func differentiate(_ id: NodeID, result: NodeID, _ dy: Buffer) throws {
    let node = graph[id]
    switch (node.op, records[id.index]) {
    case (.input, _), (.parameter, _), (.buffer, _):
      return
    case (.convolution(let convolution), .convolution(let forward, let geometry)?):
      try differentiateConvolution(id, convolution, forward, geometry, dy)
    case (.linear, _):
      let bias = node.inputs.count > 2 ? contribution(to: node.inputs[2]) : nil
      backwardSteps.append(
        LinearBackward(
          node: node.name, x: value(node.inputs[0]), weight: value(node.inputs[1]), dy: dy,
          dx: contribution(to: node.inputs[0]), dWeight: contribution(to: node.inputs[1]),
          dBias: bias))
    case (.batchNorm(let norm), .batchNorm(let vectors, let operands)?):
      differentiateNorm(id, norm, result: result, vectors, operands, dy)
    case (.activation(let activation), _):
      if gated.contains(id) { return pass(dy, of: id, to: node.inputs[0]) }
      guard let dx = contribution(to: node.inputs[0]) else { return }
      backwardSteps.append(
        ActivationBackward(
          node: node.name, y: value(id), dy: dy, dx: dx, activation: activation.kernelCode))
    case (.add, _):
      differentiateAdd(id, result: result, dy)
    case (.concatenate, _):
      differentiateConcatenation(id, dy)
    case (.pool, .pool(let forward, let geometry)?):
      guard let dx = contribution(to: node.inputs[0]) else { return }
      backwardSteps.append(
        try PoolBackward(node: node.name, geometry: geometry, forward: forward, dy: dy, dx: dx))
    case (.globalAveragePool, _):
      guard let dx = contribution(to: node.inputs[0]) else { return }
      backwardSteps.append(
        AverageBackward(
          node: node.name, layout: value(node.inputs[0]).layout, dy: dy, dx: dx))
    case (.flatten, _):
      differentiateFlatten(node, dy)
    case (.dropout, .dropout(let forward)?):
      guard let dx = contribution(to: node.inputs[0]) else { return }
      backwardSteps.append(
        DropoutBackward(
          node: node.name, forward: forward, dy: dy, dx: dx, count: value(node.inputs[0]).floats))
    case (.randomChoice, .randomChoice(let forward)?):
      backwardSteps.append(
        RandomChoiceBackward(
          forward: forward, dy: dy, dFirst: contribution(to: node.inputs[0]),
          dSecond: contribution(to: node.inputs[1])))
    case (.paddedShortcut, .paddedShortcut(let forward)?):
      guard let dx = contribution(to: node.inputs[0]) else { return }
      backwardSteps.append(
        PaddedShortcutBackward(node: node.name, geometry: forward.geometry, dy: dy, dx: dx))
    case (.fakeQuant, .fakeQuant(let forward)?):
      differentiateFakeQuant(id, forward, dy)
    case (.weightTransform, .weightTransform(let forward)?):
      guard let dx = contribution(to: node.inputs[0]) else { return }
      backwardSteps.append(WeightTransformBackward(forward: forward, dy: dy, dx: dx))
    // Without images they are those of the running statistics, which have no gradient to take.
    case (.moments, .moments(let forward)?) where node.inputs.count > 2:
      guard let dx = contribution(to: node.inputs[2]) else { return }
      backwardSteps.append(MomentsBackward(forward: forward, dy: dy, dx: dx))
    case (.foldFactor, .fold(let slope)?):
      differentiateFoldFactor(node, slope, dy)
    case (.foldBias(let epsilon), _):
      differentiateFoldBias(node, epsilon, dy)
    case (.deviationRatio(let epsilon), _):
      differentiateRatio(id, epsilon, dy)
    case (.scaleChannels(let scale), .scale(let multiplier)?):
      backwardSteps.append(
        ScaleChannelsBackward(
          node: node.name, x: value(node.inputs[0]), multiplier: multiplier,
          isInverse: scale.isInverse, dy: dy, dx: contribution(to: node.inputs[0]),
          dFactor: contribution(to: node.inputs[1])))
    default:
      throw EngineError.notDifferentiable(node: node.name, op: node.op.label)
    }
  }

  private mutating func differentiateConvolution(
    _ id: NodeID, _ convolution: Convolution, _ forward: ConvolutionForward,
    _ geometry: ConvolutionGeometry, _ dy: Buffer
  ) throws {
    let node = graph[id]
    let bias = node.inputs.count > 2 ? contribution(to: node.inputs[2]) : nil
    if let dWeight = contribution(to: node.inputs[1]) ?? bias.map({ _ in scratchWeight(node) }) {
      let step = try ConvolutionBackwardWeights(
        node: node.name, geometry: geometry, forward: forward.primitive,
        x: value(node.inputs[0]), dy: dy, dWeight: dWeight, dBias: bias)
      let own = step.isReference && bias == nil ? ownDepthwise(id, convolution, dy, dWeight) : nil
      backwardSteps.append(own ?? step)
    }
    if let (quantizer, slopes) = slopes(of: node.inputs[0]) {
      try differentiateSlopes(
        node.inputs[0], quantizer, slopes, convolution: id, forward.primitive, geometry, dy)
    } else if let dx = contribution(to: node.inputs[0]) {
      backwardSteps.append(
        try ConvolutionBackwardData(
          node: node.name, geometry: geometry, forward: forward.primitive, dy: dy,
          weight: value(node.inputs[1]),
          dx: PlanValue(layout: value(node.inputs[0]).layout, buffer: dx)))
    }
  }

  /// The own kernel for a depthwise convolution; nil for others.
  private func ownDepthwise(
    _ id: NodeID, _ convolution: Convolution, _ dy: Buffer, _ dWeight: Buffer
  ) -> (any Step)? {
    let node = graph[id]
    let weight = types[node.inputs[1].index].shape
    let x = value(node.inputs[0])
    let isSquare = weight[2] == weight[3] && weight[2] <= Int(MQ_DEPTHWISE_WINDOW)
    guard weight[0] == convolution.groups, weight[1] == 1, isSquare,
      x.layout.channels == weight[0], x.layout.lanes == value(id).layout.lanes
    else { return nil }
    return DepthwiseBackwardWeights(
      node: node.name, convolution: convolution, window: weight[2],
      input: types[node.inputs[0].index].shape, output: types[id.index].shape, x: x,
      dyLayout: value(id).layout, dy: dy, dWeight: dWeight)
  }

  /// oneDNN computes a bias gradient only together with that of the weights.
  private func scratchWeight(_ node: Node) -> Buffer {
    Buffer(floats: value(node.inputs[1]).floats)
  }

  /// Both operands get the gradient itself, after the activation if one was computed too.
  private mutating func differentiateAdd(_ id: NodeID, result: NodeID, _ dy: Buffer) {
    let node = graph[id]
    var gradient = dy
    let activation = fusedResult(id).activation
    if activation != linearCode && !gated.contains(result) {
      gradient = Buffer(floats: value(result).floats)
      backwardSteps.append(
        ActivationBackward(
          node: node.name, y: value(result), dy: dy, dx: gradient, activation: activation))
    }
    let lanes = sources[result.index]?.layout.lanes ?? value(result).layout.lanes
    for operand in node.inputs where needsGradient[operand.index] {
      // The norm that is computed with the addition has no value of its own, and its layout.
      guard let operandLanes = values[operand.index]?.layout.lanes, operandLanes != lanes else {
        contributions[operand.index, default: []].append(gradient)
        continue
      }
      guard let target = contribution(to: operand) else { continue }
      let toPlain = operandLanes == 1
      backwardSteps.append(
        Relayout(
          node: node.name, blocked: layout(operand, lanes: max(lanes, operandLanes)),
          source: gradient,
          target: target, toPlain: toPlain))
    }
  }

  private mutating func differentiateConcatenation(_ id: NodeID, _ dy: Buffer) {
    let parts = graph[id].inputs.map { (value($0).layout, contribution(to: $0)) }
    backwardSteps.append(
      ConcatenateBackward(node: graph[id].name, parts: parts, layout: value(id).layout, dy: dy))
  }

  private mutating func differentiateFlatten(_ node: Node, _ dy: Buffer) {
    let operand = node.inputs[0]
    guard needsGradient[operand.index] else { return }
    let layout = value(operand).layout
    guard layout.lanes > 1 else {
      contributions[operand.index, default: []].append(dy)
      return
    }
    guard let target = contribution(to: operand) else { return }
    backwardSteps.append(
      Relayout(
        node: node.name, blocked: layout, source: dy, target: target, toPlain: false))
  }
}

import CDNNL
import CKernels

extension PlanCompiler {
  /// Appends the steps that compute a node, and gives the node its value.
  mutating func lowerForward(_ id: NodeID) throws {
    let node = graph[id]
    switch node.op {
    case .input:
      try lowerInput(id)
    case .parameter(let entry), .buffer(let entry):
      values[id.index] = PlanValue(
        layout: mq_layout(fixed: entry.shape), buffer: store.buffer(for: entry))
    case .convolution(let convolution):
      try lowerConvolution(id, convolution)
    case .linear:
      let y = define(id, lanes: 1)
      forwardSteps.append(
        LinearForward(
          node: node.name, x: value(node.inputs[0]), weight: value(node.inputs[1]),
          bias: bias(of: node), y: y))
    case .batchNorm(let norm):
      guard !fusion.isTaken(id) else { return }
      try lowerBatchNorm(id, norm, into: id)
    case .activation(let activation):
      guard !fusion.isTaken(id) else { return }
      lowerActivation(id, activation)
    case .add:
      try lowerAdd(id)
    case .concatenate:
      let parts = node.inputs.map { value($0) }
      let y = define(id, lanes: parts.map(\.layout.lanes).max() ?? 1)
      forwardSteps.append(ConcatenateForward(node: node.name, parts: parts, y: y))
    case .pool(let pool):
      try lowerPool(id, pool)
    case .globalAveragePool:
      let y = define(id, lanes: 1)
      forwardSteps.append(AverageForward(node: node.name, x: value(node.inputs[0]), y: y))
    case .flatten:
      lowerFlatten(id)
    case .dropout(let rate):
      lowerDropout(id, rate)
    case .randomChoice(let rate):
      try lowerRandomChoice(id, rate)
    case .paddedShortcut(let shortcut):
      lowerPaddedShortcut(id, shortcut)
    case .fakeQuant(let quantizer):
      try lowerFakeQuant(id, quantizer)
    case .weightTransform(let transform):
      let y = define(id, lanes: 1)
      let step = WeightTransformForward(
        node: node.name, transform: transform, x: value(node.inputs[0]), y: y)
      forwardSteps.append(step)
      records[id.index] = .weightTransform(step)
    case .moments(let momentum):
      lowerMoments(id, momentum)
    case .foldFactor(let epsilon):
      lowerFoldFactor(id, epsilon)
    case .foldBias(let epsilon):
      lowerFoldBias(id, epsilon)
    case .deviationRatio(let epsilon):
      lowerDeviationRatio(id, epsilon)
    case .scaleChannels(let scale):
      guard !fusion.isTaken(id) else { return }
      let x = value(node.inputs[0])
      let y = define(id, lanes: x.layout.lanes)
      let step = ScaleChannelsForward(
        node: node.name, x: x, factor: value(node.inputs[1]), y: y, isInverse: scale.isInverse)
      forwardSteps.append(step)
      records[id.index] = .scale(multiplier: step.multiplier)
    }
  }

  /// The images are filled in row-major. With few channels that is what the first convolution wants; the
  /// values inside of a network, which pieces of it are trained on, have many, and oneDNN has only plain
  /// loops for those in that order.
  private mutating func lowerInput(_ id: NodeID) throws(EngineError) {
    let images = PlanValue(layout: layout(id, lanes: 1))
    try pin(images.buffer)
    input = images
    guard types[id.index].shape.rank == 3, images.layout.channels >= Processor.lanes else {
      values[id.index] = images
      return
    }
    let blocked = PlanValue(layout: layout(id, lanes: Processor.lanes))
    values[id.index] = blocked
    forwardSteps.append(
      Relayout(
        node: graph[id].name, blocked: blocked.layout, source: images.buffer,
        target: blocked.buffer, toPlain: false))
  }

  /// How a node's value lies in memory.
  func layout(_ id: NodeID, lanes: Int) -> mq_layout {
    let type = types[id.index]
    guard type.isBatched else { return mq_layout(fixed: type.shape) }
    let channels = type.shape.dimensions.first ?? 1
    return mq_layout(
      images: batch, channels: channels, pixels: type.shape.count / max(channels, 1), lanes: lanes)
  }

  mutating func define(_ id: NodeID, lanes: Int) -> PlanValue {
    let value = PlanValue(layout: layout(id, lanes: lanes))
    values[id.index] = value
    namedValues.append((graph[id].name, value))
    return value
  }

  private func bias(of node: Node) -> PlanValue? {
    node.inputs.count > 2 ? value(node.inputs[2]) : nil
  }

  private mutating func lowerConvolution(_ id: NodeID, _ convolution: Convolution) throws {
    let node = graph[id]
    let x = value(node.inputs[0])
    let y = define(id, lanes: Processor.lanes)
    let geometry = ConvolutionGeometry(
      convolution, input: types[node.inputs[0].index].shape,
      weight: types[node.inputs[1].index].shape, batch: batch, inputLanes: x.layout.lanes,
      outputLanes: y.layout.lanes)
    let step = try ConvolutionForward(
      node: node.name, geometry: geometry, x: x, weight: value(node.inputs[1]),
      bias: bias(of: node), y: y, isTraining: isTraining)
    forwardSteps.append(step)
    records[id.index] = .convolution(step, geometry)
  }

  /// Where the values of a node come from: memory, unless only its quantizer computes them.
  private func source(_ id: NodeID) -> ValueSource {
    guard fusion.isComputed(id), let source = sources[id.index] else {
      return ValueSource(stored: value(id))
    }
    return source
  }

  /// The node that gets the value, and the activation to apply: the node itself and none, or the
  /// activation that follows it.
  func fusedResult(_ id: NodeID) -> (result: NodeID, activation: Int32) {
    guard let next = fusion.activation(after: id), case .activation(let kind) = graph[next].op
    else { return (id, linearCode) }
    return (next, kind.kernelCode)
  }

  /// - Parameters:
  ///   - id: the batch norm.
  ///   - end: itself, or the addition that computes it.
  private mutating func lowerBatchNorm(
    _ id: NodeID, _ norm: BatchNorm, into end: NodeID, addend: NodeID? = nil
  ) throws(EngineError) {
    let node = graph[id]
    guard !usesBatch || batch % norm.shards == 0 else {
      throw .shards(node: node.name, shards: norm.shards, batch: batch)
    }
    let division = fusion.division(before: id).map { graph[$0] }
    let x = value(division?.inputs[0] ?? node.inputs[0])
    let operands = BatchNormOperands(
      x: x, gamma: value(node.inputs[1]), beta: value(node.inputs[2]),
      runningMean: value(node.inputs[3]), runningVariance: value(node.inputs[4]),
      divisor: division.map { value($0.inputs[1]) },
      addend: addend.map { value($0, lanes: x.layout.lanes) })
    let (result, activation) = fusedResult(end)
    let y = fusion.isComputed(result) ? nil : define(result, lanes: x.layout.lanes)
    let step = BatchNormForward(
      node: graph[result].name, norm: norm, operands: operands, y: y, activation: activation,
      usesBatch: usesBatch)
    forwardSteps.append(step)
    records[id.index] = .batchNorm(step.vectors, operands)
    sources[result.index] = ValueSource(
      stored: x, norm: step.vectors, addend: operands.addend, activation: activation)
  }

  private mutating func lowerActivation(_ id: NodeID, _ activation: Activation) {
    let x = value(graph[id].inputs[0])
    sources[id.index] = ValueSource(stored: x, activation: activation.kernelCode)
    guard !fusion.isComputed(id) else { return }
    let y = define(id, lanes: x.layout.lanes)
    forwardSteps.append(
      ActivationForward(node: graph[id].name, x: x, y: y, activation: activation.kernelCode))
  }

  private mutating func lowerAdd(_ id: NodeID) throws(EngineError) {
    let node = graph[id]
    if let norm = fusion.norm(of: id), case .batchNorm(let form) = graph[norm].op {
      let other = node.inputs.first { $0 != norm }
      try lowerBatchNorm(norm, form, into: id, addend: other)
      return
    }
    let (result, activation) = fusedResult(id)
    let lanes = max(value(node.inputs[0]).layout.lanes, value(node.inputs[1]).layout.lanes)
    let a = value(node.inputs[0], lanes: lanes)
    let b = value(node.inputs[1], lanes: lanes)
    sources[result.index] = ValueSource(stored: a, addend: b, activation: activation)
    guard !fusion.isComputed(result) else { return }
    let y = define(result, lanes: lanes)
    forwardSteps.append(
      AddForward(node: graph[result].name, a: a, b: b, y: y, activation: activation))
  }

  /// A node's value in a layout with the given lanes, reordered if it has another.
  private mutating func value(_ id: NodeID, lanes: Int) -> PlanValue {
    let found = value(id)
    guard found.layout.lanes != lanes else { return found }
    let target = PlanValue(layout: layout(id, lanes: lanes))
    let toPlain = lanes == 1
    forwardSteps.append(
      Relayout(
        node: graph[id].name, blocked: toPlain ? found.layout : target.layout,
        source: found.buffer, target: target.buffer, toPlain: toPlain))
    return target
  }

  private mutating func lowerPool(_ id: NodeID, _ pool: Pool) throws {
    let node = graph[id]
    let x = value(node.inputs[0])
    let y = define(id, lanes: x.layout.lanes)
    let geometry = PoolGeometry(
      pool, input: types[node.inputs[0].index].shape, batch: batch, lanes: x.layout.lanes)
    let step = try PoolForward(
      node: node.name, geometry: geometry, x: x, y: y, isTraining: isTraining)
    forwardSteps.append(step)
    records[id.index] = .pool(step, geometry)
  }

  private mutating func lowerFlatten(_ id: NodeID) {
    let node = graph[id]
    let x = value(node.inputs[0])
    guard x.layout.lanes > 1 else {
      // Row-major already: the same bytes under another shape.
      values[id.index] = PlanValue(layout: layout(id, lanes: 1), buffer: x.buffer)
      return
    }
    let y = define(id, lanes: 1)
    forwardSteps.append(
      Relayout(
        node: node.name, blocked: x.layout, source: x.buffer, target: y.buffer, toPlain: true))
  }

  private mutating func lowerDropout(_ id: NodeID, _ rate: Double) {
    let x = value(graph[id].inputs[0])
    guard isTraining else {
      values[id.index] = x
      return
    }
    let y = define(id, lanes: x.layout.lanes)
    let step = DropoutForward(
      node: graph[id].name, rate: rate, x: x, y: y, randomness: randomness,
      index: forwardSteps.count { $0 is DropoutForward })
    forwardSteps.append(step)
    records[id.index] = .dropout(step)
  }

  private mutating func lowerRandomChoice(_ id: NodeID, _ rate: Double) throws(EngineError) {
    let inputs = graph[id].inputs
    guard isTraining else {
      values[id.index] = value(inputs[1])
      return
    }
    let second = value(inputs[1])
    let first = value(inputs[0], lanes: second.layout.lanes)
    let step = RandomChoiceForward(
      node: graph[id].name, rate: rate, operands: (first, second),
      y: define(id, lanes: second.layout.lanes), randomness: randomness,
      index: forwardSteps.count { $0 is RandomChoiceForward })
    forwardSteps.append(step)
    records[id.index] = .randomChoice(step)
  }

  private mutating func lowerPaddedShortcut(_ id: NodeID, _ shortcut: PaddedShortcut) {
    let x = value(graph[id].inputs[0])
    let y = define(id, lanes: x.layout.lanes)
    let step = PaddedShortcutForward(
      node: graph[id].name, shortcut: shortcut,
      widths: (types[graph[id].inputs[0].index].shape[2], types[id.index].shape[2]), x: x, y: y)
    forwardSteps.append(step)
    records[id.index] = .paddedShortcut(step)
  }

  private mutating func lowerFakeQuant(_ id: NodeID, _ quantizer: FakeQuant) throws {
    let node = graph[id]
    guard let rule = rules[quantizer.algorithm] else {
      throw EngineError.unknownQuantizer(name: quantizer.algorithm, node: node.name)
    }
    let x = source(node.inputs[0])
    let isPerChannel = quantizer.spec.granularity == .channel
    guard !isPerChannel || x.layout.lanes == 1 && x.layout.images == 1 else {
      throw EngineError.perChannelActivation(node: node.name)
    }
    let y = define(id, lanes: x.layout.lanes)
    let runs: ChunkedWork.Runs =
      isPerChannel ? .channels : sources[node.inputs[0].index] != nil ? .slabs : .whole
    let step = FakeQuantForward(
      id: id, node: node.name, quantizer: quantizer, rule: rule, x: x,
      work: ChunkedWork(x.layout, runs),
      numbers: node.inputs.dropFirst().map { value($0) }, y: y, isTraining: isTraining)
    forwardSteps.append(step)
    records[id.index] = .fakeQuant(step)
  }
}

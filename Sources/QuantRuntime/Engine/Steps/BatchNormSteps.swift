import CKernels

/// Per-channel numbers of a batch norm, padded to whole blocks; shared by forward and backward.
final class BatchNormVectors {
  let mean: Buffer
  /// gamma / sqrt(variance + epsilon).
  let scale: Buffer
  let offset: Buffer
  /// 1 / sqrt(variance + epsilon).
  let inverseDeviation: Buffer

  init(_ layout: mq_layout) {
    mean = Buffer(floats: layout.paddedChannels)
    scale = Buffer(floats: layout.paddedChannels)
    offset = Buffer(floats: layout.paddedChannels)
    inverseDeviation = Buffer(floats: layout.paddedChannels)
  }

  var all: [Buffer] { [mean, scale, offset, inverseDeviation] }

  /// Sets what normalizes one channel with the given statistics.
  func set(
    _ channel: Int, mean: Double, variance: Double, _ norm: BatchNorm, _ operands: BatchNormOperands
  ) {
    let inverse = 1 / (variance + norm.epsilon).squareRoot()
    self.mean.floats[channel] = Float(mean)
    inverseDeviation.floats[channel] = Float(inverse)
    scale.floats[channel] = Float(Double(operands.gamma.pointer[channel]) * inverse)
    offset.floats[channel] = operands.beta.pointer[channel]
  }

  /// y = activation((x - mean) scale + offset + addend), once all channels are set.
  func apply(_ operands: BatchNormOperands, to y: PlanValue, activation: Int32) {
    let (x, addend, layout) = (
      operands.x.pointer, operands.addend?.pointer, operands.x.layout
    )
    // (0 - 0) * 0 + 0 keeps padding lanes zero.
    for channel in layout.channels..<layout.paddedChannels {
      for buffer in all { buffer.floats[channel] = 0 }
    }
    let y = y.pointer
    let (mean, scale, offset) = (self.mean.floats, self.scale.floats, self.offset.floats)
    layout.forSlabs { part in
      mq_f32_bn_apply(
        x, addend, y, mean, scale, offset, activation, layout, part.lowerBound, part.upperBound)
    }
  }
}

/// The operands of a batch norm.
struct BatchNormOperands {
  var x: PlanValue
  var gamma: PlanValue
  var beta: PlanValue
  var runningMean: PlanValue
  var runningVariance: PlanValue
  /// What is added to the normalized values in the same pass, of x's layout: a residual's shortcut.
  var addend: PlanValue?

  var buffers: [Buffer] {
    ([x, gamma, beta, runningMean, runningVariance] + [addend].compactMap(\.self)).map(\.buffer)
  }
}

/// y = activation(gamma (x - mean) / sqrt(variance + epsilon) + beta + addend).
///
/// Either with the running statistics, which stay as they are, or with those of the batch, which
/// update the running ones: r = (1 - m) r + m batch, the variance with n / (n - 1). The batch's moments
/// are taken about the first pixel of each channel, which lies within a few deviations of the mean:
/// one pass over memory, and no cancellation when the mean is far from zero.
final class BatchNormForward: Step {
  let node: String
  let label = "batch norm"
  let vectors: BatchNormVectors
  private let norm: BatchNorm
  private let operands: BatchNormOperands
  private let y: PlanValue
  private let activation: Int32
  /// Sums of the batch; nil with running statistics.
  private let partial: Buffer?

  init(
    node: String, norm: BatchNorm, operands: BatchNormOperands, y: PlanValue, activation: Int32,
    usesBatch: Bool
  ) {
    self.node = node
    self.norm = norm
    self.operands = operands
    self.y = y
    self.activation = activation
    let layout = operands.x.layout
    vectors = BatchNormVectors(layout)
    partial = usesBatch ? Buffer(byteCount: layout.slabs * 2 * layout.lanes * 8) : nil
  }

  var buffers: [Buffer] {
    operands.buffers + [y.buffer] + vectors.all + [partial].compactMap(\.self)
  }

  func run() throws(EngineError) {
    if let partial { takeMoments(partial.doubles) } else { takeRunning() }
    vectors.apply(operands, to: y, activation: activation)
  }

  private func takeRunning() {
    for channel in 0..<operands.x.layout.channels {
      vectors.set(
        channel, mean: Double(operands.runningMean.pointer[channel]),
        variance: Double(operands.runningVariance.pointer[channel]), norm, operands)
    }
  }

  private func takeMoments(_ partial: UnsafeMutablePointer<Double>) {
    let layout = operands.x.layout
    takeShift()
    let (x, shift) = (operands.x.pointer, vectors.mean.floats)
    layout.forSlabs { part in
      mq_f32_bn_moments(x, shift, partial, layout, part.lowerBound, part.upperBound)
    }
    for channel in 0..<layout.channels { finish(channel, partial) }
  }

  /// Puts the first pixel of each channel where the mean will be.
  private func takeShift() {
    let layout = operands.x.layout
    for channel in 0..<layout.paddedChannels {
      let slab = channel / layout.lanes
      vectors.mean.floats[channel] =
        operands.x.pointer[slab * layout.slabSize + channel % layout.lanes]
    }
  }

  private func finish(_ channel: Int, _ partial: UnsafePointer<Double>) {
    let layout = operands.x.layout
    let count = Double(layout.perChannel)
    let shifted =
      layout.total(partial, channel: channel, width: 2, item: 0) / count
    let square = layout.total(partial, channel: channel, width: 2, item: 1) / count
    let mean = Double(vectors.mean.floats[channel]) + shifted
    // Rounding can leave a constant channel a hair below zero; a NaN must stay one.
    let variance = max(square - shifted * shifted, 0)
    vectors.set(channel, mean: mean, variance: variance, norm, operands)
    let unbiased = variance * count / max(count - 1, 1)
    blend(operands.runningMean.pointer + channel, mean)
    blend(operands.runningVariance.pointer + channel, unbiased)
  }

  private func blend(_ running: UnsafeMutablePointer<Float>, _ batch: Double) {
    running.pointee = Float((1 - norm.momentum) * Double(running.pointee) + norm.momentum * batch)
  }
}

/// The gradient through batch statistics, with g = dy where the fused activation passed:
///
///     dbeta = sum g            dgamma = sum g (x - mean) / deviation
///     dx = scale (g - dbeta / n - (x - mean) / deviation^2 * sum(g (x - mean)) / n)
///
/// Frozen statistics are constants: then dx = scale g.
final class BatchNormBackward: Step {
  let node: String
  let label = "batch norm"
  private let operands: BatchNormOperands
  private let y: PlanValue
  private let activation: Int32
  private let vectors: BatchNormVectors
  private let isFrozen: Bool
  private let dy: Buffer
  private let dx: Buffer?
  private let dGamma: Buffer?
  private let dBeta: Buffer?
  private let partial: Buffer
  private let meanGradient: Buffer
  private let slope: Buffer

  init(
    node: String, operands: BatchNormOperands, y: PlanValue, activation: Int32,
    vectors: BatchNormVectors, isFrozen: Bool, dy: Buffer, dx: Buffer?, dGamma: Buffer?,
    dBeta: Buffer?
  ) {
    self.node = node
    self.operands = operands
    self.y = y
    self.activation = activation
    self.vectors = vectors
    self.isFrozen = isFrozen
    self.dy = dy
    self.dx = dx
    self.dGamma = dGamma
    self.dBeta = dBeta
    let layout = operands.x.layout
    partial = Buffer(byteCount: layout.slabs * 2 * layout.lanes * 8)
    meanGradient = Buffer(floats: layout.paddedChannels)
    slope = Buffer(floats: layout.paddedChannels)
  }

  var buffers: [Buffer] {
    [operands.x.buffer, y.buffer, dy, partial, meanGradient, slope] + vectors.all
      + [dx, dGamma, dBeta].compactMap(\.self)
  }

  func run() throws(EngineError) {
    let layout = operands.x.layout
    let (x, y, dy) = (operands.x.pointer, self.y.pointer, self.dy.floats)
    let (mean, scale, partial) = (vectors.mean.floats, vectors.scale.floats, self.partial.doubles)
    let activation = self.activation
    layout.forSlabs { part in
      mq_f32_bn_backward_sums(
        x, y, dy, mean, activation, partial, layout, part.lowerBound, part.upperBound)
    }
    for channel in 0..<layout.paddedChannels { finish(channel) }
    guard let dx = dx?.floats else { return }
    let (meanGradient, slope) = (self.meanGradient.floats, self.slope.floats)
    layout.forSlabs { part in
      mq_f32_bn_backward_apply(
        x, y, dy, dx, mean, scale, meanGradient, slope, activation, layout, part.lowerBound,
        part.upperBound)
    }
  }

  private func finish(_ channel: Int) {
    let layout = operands.x.layout
    guard channel < layout.channels else {
      meanGradient.floats[channel] = 0
      slope.floats[channel] = 0
      return
    }
    let count = Double(layout.perChannel)
    let sum = layout.total(partial.doubles, channel: channel, width: 2, item: 0)
    let product = layout.total(partial.doubles, channel: channel, width: 2, item: 1)
    let inverse = Double(vectors.inverseDeviation.floats[channel])
    dBeta?.floats[channel] = Float(sum)
    dGamma?.floats[channel] = Float(product * inverse)
    meanGradient.floats[channel] = isFrozen ? 0 : Float(sum / count)
    slope.floats[channel] = isFrozen ? 0 : Float(product * inverse * inverse / count)
  }
}

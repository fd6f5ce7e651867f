import CKernels

/// y = activation(gamma (x / f - mean) / sqrt(variance + epsilon) + beta + addend), the factor f being
/// 1 but behind a fold.
///
/// Either with the running statistics, which stay as they are, or with those of the batch, which
/// update the running ones: r = (1 - m) r + m batch, the variance with n / (n - 1). With several shards
/// each normalizes with its own and the first updates the running ones, as data parallel training
/// without synchronization does.
final class BatchNormForward: Step {
  let node: String
  let label = "batch norm"
  let vectors: BatchNormVectors
  private let norm: BatchNorm
  private let operands: BatchNormOperands
  /// nil when the reader computes the values from the vectors.
  private let y: PlanValue?
  private let activation: Int32
  /// Of the batch; nil with running statistics.
  private let measurement: ChannelMoments?

  init(
    node: String, norm: BatchNorm, operands: BatchNormOperands, y: PlanValue?, activation: Int32,
    usesBatch: Bool
  ) {
    self.node = node
    self.norm = norm
    self.operands = operands
    self.y = y
    self.activation = activation
    let layout = operands.x.layout
    vectors = BatchNormVectors(
      layout, shards: usesBatch ? norm.shards : 1, takesMoments: usesBatch)
    measurement = usesBatch ? ChannelMoments(operands.x) : nil
  }

  var buffers: [Buffer] {
    operands.buffers + vectors.all
      + [y?.buffer, measurement?.partial, vectors.extremes].compactMap(\.self)
  }

  func run() throws(EngineError) {
    if let measurement { takeMoments(measurement) } else { takeRunning() }
    vectors.clearPadding()
    guard let y = y?.pointer else { return }
    let (x, addend) = (operands.x.pointer, operands.addend?.pointer)
    let work = ChunkedWork(operands.x.layout, .slabs)
    work.forChunks { part in
      for index in part {
        let chunk = work.chunk(index)
        vectors.apply(
          x + chunk.start, addend.map { UnsafePointer($0 + chunk.start) }, to: y + chunk.start,
          activation: activation, chunk)
      }
    }
  }

  private func takeRunning() {
    for channel in 0..<operands.x.layout.channels {
      let factor = operands.factor(channel)
      vectors.set(
        channel, shard: 0, mean: Double(operands.runningMean.pointer[channel]) * factor,
        variance: Double(operands.runningVariance.pointer[channel]), factor: factor, norm, operands)
    }
  }

  private func takeMoments(_ measurement: ChannelMoments) {
    // The first shard's means are where the shifts are until they are known.
    measurement.measure(about: vectors.mean.floats, extremes: vectors.extremes?.floats)
    for channel in 0..<vectors.layout.channels { finish(channel, measurement) }
  }

  private func finish(_ channel: Int, _ measurement: ChannelMoments) {
    let factor = operands.factor(channel)
    let shift = vectors.mean.floats[channel]
    for shard in 0..<vectors.shards {
      let images = vectors.images(of: shard)
      let moments = measurement.moments(of: channel, about: shift, images: images)
      let variance = moments.variance / (factor * factor)
      vectors.set(
        channel, shard: shard, mean: moments.mean, variance: variance, factor: factor, norm,
        operands)
      guard shard == 0 else { continue }
      measurement.update(
        operands.runningMean.pointer + channel, operands.runningVariance.pointer + channel,
        mean: moments.mean / factor, variance: variance, images: images, momentum: norm.momentum)
    }
  }
}

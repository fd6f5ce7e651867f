import CKernels

/// y = activation(gamma (x / f - mean) / sqrt(variance + epsilon) + beta + addend), the factor f being
/// 1 but behind a fold.
///
/// Either with the running statistics, which stay as they are, or with those of the batch, which
/// update the running ones: r = (1 - m) r + m batch, the variance with n / (n - 1). With several shards
/// each normalizes with its own and the first updates the running ones, as data parallel training
/// without synchronization does. The moments are taken about the first pixel of each channel, which
/// lies within a few deviations of the mean: one pass over memory, and no cancellation when the mean is
/// far from zero.
final class BatchNormForward: Step {
  let node: String
  let label = "batch norm"
  let vectors: BatchNormVectors
  private let norm: BatchNorm
  private let operands: BatchNormOperands
  /// nil when the reader computes the values from the vectors.
  private let y: PlanValue?
  private let activation: Int32
  /// Sums of the batch; nil with running statistics.
  private let partial: Buffer?

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
    partial = usesBatch ? Buffer(byteCount: layout.slabs * 2 * layout.lanes * 8) : nil
  }

  var buffers: [Buffer] {
    operands.buffers + vectors.all
      + [y?.buffer, partial, vectors.extremes].compactMap(\.self)
  }

  func run() throws(EngineError) {
    if let partial { takeMoments(partial.doubles) } else { takeRunning() }
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

  private func takeMoments(_ partial: UnsafeMutablePointer<Double>) {
    let layout = operands.x.layout
    takeShift()
    let (x, shift, extremes) = (
      operands.x.pointer, vectors.mean.floats, vectors.extremes?.floats
    )
    layout.forSlabs { part in
      mq_f32_bn_moments(x, shift, partial, extremes, layout, part.lowerBound, part.upperBound)
    }
    for channel in 0..<layout.channels { finish(channel, partial) }
  }

  /// Puts the first pixel of each channel where the first shard's mean will be.
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
    let count = Double(layout.perChannel / vectors.shards)
    let factor = operands.factor(channel)
    let shift = Double(vectors.mean.floats[channel])
    for shard in 0..<vectors.shards {
      let images = vectors.images(of: shard)
      let shifted = layout.total(partial, channel: channel, images, width: 2, item: 0) / count
      let square = layout.total(partial, channel: channel, images, width: 2, item: 1) / count
      let mean = shift + shifted
      // Rounding can leave a constant channel a hair below zero; a NaN must stay one.
      let variance = max(square - shifted * shifted, 0) / (factor * factor)
      vectors.set(
        channel, shard: shard, mean: mean, variance: variance, factor: factor, norm, operands)
      guard shard == 0 else { continue }
      blend(operands.runningMean.pointer + channel, mean / factor)
      blend(operands.runningVariance.pointer + channel, variance * count / max(count - 1, 1))
    }
  }

  private func blend(_ running: UnsafeMutablePointer<Float>, _ batch: Double) {
    running.pointee = Float((1 - norm.momentum) * Double(running.pointee) + norm.momentum * batch)
  }
}

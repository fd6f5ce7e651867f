import CKernels

/// Mean and biased variance of each channel, `[2, C]`: those of a batch, which update the running ones,
/// or the running ones themselves.
final class MomentsForward: Step {
  let node: String
  let label = "moments"
  let x: PlanValue?
  let y: PlanValue
  let channels: Int
  private let mean: PlanValue
  private let variance: PlanValue
  private let momentum: Double
  private let measurement: ChannelMoments?
  /// The value of each channel about which moments are taken.
  private let shift: Buffer?

  /// - Parameter x: nil for the running ones.
  init(
    node: String, mean: PlanValue, variance: PlanValue, x: PlanValue?, momentum: Double,
    y: PlanValue
  ) {
    self.node = node
    self.mean = mean
    self.variance = variance
    self.x = x
    self.momentum = momentum
    self.y = y
    channels = mean.layout.channels
    measurement = x.map { ChannelMoments($0) }
    shift = x.map { Buffer(floats: $0.layout.paddedChannels) }
  }

  var buffers: [Buffer] {
    [mean.buffer, variance.buffer, y.buffer]
      + [x?.buffer, shift, measurement?.partial].compactMap(\.self)
  }

  func run() throws(EngineError) {
    guard let measurement, let shift else {
      for channel in 0..<channels {
        y.pointer[channel] = mean.pointer[channel]
        y.pointer[channels + channel] = variance.pointer[channel]
      }
      return
    }
    measurement.measure(about: shift.floats, extremes: nil)
    for channel in 0..<channels {
      let batch = measurement.moments(of: channel, about: shift.floats[channel])
      y.pointer[channel] = Float(batch.mean)
      y.pointer[channels + channel] = Float(batch.variance)
      measurement.update(
        mean.pointer + channel, variance.pointer + channel, mean: batch.mean,
        variance: batch.variance, momentum: momentum)
    }
  }
}

/// dx = dmean / n + dvariance 2 (x - mean) / n.
final class MomentsBackward: Step {
  let node: String
  let label = "moments"
  private let forward: MomentsForward
  private let dy: Buffer
  private let dx: Buffer
  /// Mean, scale and offset of each channel, padded to whole blocks.
  private let vectors: Buffer

  init(forward: MomentsForward, dy: Buffer, dx: Buffer) {
    node = forward.node
    self.forward = forward
    self.dy = dy
    self.dx = dx
    vectors = Buffer(floats: 3 * (forward.x?.layout.paddedChannels ?? 0))
  }

  var buffers: [Buffer] {
    [forward.y.buffer, dy, dx, vectors] + [forward.x?.buffer].compactMap(\.self)
  }

  func run() throws(EngineError) {
    guard let x = forward.x else { return }
    let (layout, channels) = (x.layout, forward.channels)
    let (padded, vectors) = (layout.paddedChannels, self.vectors.floats)
    vectors.update(repeating: 0, count: 3 * padded)
    for channel in 0..<channels {
      let count = Float(layout.perChannel)
      vectors[channel] = forward.y.pointer[channel]
      vectors[padded + channel] = 2 * dy.floats[channels + channel] / count
      vectors[2 * padded + channel] = dy.floats[channel] / count
    }
    let (source, target, work) = (x.pointer, dx.floats, ChunkedWork(layout, .slabs))
    let blocks = layout.slabs / layout.images
    work.forChunks { part in
      for index in part {
        let chunk = work.chunk(index)
        let at = chunk.run % blocks * layout.lanes
        mq_f32_bn_apply(
          source + chunk.start, nil, target + chunk.start, vectors + at, vectors + padded + at,
          vectors + 2 * padded + at, linearCode, chunk.count / layout.lanes, layout.lanes)
      }
    }
  }
}

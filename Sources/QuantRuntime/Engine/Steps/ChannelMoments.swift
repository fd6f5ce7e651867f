import CKernels

/// Mean and variance of each channel of a batch.
///
/// Taken about the first pixel of each channel, which lies within a few deviations of the mean: one
/// pass over memory, and no cancellation when the mean is far from zero.
struct ChannelMoments {
  private let x: PlanValue
  /// Sums of each slab.
  let partial: Buffer

  init(_ x: PlanValue) {
    self.x = x
    partial = Buffer(byteCount: x.layout.slabs * 2 * x.layout.lanes * 8)
  }

  /// Sums up all slabs.
  ///
  /// - Parameters:
  ///   - shift: receives the first pixels, one for each padded channel.
  ///   - extremes: receives the least and greatest x, `[slab][2][lanes]`; may be nil.
  func measure(about shift: UnsafeMutablePointer<Float>, extremes: UnsafeMutablePointer<Float>?) {
    let layout = x.layout
    for channel in 0..<layout.paddedChannels {
      let slab = channel / layout.lanes
      shift[channel] = x.pointer[slab * layout.slabSize + channel % layout.lanes]
    }
    let (x, partial) = (self.x.pointer, self.partial.doubles)
    layout.forSlabs { part in
      mq_f32_bn_moments(x, shift, partial, extremes, layout, part.lowerBound, part.upperBound)
    }
  }

  /// The moments over some images, or all; the variance is the biased one.
  func moments(
    of channel: Int, about shift: Float, images: Range<Int>? = nil
  ) -> (mean: Double, variance: Double) {
    let layout = x.layout
    let count = Double(images?.count ?? layout.images) * Double(layout.pixels)
    let shifted = layout.total(partial.doubles, channel: channel, images, width: 2, item: 0) / count
    let square = layout.total(partial.doubles, channel: channel, images, width: 2, item: 1) / count
    // Rounding can leave a constant channel a hair below zero; a NaN must stay one.
    return (Double(shift) + shifted, max(square - shifted * shifted, 0))
  }

  /// Moves running statistics towards those of a batch: r = (1 - momentum) r + momentum * batch.
  ///
  /// - Parameters:
  ///   - variance: the biased one; the running one gets n / (n - 1) of it.
  ///   - images: what they were taken over; nil for all.
  func update(
    _ runningMean: UnsafeMutablePointer<Float>, _ runningVariance: UnsafeMutablePointer<Float>,
    mean: Double, variance: Double, images: Range<Int>? = nil, momentum: Double
  ) {
    func blend(_ running: UnsafeMutablePointer<Float>, _ batch: Double) {
      running.pointee = Float((1 - momentum) * Double(running.pointee) + momentum * batch)
    }
    blend(runningMean, mean)
    blend(runningVariance, unbiased(variance, images: images))
  }

  /// The variance with n - 1, n counting a channel in some of the images, or all.
  private func unbiased(_ variance: Double, images: Range<Int>?) -> Double {
    let count = Double((images?.count ?? x.layout.images) * x.layout.pixels)
    return variance * count / max(count - 1, 1)
  }
}

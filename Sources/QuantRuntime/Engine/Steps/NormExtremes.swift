import CKernels

/// The extremes of a batch norm's result, activation included, without another pass over memory.
///
/// Normalization and activation are monotone in each channel, in float arithmetic too: the extremes of
/// the result are the results of the operand's extremes, which are taken with the moments.
struct NormExtremes {
  private let vectors: BatchNormVectors
  private let activation: Int32

  /// nil where values are computed otherwise, or where the norm takes no moments.
  init?(of source: ValueSource) {
    guard let norm = source.norm, source.addend == nil, norm.takesMoments else { return nil }
    vectors = norm
    activation = source.activation
    norm.keepExtremes()
  }

  /// The extremes of all values, and of each image; the sums are NaN, they are not known.
  func observed() -> ObservedValues {
    var all = ObservedValues(
      count: vectors.layout.count, minimum: .infinity, maximum: -.infinity, absoluteSum: .nan,
      sum: .nan, squareSum: .nan)
    (all.imageMinimum, all.imageMaximum) = vectors.layout.meanImageExtremes { slab in
      let ends = results(ofSlab: slab)
      all.minimum = min(all.minimum, ends.minimum)
      all.maximum = max(all.maximum, ends.maximum)
      return ends
    }
    return all
  }

  /// The results of a slab's extremes; NaN is left out.
  private func results(ofSlab slab: Int) -> (minimum: Float, maximum: Float) {
    var ends: (minimum: Float, maximum: Float) = (.infinity, -.infinity)
    guard let extremes = vectors.extremes else { return ends }
    let layout = vectors.layout
    let (lanes, at) = (layout.lanes, vectors.place(ofSlab: slab))
    let valid = Int(mq_valid_lanes(layout, slab))
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * lanes) { results in
      guard let y = results.baseAddress else { return }
      // As two pixels of the slab, by the forward's own kernel.
      mq_f32_bn_apply(
        extremes.floats + slab * 2 * lanes, nil, y, vectors.mean.floats + at,
        vectors.scale.floats + at, vectors.offset.floats + at, activation, 2, lanes)
      for pixel in 0..<2 {
        for lane in 0..<valid {
          let value = y[pixel * lanes + lane]
          if value < ends.minimum { ends.minimum = value }
          if value > ends.maximum { ends.maximum = value }
        }
      }
    }
    return ends
  }
}

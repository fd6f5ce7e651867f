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
    let layout = vectors.layout
    var all = ObservedValues(
      count: layout.count, minimum: .infinity, maximum: -.infinity, absoluteSum: .nan, sum: .nan,
      squareSum: .nan)
    let blocks = layout.slabs / layout.images
    var means = SIMD2<Double>.zero
    for image in 0..<layout.images {
      var (low, high) = (Float.infinity, -Float.infinity)
      for slab in image * blocks..<(image + 1) * blocks { widen(&low, &high, slab) }
      means += [Double(low), Double(high)]
      all.minimum = low < all.minimum ? low : all.minimum
      all.maximum = high > all.maximum ? high : all.maximum
    }
    means /= Double(layout.images)
    (all.imageMinimum, all.imageMaximum) = (Float(means[0]), Float(means[1]))
    return all
  }

  /// Takes the results of a slab's extremes into account; NaN is left out.
  private func widen(_ low: inout Float, _ high: inout Float, _ slab: Int) {
    guard let extremes = vectors.extremes else { return }
    let layout = vectors.layout
    let (lanes, at) = (layout.lanes, vectors.place(ofSlab: slab))
    let valid = Int(mq_valid_lanes(layout, slab))
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * lanes) { results in
      guard let y = results.baseAddress else { return }
      // As two pixels of the slab, by the forward's own kernel.
      mq_f32_bn_apply(
        extremes.floats + slab * 2 * lanes, nil, y, vectors.mean.floats + at,
        vectors.scale.floats + at, vectors.offset.floats + at, activation, 2, lanes)
      for end in 0..<2 {
        for lane in 0..<valid {
          let value = y[end * lanes + lane]
          low = value < low ? value : low
          high = value > high ? value : high
        }
      }
    }
  }
}

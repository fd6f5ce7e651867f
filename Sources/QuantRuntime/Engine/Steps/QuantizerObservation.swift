import CKernels

/// Measures a value for its quantizer: extremes and moments, channel by channel or over all.
///
/// Every chunk has a result of its own, and these are combined in order, so that the number of threads
/// does not show.
struct QuantizerObservation {
  private let work: ChunkedWork
  private let layout: mq_layout
  private let isPerChannel: Bool
  /// One `mq_observation` a chunk.
  let partial: Buffer

  init(_ layout: mq_layout, granularity: QuantSpec.Granularity) {
    self.layout = layout
    isPerChannel = granularity == .channel
    work = ChunkedWork(layout, isPerChannel ? .channels : .slabs)
    partial = Buffer(byteCount: work.chunks * MemoryLayout<mq_observation>.stride)
  }

  /// - Returns: what each set of numbers has to know of its values.
  func values(of source: ValueSource) -> [ObservedValues] {
    let results = partial.raw.assumingMemoryBound(to: mq_observation.self)
    work.forChunks { part in
      source.withValues { read in
        for index in part {
          let chunk = work.chunk(index)
          let valid = isPerChannel ? 1 : Int(mq_valid_lanes(layout, chunk.run))
          let lanes = isPerChannel ? 1 : layout.lanes
          results[index] = mq_f32_observe(read(chunk), chunk.count / lanes, lanes, valid)
        }
      }
    }
    return (0..<work.channels).map { combined(results, work.chunks(ofChannel: $0)) }
  }

  /// - Returns: how many values of a channel lie in each bin of `mq_f32_histogram`; they have to fit.
  func counts(of source: ValueSource, channel: Int, inverseWidth: Float) -> [Int] {
    let chunks = work.chunks(ofChannel: channel)
    return histogram(of: chunks.count, grain: 16) { item, counts in
      source.withValues { read in
        let chunk = work.chunk(chunks.lowerBound + item)
        let lanes = isPerChannel ? 1 : layout.lanes
        let valid = isPerChannel ? 1 : Int(mq_valid_lanes(layout, chunk.run))
        mq_f32_histogram(read(chunk), chunk.count / lanes, lanes, valid, inverseWidth, counts)
      }
    }
  }

  private func combined(
    _ results: UnsafePointer<mq_observation>, _ chunks: Range<Int>
  ) -> ObservedValues {
    var all = ObservedValues.none
    // The count leaves padding out, which chunks do not.
    all.count = work.count
    for index in chunks { all.join(ObservedValues(results[index], count: 0)) }
    (all.imageMinimum, all.imageMaximum) =
      isPerChannel || layout.images == 1 ? (all.minimum, all.maximum) : imageExtremes(results)
    return all
  }

  private func imageExtremes(_ results: UnsafePointer<mq_observation>) -> (Float, Float) {
    layout.meanImageExtremes { slab in
      work.chunks(ofRun: slab).reduce((.infinity, -.infinity)) { ends, index in
        (min(ends.0, results[index].minimum), max(ends.1, results[index].maximum))
      }
    }
  }
}

extension mq_layout {
  /// The means over the images of each image's minimum and maximum.
  ///
  /// - Parameter extremes: of a slab; NaN is no part of them.
  func meanImageExtremes(
    _ extremes: (_ slab: Int) -> (minimum: Float, maximum: Float)
  ) -> (minimum: Float, maximum: Float) {
    let blocks = slabs / images
    var minima = 0.0
    var maxima = 0.0
    for image in 0..<images {
      var (low, high) = (Float.infinity, -Float.infinity)
      for slab in image * blocks..<(image + 1) * blocks {
        let ends = extremes(slab)
        low = min(low, ends.minimum)
        high = max(high, ends.maximum)
      }
      minima += Double(low)
      maxima += Double(high)
    }
    return (Float(minima / Double(images)), Float(maxima / Double(images)))
  }
}

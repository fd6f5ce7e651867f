import CKernels

/// What reaches a quantizer in one pass: the extremes and moments of each channel that has numbers of
/// its own, and the counts of its values for who has to know their distribution.
///
/// Valid as long as the pass that made it stays where it is.
public struct ObservedTensor {
  /// One for each set of the quantizer's numbers.
  public let channels: [ObservedValues]
  private let counting: (_ channel: Int, _ inverseWidth: Float) -> [Int]

  init(_ source: ValueSource, by observation: QuantizerObservation) {
    channels = observation.values(of: source)
    counting = { observation.counts(of: source, channel: $0, inverseWidth: $1) }
  }

  /// One channel of values outside a network.
  ///
  /// - Parameter images: of equally many values each, row-major.
  public init(_ values: [Float], images: Int = 1) {
    let size = values.count / max(images, 1)
    let parts = (0..<max(images, 1)).map { image in
      values[image * size..<(image + 1) * size].withUnsafeBufferPointer { part in
        part.baseAddress.map {
          ObservedValues(mq_f32_observe($0, part.count, 1, 1), count: part.count)
        } ?? .none
      }
    }
    var all = ObservedValues.none
    for part in parts { all.join(part) }
    let share = 1 / Double(parts.count)
    all.imageMinimum = Float(parts.reduce(0) { $0 + Double($1.minimum) } * share)
    all.imageMaximum = Float(parts.reduce(0) { $0 + Double($1.maximum) } * share)
    channels = [all]
    counting = { _, inverse in
      histogram(of: 1, grain: 1) { _, counts in
        mq_f32_histogram(values, values.count, 1, 1, inverse, counts)
      }
    }
  }

  /// How many values of a channel lie in each of `mq_histogram_bins` bins: x in the bin
  /// floor(x * inverseWidth), from minus half the bins on.
  ///
  /// - Parameter inverseWidth: a power of two, for which all values are finite and lie in the bins.
  func counts(ofChannel channel: Int, inverseWidth: Float) -> [Int] {
    counting(channel, inverseWidth)
  }
}

/// Sums the tables that `body` counts items into, on all threads: counts are integers, so that the
/// number of threads does not show.
func histogram(
  of items: Int, grain: Int, _ body: (_ item: Int, _ counts: UnsafeMutablePointer<UInt32>) -> Void
) -> [Int] {
  let bins = Int(mq_histogram_bins)
  let size = bins * Int(mq_histogram_tables)
  let groups = max(1, min(Processor.threads, items / max(grain, 1)))
  let tables = UnsafeMutablePointer<UInt32>.allocate(capacity: groups * size)
  tables.initialize(repeating: 0, count: groups * size)
  defer { tables.deallocate() }
  Parallel.run(groups) { part in
    for group in part {
      for item in items * group / groups..<items * (group + 1) / groups {
        body(item, tables + group * size)
      }
    }
  }
  return (0..<bins).map { bin in
    stride(from: bin, to: groups * size, by: bins).reduce(0) { $0 + Int(tables[$1]) }
  }
}

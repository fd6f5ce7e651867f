/// An observer that needs the distribution of all batches together.
struct HistogramObserver: Observer {
  private var histogram = ValueHistogram()
  private let find: @Sendable (ValueHistogram, QuantSpec) -> (minimum: Float, maximum: Float)

  /// - Parameter find: the range, from one value or more, all of them finite.
  init(
    _ find: @escaping @Sendable (ValueHistogram, QuantSpec) -> (minimum: Float, maximum: Float)
  ) {
    self.find = find
  }

  mutating func observe(_ tensor: ObservedTensor, channel: Int) {
    histogram.add(tensor, channel: channel)
  }

  func range(for spec: QuantSpec) -> (minimum: Float, maximum: Float) {
    guard histogram.isFinite else { return (.nan, .nan) }
    return histogram.count > 0 ? find(histogram, spec) : (0, 0)
  }
}

extension HistogramObserver {
  static let memory = "a histogram of 8,192 bins: 64 KiB"

  /// The range of least loss, see `RangeSearch`.
  static func searching(
    _ loss:
      @escaping @Sendable (
        GridLoss, AffineMap, IntegerGrid, _ range: (minimum: Float, maximum: Float)
      ) -> Double
  ) -> HistogramObserver {
    HistogramObserver { histogram, spec in
      let losses = GridLoss(histogram)
      let grid = IntegerGrid(spec)
      return RangeSearch(minimum: histogram.minimum, maximum: histogram.maximum)
        .best(for: spec) { loss(losses, spec.map(covering: $0), grid, $0) }
    }
  }
}

import Foundation

/// What rounding all counted values to a grid costs, for any scale, in time proportional to the levels
/// and not to the values: sums over the bins up to each one are made once.
///
/// A value counts as the middle of its bin.
struct GridLoss {
  private let width: Double
  /// Lower end of the first bin.
  private let start: Double
  private let total: Double
  /// Over the bins before each one: values, their sums and squares, bins that hold any, and c log c of
  /// the counts.
  private let values: [Double]
  private let sums: [Double]
  private let squares: [Double]
  private let filled: [Double]
  private let entropy: [Double]

  init(_ histogram: ValueHistogram) {
    let (start, counts) = histogram.filled()
    let width = histogram.width
    self.width = width
    self.start = start
    let items = counts.enumerated().map { index, count in
      (count: Double(count), middle: start + (Double(index) + 0.5) * width)
    }
    values = Self.running(items.map(\.count))
    sums = Self.running(items.map { $0.count * $0.middle })
    squares = Self.running(items.map { $0.count * $0.middle * $0.middle })
    filled = Self.running(items.map { $0.count > 0 ? 1 : 0 })
    entropy = Self.running(items.map { $0.count > 0 ? $0.count * log($0.count) : 0 })
    total = values[counts.count]
  }

  private static func running(_ items: [Double]) -> [Double] {
    items.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  /// sum (x - xhat)^2 / count for a map.
  func squareError(_ map: AffineMap, on grid: IntegerGrid) -> Double {
    var error = 0.0
    forLevels(map, grid) { level, bins in
      let count = values[bins.upperBound] - values[bins.lowerBound]
      let sum = sums[bins.upperBound] - sums[bins.lowerBound]
      let square = squares[bins.upperBound] - squares[bins.lowerBound]
      error += square - 2 * level * sum + level * level * count
    }
    return error / total
  }

  /// KL(P || Q): P has the values beyond a range in the last bin at that end, Q spreads what lies within
  /// each level's cell evenly over the bins of the cell that P does not leave empty. Infinite where a
  /// level has nothing but values from beyond.
  func divergence(
    _ map: AffineMap, on grid: IntegerGrid, range: (minimum: Float, maximum: Float)
  ) -> Double {
    let (first, last) = (bin(of: range.minimum), bin(of: range.maximum) + 1)
    guard first < last else { return .infinity }
    let inside = values[last] - values[first]
    var own = entropy[last] - entropy[first]
    var cross = 0.0
    forLevels(map, grid) { _, cell in
      let bins = cell.clamped(to: first..<last)
      guard !bins.isEmpty else { return }
      let mass = values[bins.upperBound] - values[bins.lowerBound]
      var holders = filled[bins.upperBound] - filled[bins.lowerBound]
      // What lies beyond each end of the range joins the bin there; both ends can be one bin.
      let below = bins.lowerBound == first ? values[first] : 0
      let above = bins.upperBound == last ? total - values[last] : 0
      let ends =
        last - first == 1 ? [(first, below + above)] : [(first, below), (last - 1, above)]
      var outside = 0.0
      for (bin, beyond) in ends where beyond > 0 {
        let count = values[bin + 1] - values[bin]
        own += Self.term(count + beyond) - Self.term(count)
        holders += count > 0 ? 0 : 1
        outside += beyond
      }
      guard mass + outside > 0 else { return }
      cross += (mass + outside) * log(mass / holders)
    }
    return (own - cross) / total - log(total) + log(inside)
  }

  private static func term(_ count: Double) -> Double { count > 0 ? count * log(count) : 0 }

  /// Calls `body` with every level's value and the bins whose middles round to it.
  private func forLevels(
    _ map: AffineMap, _ grid: IntegerGrid, _ body: (_ level: Double, _ bins: Range<Int>) -> Void
  ) {
    let (scale, zeroPoint) = (Double(map.scale), Double(map.zeroPoint))
    var first = 0
    for level in grid.lowest...grid.highest {
      let end =
        level == grid.highest
        ? values.count - 1 : max(first, bin(at: (Double(level) - zeroPoint + 0.5) * scale))
      if first < end { body((Double(level) - zeroPoint) * scale, first..<end) }
      first = end
    }
  }

  /// The first bin whose middle is not below x.
  private func bin(at x: Double) -> Int {
    let place = ((x - start) / width - 0.5).rounded(.up)
    return Int(min(max(place, 0), Double(values.count - 1)))
  }

  /// The bin that x lies in, or the nearest one.
  private func bin(of x: Float) -> Int {
    let place = ((Double(x) - start) / width).rounded(.down)
    return Int(min(max(place, 0), Double(values.count - 2)))
  }
}

/// The values that a share alpha of all values do not exceed or do not fall below (MQBench, equation 7).
///
/// A quantile is that of the sorted values, interpolated linearly between neighbours as in NumPy, found
/// to the width of a bin: at most 1/2,048 of the largest magnitude.
enum QuantileObserver {
  static let kind = ObserverKind(
    name: "quantile", type: "QuantileObserver",
    summary: "From the quantile 1 - alpha to the quantile alpha of all values.",
    formula: "q(1 - alpha) to q(alpha)", memory: HistogramObserver.memory,
    source: "MQBench, appendix C, equation 7",
    deviations: [
      "The released code takes the exact quantiles of the first batch; here those of all batches, "
        + "to 1/2,048 of the largest magnitude.",
      "The toolkit clips by the quantile of |x|.",
    ],
    setting: ObserverSetting(
      "alpha", 0.5...1, standard: 0.9999, "Share of the values up to the upper end."),
    make: { alpha in
      HistogramObserver { histogram, _ in (histogram.quantile(1 - alpha), histogram.quantile(alpha))
      }
    })
}

extension ValueHistogram {
  /// - Parameter share: 0 to 1.
  fileprivate func quantile(_ share: Double) -> Float {
    let rank = share * Double(count - 1)
    let (lower, upper) = (value(atRank: rank.rounded(.down)), value(atRank: rank.rounded(.up)))
    return Float(lower + (upper - lower) * (rank - rank.rounded(.down)))
  }

  /// The value with so many values before it, as if those of a bin lay evenly in it.
  private func value(atRank rank: Double) -> Double {
    guard rank > 0 else { return Double(minimum) }
    guard rank < Double(count - 1) else { return Double(maximum) }
    let (start, counts) = filled()
    var before = 0.0
    for (index, count) in counts.enumerated() {
      if rank < before + Double(count) {
        let place = (rank - before + 0.5) / Double(count)
        return min(max(start + (Double(index) + place) * width, Double(minimum)), Double(maximum))
      }
      before += Double(count)
    }
    return Double(maximum)
  }
}

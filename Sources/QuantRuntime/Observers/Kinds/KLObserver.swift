/// The range whose grid keeps most of the distribution of the values (MQBench, equation 9).
///
/// P is the histogram with the values beyond the range in its end bins; Q spreads the values of each
/// level's cell evenly over the cell's bins that are not empty, as TensorRT's calibration does.
struct KLObserver: Observer {
  static let kind = ObserverKind(
    name: "kl", type: "KLObserver",
    summary: "The range whose grid keeps most of the distribution of the values.",
    formula: "argmin over [0.3 max, max] of KL(P || Q)",
    memory: "a histogram of 8,192 bins: 64 KiB", source: "MQBench, appendix C, equation 9",
    deviations: [
      "Q is spread over the bins of each level as TensorRT's calibration does; the released code "
        + "compares histograms of x and xhat, in which most bins of xhat are empty.",
      "Of asymmetric ranges the minimum is searched too; the released code keeps it.",
      "With fewer values than bins every range keeps the distribution, and the widest wins.",
    ],
    make: { _ in KLObserver() })

  private var histogram = ValueHistogram()

  mutating func observe(_ tensor: ObservedTensor, channel: Int) {
    histogram.add(tensor, channel: channel)
  }

  func range(for spec: QuantSpec) -> (minimum: Float, maximum: Float) {
    guard histogram.isFinite else { return (.nan, .nan) }
    guard histogram.count > 0 else { return (0, 0) }
    let loss = GridLoss(histogram)
    let grid = IntegerGrid(spec)
    return RangeSearch(minimum: histogram.minimum, maximum: histogram.maximum)
      .best(for: spec) { loss.divergence(spec.map(covering: $0), on: grid, range: $0) }
  }
}

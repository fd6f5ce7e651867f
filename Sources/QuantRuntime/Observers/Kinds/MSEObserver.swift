/// The range whose grid has the least square error (MQBench, equation 8).
struct MSEObserver: Observer {
  static let kind = ObserverKind(
    name: "mse", type: "MSEObserver",
    summary: "The range whose grid has the least mean square error.",
    formula: "argmin over [0.3 max, max] of mean (x - xhat)^2",
    memory: "a histogram of 8,192 bins: 64 KiB", source: "MQBench, appendix C, equation 8",
    deviations: [
      "Of asymmetric ranges the minimum is searched too; the released code keeps it.",
      "All batches count; the released code takes the first, the toolkit joins each batch's range.",
      "The error is that of the uniform grid, whatever the algorithm's levels.",
    ],
    make: { _ in MSEObserver() })

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
      .best(for: spec) { loss.squareError(spec.map(covering: $0), on: grid) }
  }
}

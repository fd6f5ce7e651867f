/// The range whose grid keeps most of the distribution of the values (MQBench, equation 9).
///
/// P is the histogram with the values beyond the range in its end bins; Q spreads the values of each
/// level's cell evenly over the cell's bins that are not empty, as TensorRT's calibration does.
enum KLObserver {
  static let kind = ObserverKind(
    name: "kl", type: "KLObserver",
    summary: "The range whose grid keeps most of the distribution of the values.",
    formula: "argmin over [0.3 max, max] of KL(P || Q)",
    memory: HistogramObserver.memory, source: "MQBench, appendix C, equation 9",
    deviations: [
      "Q is spread over the bins of each level as TensorRT's calibration does; the released code "
        + "compares histograms of x and xhat, in which most bins of xhat are empty.",
      "Of asymmetric ranges the minimum is searched too; the released code keeps it.",
      "With fewer values than bins every range keeps the distribution, and the widest wins.",
    ],
    make: { _ in
      HistogramObserver.searching { loss, map, grid, range in
        loss.divergence(map, on: grid, range: range)
      }
    })
}

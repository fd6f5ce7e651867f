/// The mean and three deviations on either side (MQBench, equation 11; LSQ+).
struct MeanStdObserver: Observer {
  static let kind = ObserverKind(
    name: "mean_std", type: "MeanStdObserver",
    summary: "The mean of all values and three deviations on either side.",
    formula: "mu - alpha sigma to mu + alpha sigma, sigma unbiased",
    memory: "extremes and sums: 56 bytes",
    source: "MQBench, appendix C, equation 11; Bhalgat et al., 2020",
    deviations: ["An end does not pass 0 where no value does."],
    setting: ObserverSetting("alpha", 0.1...100, standard: 3, "Deviations on either side."),
    make: { MeanStdObserver(alpha: $0) })

  private let alpha: Double
  private var moments = RunningMoments()

  private init(alpha: Double) { self.alpha = alpha }

  mutating func observe(_ tensor: ObservedTensor, channel: Int) {
    moments.add(tensor.channels[channel])
  }

  func range(for spec: QuantSpec) -> (minimum: Float, maximum: Float) {
    moments.range(reach: alpha)
  }
}

/// The mean and 2.6 deviations on either side, as DSQ covers weights (MQBench, equation 11).
struct ClipStdObserver: Observer {
  static let kind = ObserverKind(
    name: "clip_std", type: "ClipStdObserver",
    summary: "The mean of all values and 2.6 deviations on either side, as DSQ covers weights.",
    formula: "mu - alpha sigma to mu + alpha sigma, sigma unbiased",
    memory: "extremes and sums: 56 bytes",
    source: "MQBench, appendix C, equation 11; Gong et al., 2019",
    deviations: [
      "An end does not pass 0 where no value does.",
      "The toolkit widens the range to the extremes of the values.",
    ],
    setting: ObserverSetting("alpha", 0.1...100, standard: 2.6, "Deviations on either side."),
    make: { ClipStdObserver(alpha: $0) })

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

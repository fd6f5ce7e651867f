/// The mean and 2.6 deviations on either side, as DSQ covers weights (MQBench, equation 11).
enum ClipStdObserver {
  static let kind = ObserverKind(
    name: "clip_std", type: "ClipStdObserver",
    summary: "The mean of all values and 2.6 deviations on either side, as DSQ covers weights.",
    formula: "mu - alpha sigma to mu + alpha sigma, sigma unbiased",
    memory: MomentsObserver.memory,
    source: "MQBench, appendix C, equation 11; Gong et al., 2019",
    deviations: [
      "An end does not pass 0 where no value does.",
      "The toolkit widens the range to the extremes of the values.",
    ],
    setting: MomentsObserver.reach(standard: 2.6),
    make: { MomentsObserver.aroundMean(reach: $0) })
}

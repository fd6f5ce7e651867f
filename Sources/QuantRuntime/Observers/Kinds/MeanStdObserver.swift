/// The mean and three deviations on either side (MQBench, equation 11; LSQ+).
enum MeanStdObserver {
  static let kind = ObserverKind(
    name: "mean_std", type: "MeanStdObserver",
    summary: "The mean of all values and three deviations on either side.",
    formula: "mu - alpha sigma to mu + alpha sigma, sigma unbiased",
    memory: MomentsObserver.memory,
    source: "MQBench, appendix C, equation 11; Bhalgat et al., 2020",
    deviations: ["An end does not pass 0 where no value does."],
    setting: MomentsObserver.reach(standard: 3),
    make: { MomentsObserver.aroundMean(reach: $0) })
}

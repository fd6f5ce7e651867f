/// The least and the greatest value of all batches (MQBench, equation 6).
enum MinMaxObserver {
  static let kind = ObserverKind(
    name: "min_max", type: "MinMaxObserver",
    summary: "From the least to the greatest value of all batches.",
    formula: "min(x) to max(x)", memory: MomentsObserver.memory,
    source: "MQBench, appendix C, equation 6",
    deviations: ["The released code keeps the extremes of the last batch alone."],
    make: { _ in MomentsObserver { values, _ in (values.minimum, values.maximum) } })
}

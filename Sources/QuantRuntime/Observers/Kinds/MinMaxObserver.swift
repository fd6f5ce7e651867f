/// The least and the greatest value of all batches (MQBench, equation 6).
struct MinMaxObserver: Observer {
  static let kind = ObserverKind(
    name: "min_max", type: "MinMaxObserver",
    summary: "From the least to the greatest value of all batches.",
    formula: "min(x) to max(x)", memory: "extremes and sums: 56 bytes",
    source: "MQBench, appendix C, equation 6",
    deviations: ["The released code keeps the extremes of the last batch alone."],
    make: { _ in MinMaxObserver() })

  private var moments = RunningMoments()

  mutating func observe(_ tensor: ObservedTensor, channel: Int) {
    moments.add(tensor.channels[channel])
  }

  func range(for spec: QuantSpec) -> (minimum: Float, maximum: Float) {
    moments.range { ($0.minimum, $0.maximum) }
  }
}

/// Moving averages of each batch's least and greatest value.
struct EMAMinMaxObserver: Observer {
  static let kind = ObserverKind(
    name: "ema_min_max", type: "EMAMinMaxObserver",
    summary: "Moving averages of each batch's least and greatest value.",
    formula: "r <- m r + (1 - m) (min(x) to max(x)), the first batch's as they are",
    memory: "two ends: 8 bytes", source: "MQBench's toolkit; its prototype code calls it running",
    setting: ObserverSetting(
      "momentum", 0...1, standard: 0.9, "Share of the old range at each batch."),
    make: { EMAMinMaxObserver(momentum: $0) })

  private var moving: MovingRange

  private init(momentum: Double) { moving = MovingRange(momentum: momentum) }

  mutating func observe(_ tensor: ObservedTensor, channel: Int) {
    let values = tensor.channels[channel]
    moving.follow((values.minimum, values.maximum), of: values)
  }

  func range(for spec: QuantSpec) -> (minimum: Float, maximum: Float) { moving.range ?? (0, 0) }
}

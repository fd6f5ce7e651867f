/// Moving averages, over the batches, of the means of each image's least and greatest value.
struct BatchMeanMaxObserver: Observer {
  static let kind = ObserverKind(
    name: "batch_mean_max", type: "BatchMeanMaxObserver",
    summary: "Each image's least and greatest value, averaged over images and batches.",
    formula: "r <- m r + (1 - m) (mean of the images' minima to mean of their maxima)",
    memory: "two ends: 8 bytes", source: "MQBench's released code, for the activations of DSQ",
    deviations: ["A weight is one image."],
    setting: ObserverSetting(
      "momentum", 0...1, standard: 0.9, "Share of the old range at each batch."),
    make: { BatchMeanMaxObserver(momentum: $0) })

  private var moving: MovingRange

  private init(momentum: Double) { moving = MovingRange(momentum: momentum) }

  mutating func observe(_ tensor: ObservedTensor, channel: Int) {
    let values = tensor.channels[channel]
    moving.follow((values.imageMinimum, values.imageMaximum), of: values)
  }

  func range(for spec: QuantSpec) -> (minimum: Float, maximum: Float) { moving.range ?? (0, 0) }
}

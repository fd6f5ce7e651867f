/// Moving averages, over the batches, of the means of each image's least and greatest value.
enum BatchMeanMaxObserver {
  static let kind = ObserverKind(
    name: "batch_mean_max", type: "BatchMeanMaxObserver",
    summary: "Each image's least and greatest value, averaged over images and batches.",
    formula: "r <- m r + (1 - m) (mean of the images' minima to mean of their maxima)",
    memory: MovingObserver.memory, source: "MQBench's released code, for the activations of DSQ",
    deviations: ["A weight is one image."],
    setting: MovingObserver.setting,
    make: { MovingObserver(momentum: $0) { ($0.imageMinimum, $0.imageMaximum) } })
}

/// What is known of a training before it starts: how many steps it takes, and the learning rate of
/// each.
struct TrainingCourse {
  let steps: Int
  /// Those before batch norm is frozen.
  let movingSteps: Int
  private let stepsPerEpoch: Int
  private let configuration: TrainingConfiguration

  /// - Parameter images: of the training set, enough for a step.
  init(_ configuration: TrainingConfiguration, images: Int) {
    self.configuration = configuration
    stepsPerEpoch = images / configuration.imagesPerStep
    steps = configuration.steps(stepsPerEpoch: stepsPerEpoch)
    let freeze = configuration.frozenNormAfter?.steps(stepsPerEpoch) ?? .infinity
    movingSteps = freeze < Double(steps) ? Int(freeze) : steps
  }

  /// Epochs of a history; a training in steps can have more, and nobody looks at them.
  private static let epochLimit = 100_000

  /// The history that the training would have, its losses and accuracies unknown: NaN.
  var history: TrainingHistory {
    let epochs = min((steps + stepsPerEpoch - 1) / stepsPerEpoch, Self.epochLimit)
    return TrainingHistory(
      epochs: (1...epochs).map { epoch in
        let step = min(epoch * stepsPerEpoch, steps)
        return TrainingHistory.Epoch(
          epoch: epoch, step: step, loss: .nan, top1: .nan,
          learningRate: configuration.learningRate.rate(
            step: step, of: steps, stepsPerEpoch: stepsPerEpoch))
      })
  }
}

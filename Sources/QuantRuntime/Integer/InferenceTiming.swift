/// How long passes of a network take on this machine.
public struct InferenceTiming: Hashable, Sendable {
  /// Images of a pass.
  public var batch: Int
  public var threads: Int
  /// Of each pass, sorted.
  public var seconds: [Double]

  public init(batch: Int, threads: Int, seconds: [Double]) {
    self.batch = batch
    self.threads = threads
    self.seconds = seconds.sorted()
  }

  public var median: Double { seconds.isEmpty ? .nan : seconds[seconds.count / 2] }
  public var shortest: Double { seconds.first ?? .nan }
  public var imagesPerSecond: Double { Double(batch) / median }
}

extension InferenceTiming {
  /// Passes that are not counted: the first ones fill caches and make primitives.
  static let warmUp = 3

  /// Runs a network on noise: a pass takes as long whatever the images show.
  ///
  /// - Parameters:
  ///   - integers: what to run in the model's place; nil runs the model, simulated if it is quantized.
  ///   - report: called on the compute thread with the passes done so far.
  /// - Throws: `TrainingError.notInitialized`, `IntegerError`, `EngineError`, `Interrupted`.
  public static func measure(
    _ model: Model, _ integers: IntegerNetwork?, batch: Int, passes: Int, rules: FakeQuantRules,
    interruption: Interruption, report: (Int) -> Void = { _ in }
  ) throws -> InferenceTiming {
    guard !model.needsInitialization else { throw TrainingError.notInitialized(model: model.name) }
    let isStopped = { interruption.isRequested }
    return try ComputeThread.run {
      let plan = try integers?.inference(batch: batch) ?? model.inference(rules)(batch)
      var random = RandomStream(seed: 1, purpose: .syntheticData)
      for index in plan.images.indices { plan.images[index] = random.uniform(-2, 2) }
      for _ in 0..<warmUp { try plan.forward(until: isStopped) }
      let clock = ContinuousClock()
      let seconds = try (0..<passes).map { pass in
        let start = clock.now
        try plan.forward(until: isStopped)
        report(pass + 1)
        return (clock.now - start) / .seconds(1)
      }
      return InferenceTiming(batch: batch, threads: Processor.threads, seconds: seconds)
    }
  }
}

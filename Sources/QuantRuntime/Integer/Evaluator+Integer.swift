extension Evaluator {
  /// Scores a network in integers on the whole test set.
  ///
  /// - Parameter model: what it was lowered from.
  /// - Throws: `IntegerError`, `TrainingError`, `Interrupted`; what loading images throws.
  public static func evaluate(
    _ network: IntegerNetwork, of model: Model, on data: Dataset, batch: Int,
    interruption: Interruption, report: (Int) -> Void = { _ in }
  ) throws -> Evaluation {
    try check(model, data)
    return try evaluate(
      on: data, batch: batch, interruption: interruption, report: report,
      makePlan: network.inference)
  }
}

extension IntegerNetwork {
  /// Compiles the network for a number of images.
  func inference(batch: Int) throws -> any InferencePlan { try IntegerPlan(self, batch: batch) }
}

extension LogitDifference {
  /// Compares two networks on the first test images, each simulated or in integers.
  ///
  /// - Parameters:
  ///   - first, second: a model, and the integers to run in its place; nil runs the model itself.
  ///   - images: how many, at least 1; all there are when there are fewer.
  ///   - report: called on the compute thread with the images done so far.
  /// - Throws: `IntegerError`, `TrainingError`; what loading images throws; `Interrupted`.
  public static func measure(
    _ first: (Model, IntegerNetwork?), _ second: (Model, IntegerNetwork?), on data: Dataset,
    images: Int, rules: FakeQuantRules, interruption: Interruption,
    report: (Int) -> Void = { _ in }
  ) throws -> LogitDifference {
    let networks = [first, second]
    for (model, _) in networks { try Evaluator.check(model, data) }
    let plans = networks.map { model, integers in integers?.inference ?? model.inference(rules) }
    return try measure(
      plans, on: data, images: images, interruption: interruption, report: report)
  }
}

/// Scores a model on a test set.
public enum Evaluator {
  /// Runs the whole test set in order, prepared by its test list, batch norm on its running statistics.
  ///
  /// - Parameters:
  ///   - batch: images per pass; it does not change the result beyond float rounding.
  ///   - report: called on the compute thread with the images done so far.
  /// - Throws: `TrainingError.notInitialized` for a quantized model that has met no data;
  ///   `Interrupted`, half a test set being no score; what loading images throws.
  public static func evaluate(
    _ model: Model, on data: Dataset, batch: Int, rules: FakeQuantRules,
    interruption: Interruption, report: (Int) -> Void = { _ in }
  ) throws -> Evaluation {
    try check(model, data)
    return try evaluate(
      on: data, batch: batch, interruption: interruption, report: report,
      makePlan: model.inference(rules))
  }

  /// The same, whatever runs the network.
  ///
  /// - Parameter makePlan: compiles it for a number of images, on the compute thread.
  static func evaluate(
    on data: Dataset, batch: Int, interruption: Interruption, report: (Int) -> Void,
    makePlan: (Int) throws -> any InferencePlan
  ) throws -> Evaluation {
    try ComputeThread.run {
      let plan = try makePlan(min(batch, data.test.count))
      var scores = Scores()
      try TestBatches(data: data, images: data.test.count, batch: plan.batch)
        .forEach(into: plan.images, until: { interruption.isRequested }) { labels, count in
          try plan.forward { interruption.isRequested }
          scores.add(Kernels.score(logits: plan.logits, labels: labels, count: count), count: count)
          report(scores.count)
        }
      return scores.evaluation
    }
  }

  /// What can be known to be wrong before anything is scored.
  ///
  /// - Throws: `TrainingError`.
  static func check(_ model: Model, _ data: Dataset) throws {
    guard !model.needsInitialization else { throw TrainingError.notInitialized(model: model.name) }
    try data.check(fits: model)
  }
}

extension Model {
  /// Compiles the model, simulated if it is quantized, for a number of images.
  func inference(_ rules: FakeQuantRules) -> (_ batch: Int) throws -> any InferencePlan {
    { batch in
      try Plan(
        graph, store: ParameterStore(graph: graph, state: state), batch: batch, mode: .evaluate,
        rules: rules)
    }
  }
}

/// Sums over the batches of a test set.
struct Scores {
  var top1 = 0
  var top5 = 0
  var loss = 0.0
  var count = 0

  mutating func add(_ batch: BatchScore, count: Int) {
    top1 += batch.top1
    top5 += batch.top5
    loss += batch.lossSum
    self.count += count
  }

  var evaluation: Evaluation {
    let n = Double(count)
    return Evaluation(top1: Double(top1) / n, top5: Double(top5) / n, loss: loss / n, count: count)
  }
}

/// Measures how long the steps of a model's plan take.
public enum Profiler {
  /// Passes that are not counted: the first ones fill caches and make primitives.
  static let warmUp = 1

  /// Runs a model on noise: a step takes as long whatever the images show.
  ///
  /// - Parameters:
  ///   - batch: images of one pass.
  ///   - passes: passes that are timed.
  ///   - isTraining: a forward and a backward pass of a training plan, not evaluation.
  /// - Returns: the steps in the order in which they run, with seconds summed over the passes.
  /// - Throws: `EngineError`, `GraphError`, `Interrupted`.
  public static func profile(
    _ model: Model, batch: Int, passes: Int, isTraining: Bool, rules: FakeQuantRules,
    interruption: Interruption, report: (Int) -> Void = { _ in }
  ) throws -> [StepTiming] {
    let classes = try model.classes()
    let isStopped = { interruption.isRequested }
    return try ComputeThread.run {
      let store = try ParameterStore(graph: model.graph, state: model.state)
      let plan = try Plan(
        model.graph, store: store, batch: batch,
        mode: isTraining ? .train(labelSmoothing: 0) : .evaluate, rules: rules)
      fill(plan, classes: classes)
      if model.needsInitialization { try plan.initializeQuantizers(until: isStopped) }
      for pass in 0..<warmUp + passes {
        plan.isProfiling = pass >= warmUp
        try plan.forward(until: isStopped)
        if isTraining { try plan.backward(until: isStopped) }
        report(pass + 1)
      }
      return plan.timings()
    }
  }

  /// Noise, and labels in turn.
  static func fill(_ plan: Plan, classes: Int) {
    var random = RandomStream(seed: 1, purpose: .syntheticData)
    for index in plan.images.indices { plan.images[index] = random.uniform(-2, 2) }
    for index in plan.labels.indices { plan.labels[index] = Int32(index % classes) }
  }
}

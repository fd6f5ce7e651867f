/// The state of a run in progress. A class because the plan and its buffers have identity; to be used
/// on the compute thread.
final class TrainingRun {
  private var model: Model
  private let data: Dataset
  private let configuration: TrainingConfiguration
  private let rules: FakeQuantRules
  private let store: ParameterStore
  private let stepsPerEpoch: Int
  private let steps: Int
  private let optimizer: OptimizerState
  private var compiled: CompiledTraining
  private var projection: QuantizerProjection?
  private var position = TrainingPosition()
  private let stop: StopRule

  /// - Parameters:
  ///   - checkpoint: of the same run, which goes on from there; nil to begin.
  ///   - stop: when the run ends before its end.
  init(
    _ start: Model, _ data: Dataset, _ configuration: TrainingConfiguration,
    _ rules: FakeQuantRules, resuming checkpoint: Checkpoint?, stop: StopRule
  ) throws {
    self.stop = stop
    model = try checkpoint?.model(from: start) ?? start
    self.data = data
    self.configuration = configuration
    self.rules = rules
    stepsPerEpoch = data.train.count / configuration.imagesPerStep
    steps = configuration.steps(stepsPerEpoch: stepsPerEpoch)
    position =
      try checkpoint?.position(
        in: configuration, stepsPerEpoch: stepsPerEpoch, steps: steps) ?? TrainingPosition()
    store = try ParameterStore(graph: model.graph, state: model.state)
    let isFrozen = configuration.isNormFrozen(
      step: position.step + 1, stepsPerEpoch: stepsPerEpoch)
    compiled = try CompiledTraining(
      model, store, configuration, rules, isNormFrozen: isFrozen)
    optimizer = OptimizerState(
      configuration.optimizer, groups: configuration.groups, of: compiled.plan.trainables)
    try checkpoint?.restore(optimizer)
  }

  /// - Throws: `Interrupted` when the run was given up within a step.
  func execute(
    keeper: CheckpointKeeper?, report: (TrainingEvent) -> Void
  ) throws -> TrainingOutcome {
    report(.planned(bytes: compiled.plan.memoryBytes, done: position.step, steps: steps))
    try keeper?.begin(checkpoint)
    while position.step < steps && !stop.endsRun() {
      try runEpoch(keeper: keeper, report: report)
    }
    let isComplete = position.step == steps
    keeper?.end(step: position.step, checkpoint, report)
    return outcome(interruptedAfterStep: isComplete ? nil : position.step)
  }

  /// Steps until the end of the epoch, of the run, or until an interruption.
  private func runEpoch(keeper: CheckpointKeeper?, report: (TrainingEvent) -> Void) throws {
    let epoch = position.step / stepsPerEpoch
    let loader = batches(epoch: epoch, from: position.step % stepsPerEpoch)
    defer { loader.stop() }
    repeat {
      guard let (loss, rate) = try takeStep(loader, epoch: epoch + 1) else { return }
      position.step += 1
      if position.step % stepsPerEpoch == 0 || position.step == steps {
        position.closeEpoch(epoch + 1, learningRate: rate)
      }
      report(
        .step(
          TrainingProgress(
            step: position.step, steps: steps, epoch: epoch + 1,
            epochs: (steps + stepsPerEpoch - 1) / stepsPerEpoch, loss: loss, learningRate: rate)))
      keeper?.stepDone(
        position.step, isEpochOver: position.step % stepsPerEpoch == 0, checkpoint, report)
    } while position.step < steps && position.step % stepsPerEpoch != 0 && !stop.endsRun()
  }

  private func batches(epoch: Int, from step: Int) -> BatchLoader {
    BatchLoader(
      data.train, of: data, batch: configuration.batch, order: .shuffled,
      augmentations: data.augmentations, seed: configuration.seed, epoch: epoch,
      startingAt: step * configuration.accumulate, dropsLast: true)
  }

  /// Forward and backward over the batches of one step, then the update.
  ///
  /// - Returns: nil when the run was to end while the first batch was loaded: nothing has changed yet.
  private func takeStep(
    _ loader: BatchLoader, epoch: Int
  ) throws -> (loss: Double, rate: Double)? {
    let step = position.step + 1
    try freezeNorm(before: step)
    let rate = rate(of: step)
    var total = 0.0
    for batch in 0..<configuration.accumulate {
      do {
        _ = try loader.next(
          images: compiled.plan.images, labels: compiled.plan.labels,
          until: batch == 0 ? stop.endsRun : stop.endsStep)
      } catch is Interrupted where batch == 0 && !stop.endsStep() {
        return nil
      }
      total += try takeBatch(batch, step: step, epoch: epoch)
    }
    optimizer.apply(to: compiled.gradients.trainables, rate: rate)
    projection?.apply()
    return (total / Double(configuration.accumulate), rate)
  }

  /// Forward and backward over the batch that is now in the plan; gives its loss.
  private func takeBatch(_ batch: Int, step: Int, epoch: Int) throws -> Double {
    compiled.setRandomness(
      seed: configuration.seed, pass: (step - 1) * configuration.accumulate + batch)
    if projection == nil { try startQuantizers() }
    let plan = compiled.plan
    try plan.forward(until: stop.endsStep)
    let loss = plan.loss
    guard loss.isFinite else {
      throw TrainingError.nonFiniteLoss(
        step: step, epoch: epoch, node: plan.firstNonFinite(), learningRate: rate(of: step))
    }
    position.sums.add(loss: loss, correct: plan.correctCount(), images: configuration.batch)
    try plan.backward(until: stop.endsStep)
    compiled.gradients.add(batch: batch)
    return loss
  }

  /// Initializes the quantizers that have met no data, from the batch that is now in the plan.
  private func startQuantizers() throws {
    if model.needsInitialization {
      let choices = model.quantization
      let specs = try compiled.plan.initializeQuantizers(until: stop.endsStep) {
        quantizer, tensor in
        try choices?.observer(of: quantizer.site)?.ranges(
          of: tensor, for: quantizer.spec, until: stop.endsStep)
      }
      model = model.initialized(state: store.snapshot(), specs: specs)
    }
    projection = QuantizerProjection(
      graph: model.graph, store: store, rules: rules)
  }

  /// Goes on with a plan whose batch norm is frozen, once it is time.
  private func freezeNorm(before step: Int) throws {
    guard !compiled.isNormFrozen,
      configuration.isNormFrozen(step: step, stepsPerEpoch: stepsPerEpoch)
    else { return }
    compiled = try CompiledTraining(model, store, configuration, rules, isNormFrozen: true)
    // It points into the plan that is gone.
    projection = nil
  }

  private func rate(of step: Int) -> Double {
    configuration.learningRate.rate(step: step, of: steps, stepsPerEpoch: stepsPerEpoch)
  }

  private func checkpoint() -> Checkpoint {
    Checkpoint(model: current, optimizer: optimizer.snapshot(), position: position)
  }

  /// The model with the weights as they are now.
  private var current: Model {
    var result = model
    result.state = store.snapshot()
    return result
  }

  private func outcome(interruptedAfterStep: Int?) -> TrainingOutcome {
    var history = position.history
    if position.sums.batches > 0 {
      let epoch = (position.step - 1) / stepsPerEpoch + 1
      history.epochs.append(
        position.sums.record(
          epoch: epoch, step: position.step, learningRate: rate(of: position.step)))
    }
    return TrainingOutcome(
      model: current, history: history, interruptedAfterStep: interruptedAfterStep)
  }
}

/// A training plan with the gradients that the optimizer takes from it.
private struct CompiledTraining {
  let plan: Plan
  let gradients: GradientMean
  let isNormFrozen: Bool

  init(
    _ model: Model, _ store: ParameterStore, _ configuration: TrainingConfiguration,
    _ rules: FakeQuantRules, isNormFrozen: Bool
  ) throws {
    self.isNormFrozen = isNormFrozen
    plan = try Plan(
      model.graph, store: store, batch: configuration.batch,
      mode: .train(
        labelSmoothing: Float(configuration.labelSmoothing), frozenNorm: isNormFrozen),
      rules: rules)
    gradients = GradientMean(of: plan.trainables, batches: configuration.accumulate)
  }

  /// Decides the dropout of the next passes.
  func setRandomness(seed: UInt64, pass: Int) {
    plan.setRandomness(seed: seed, step: pass)
  }
}

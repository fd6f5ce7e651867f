/// One training run: compiles the model's graph, steps through the data and gives a new model.
///
/// Everything random comes from streams derived from the configuration's seed, and no result
/// depends on how many threads load data, so a run is a pure function of its inputs.
public struct Trainer {
  private let configuration: TrainingConfiguration
  private let rules: FakeQuantRules
  private let interruption: Interruption
  private let report: (TrainingProgress) -> Void

  /// - Parameter report: called on the compute thread after every step.
  public init(
    _ configuration: TrainingConfiguration, rules: FakeQuantRules, interruption: Interruption,
    report: @escaping (TrainingProgress) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.rules = rules
    self.interruption = interruption
    self.report = report
  }

  /// Trains on the data's training set; the model given is not changed.
  ///
  /// A quantized model whose quantizers have met no data is initialized from the first batch, each
  /// quantizer behind the already quantized layers before it, and then trained from that batch on.
  ///
  /// - Throws: `TrainingError`, `EngineError`, or what reading the data throws.
  public func train(_ model: Model, on data: Dataset) throws -> TrainingOutcome {
    try check(model, data)
    return try ComputeThread.run {
      try TrainingRun(model, data, configuration, rules).execute(
        interruption: interruption, report: report)
    }
  }

  private func check(_ model: Model, _ data: Dataset) throws {
    try data.check(fits: model)
    guard configuration.batch <= data.train.count else {
      throw TrainingError.batchTooLarge(batch: configuration.batch, images: data.train.count)
    }
  }
}

/// How far a run has come, after a step.
public struct TrainingProgress: Sendable {
  /// From 1.
  public var step: Int
  public var steps: Int
  /// From 1.
  public var epoch: Int
  public var epochs: Int
  /// Of this step's batch.
  public var loss: Double
  public var learningRate: Double
  public var batch: Int
}

public struct TrainingOutcome: Sendable {
  public var model: Model
  public var history: TrainingHistory
  /// Set when an interruption ended the run early; the model is that of the last whole step.
  public var interruptedAfterStep: Int?
}

/// The state of a run in progress. A class because the plan and its buffers have identity.
private final class TrainingRun {
  private var model: Model
  private let data: Dataset
  private let configuration: TrainingConfiguration
  private let rules: FakeQuantRules
  private let store: ParameterStore
  private let plan: Plan
  private let update: SGDUpdate
  private let stepsPerEpoch: Int
  private let steps: Int
  private var projection: QuantizerProjection?
  private var history = TrainingHistory()

  init(
    _ model: Model, _ data: Dataset, _ configuration: TrainingConfiguration, _ rules: FakeQuantRules
  ) throws {
    self.model = model
    self.data = data
    self.configuration = configuration
    self.rules = rules
    store = try ParameterStore(graph: model.graph, state: model.state)
    plan = try Plan(
      model.graph, store: store, batch: configuration.batch,
      mode: .train(labelSmoothing: Float(configuration.labelSmoothing)), rules: rules)
    update = SGDUpdate(configuration.optimizer, of: plan.trainables)
    stepsPerEpoch = data.train.count / configuration.batch
    steps = configuration.steps(stepsPerEpoch: stepsPerEpoch)
  }

  func execute(
    interruption: Interruption, report: (TrainingProgress) -> Void
  ) throws -> TrainingOutcome {
    var step = 0
    var epoch = 0
    while step < steps && !interruption.isRequested {
      let loader = batches(epoch: epoch)
      defer { loader.stop() }
      epoch += 1
      var sums = EpochSums()
      while step < steps, !interruption.isRequested,
        try loader.next(images: plan.images, labels: plan.labels) > 0
      {
        step += 1
        let rate = try takeStep(step, epoch: epoch, sums: &sums)
        report(progress(step: step, epoch: epoch, rate: rate))
      }
      if sums.steps > 0 {
        let rate = self.rate(of: step)
        history.epochs.append(sums.record(epoch: epoch, step: step, learningRate: rate))
      }
    }
    return outcome(interruptedAfterStep: step < steps ? step : nil)
  }

  private func batches(epoch: Int) -> BatchLoader {
    BatchLoader(
      data.train, of: data, batch: configuration.batch, order: .shuffled,
      augmentations: data.augmentations, seed: configuration.seed, epoch: epoch, dropsLast: true)
  }

  /// One forward, backward and update; gives the step's learning rate.
  private func takeStep(_ step: Int, epoch: Int, sums: inout EpochSums) throws -> Double {
    if projection == nil { try startQuantizers() }
    try plan.forward()
    let loss = plan.loss
    guard loss.isFinite else {
      throw TrainingError.nonFiniteLoss(
        step: step, epoch: epoch, node: plan.firstNonFinite(), learningRate: rate(of: step))
    }
    sums.add(loss: loss, correct: plan.correctCount(), images: configuration.batch)
    try plan.backward()
    let rate = self.rate(of: step)
    update.apply(rate: rate)
    projection?.apply()
    return rate
  }

  /// Initializes the quantizers that have met no data, from the batch that is now in the plan.
  private func startQuantizers() throws {
    if model.needsInitialization {
      let specs = try plan.initializeQuantizers()
      model = model.initialized(state: store.snapshot(), specs: specs)
    }
    projection = QuantizerProjection(
      graph: model.graph, trainables: plan.trainables, rules: rules)
  }

  private func rate(of step: Int) -> Double {
    configuration.learningRate.rate(step: step, of: steps, stepsPerEpoch: stepsPerEpoch)
  }

  private func progress(step: Int, epoch: Int, rate: Double) -> TrainingProgress {
    TrainingProgress(
      step: step, steps: steps, epoch: epoch, epochs: (steps + stepsPerEpoch - 1) / stepsPerEpoch,
      loss: plan.loss, learningRate: rate, batch: configuration.batch)
  }

  private func outcome(interruptedAfterStep: Int?) -> TrainingOutcome {
    var trained = model
    trained.state = store.snapshot()
    return TrainingOutcome(
      model: trained, history: history, interruptedAfterStep: interruptedAfterStep)
  }
}

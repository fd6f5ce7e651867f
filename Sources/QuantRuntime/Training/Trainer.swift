/// One training run: compiles the model's graph, steps through the data and gives a new model.
///
/// Everything random comes from streams derived from the configuration's seed, and no result
/// depends on how many threads load data, so a run is a pure function of its inputs. A run that is
/// stopped, by whatever, and resumed from its checkpoint ends in the bytes of one that was not.
public struct Trainer {
  private let configuration: TrainingConfiguration
  private let rules: FakeQuantRules
  private let interruption: Interruption
  private let report: (TrainingEvent) -> Void

  /// - Parameter report: called on the compute thread.
  public init(
    _ configuration: TrainingConfiguration, rules: FakeQuantRules, interruption: Interruption,
    report: @escaping (TrainingEvent) -> Void = { _ in }
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
  /// - Parameter checkpoints: where progress is saved and resumed from; nil for neither.
  /// - Throws: `TrainingError`, `CheckpointError`, `EngineError`, `FileError`, or what reading the
  ///   data throws; `Interrupted` for an urgent interruption, which does not wait for the step.
  public func train(
    _ model: Model, on data: Dataset, checkpoints: CheckpointOptions? = nil
  ) throws -> TrainingOutcome {
    try configuration.check(model, data)
    let keeper = try checkpoints.map {
      try CheckpointKeeper(
        $0,
        of: RunIdentity(
          model, data, configuration, program: $0.program, until: interruption))
    }
    return try ComputeThread.run {
      let run = try TrainingRun(
        model, data, configuration, rules, resuming: keeper?.resumed,
        stop: StopRule(interruption, isSaved: keeper != nil))
      return try run.execute(keeper: keeper, report: report)
    }
  }
}

extension TrainingConfiguration {
  /// What can be known to be wrong before a training starts.
  ///
  /// - Throws: `TrainingError`.
  func check(_ model: Model, _ data: Dataset) throws {
    try data.check(fits: model)
    guard imagesPerStep <= data.train.count else {
      throw TrainingError.batchTooLarge(
        batch: batch, accumulate: accumulate, images: data.train.count)
    }
    try groups.check(model.graph.stateEntries.filter(\.role.isTrained))
  }
}

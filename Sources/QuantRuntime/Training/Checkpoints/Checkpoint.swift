/// Everything a run needs to go on as if it had never stopped.
///
/// Random streams are functions of the seed and a position, and the position follows from the step,
/// so no generator has a state that would have to be here.
struct Checkpoint: Sendable {
  /// Weights, running statistics and what the quantizers have learned, by state entry.
  var state: [String: Tensor]
  /// What the optimizer remembers, see `OptimizerState.snapshot`.
  var optimizer: [String: Tensor]
  /// The decided sign of each quantizer by its node; nil before the quantizers have met data.
  var signs: [String: QuantSpec.Sign]?
  var position: TrainingPosition

  init(
    state: [String: Tensor], optimizer: [String: Tensor], signs: [String: QuantSpec.Sign]?,
    position: TrainingPosition
  ) {
    self.state = state
    self.optimizer = optimizer
    self.signs = signs
    self.position = position
  }

  init(model: Model, optimizer: [String: Tensor], position: TrainingPosition) {
    self.init(
      state: model.state, optimizer: optimizer,
      signs: model.needsInitialization
        ? nil
        : Dictionary(
          model.quantizerNodes.map { (model.graph[$0.id].name, $0.quantizer.spec.sign) },
          uniquingKeysWith: { first, _ in first }),
      position: position)
  }
}

// MARK: - Going on

extension Checkpoint {
  /// The model as it was, from the one that the run began with.
  ///
  /// - Throws: `CheckpointError.damaged` when state is missing or a sign is undecided.
  func model(from start: Model) throws(CheckpointError) -> Model {
    for entry in start.graph.stateEntries where state[entry.name]?.shape != entry.shape {
      throw .damaged(reason: "tensor '\(entry.name)' is missing or has another shape")
    }
    var result = start
    result.state = state
    guard start.needsInitialization, let signs else { return result }
    var specs: [NodeID: QuantSpec] = [:]
    for (id, quantizer) in start.quantizerNodes {
      guard let sign = signs[start.graph[id].name], sign != .adaptive else {
        throw .damaged(reason: "the sign of '\(start.graph[id].name)' is missing")
      }
      var spec = quantizer.spec
      spec.sign = sign
      specs[id] = spec
    }
    return start.initialized(state: state, specs: specs)
  }

  /// - Throws: `CheckpointError.damaged` for sums that this run cannot have at this step.
  func position(
    in configuration: TrainingConfiguration, stepsPerEpoch: Int, steps: Int
  ) throws(CheckpointError) -> TrainingPosition {
    let (step, sums) = (position.step, position.sums)
    guard (0...steps).contains(step) else { throw .damaged(reason: "it is at step \(step)") }
    let batches = step == steps ? 0 : step % stepsPerEpoch * configuration.accumulate
    guard sums.batches == batches, sums.images == batches * configuration.batch,
      (0...sums.images).contains(sums.correct)
    else { throw .damaged(reason: "its sums do not fit step \(step)") }
    return position
  }

  func restore(_ optimizer: OptimizerState) throws(CheckpointError) {
    guard optimizer.restore(self.optimizer, updates: position.step) else {
      throw .damaged(reason: "a tensor of the optimizer is missing or has another shape")
    }
  }
}

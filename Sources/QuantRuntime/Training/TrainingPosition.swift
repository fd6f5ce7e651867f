/// How far a run has come, and what it has summed up on the way. The epoch and the place in it follow
/// from the step.
struct TrainingPosition: Hashable, Codable, Sendable {
  /// Steps done.
  var step = 0
  /// Of the epoch that is not over.
  var sums = EpochSums()
  /// Of the epochs that are over.
  var history = TrainingHistory()

  /// Ends an epoch after its last step.
  mutating func closeEpoch(_ epoch: Int, learningRate: Double) {
    history.epochs.append(sums.record(epoch: epoch, step: step, learningRate: learningRate))
    sums = EpochSums()
  }
}

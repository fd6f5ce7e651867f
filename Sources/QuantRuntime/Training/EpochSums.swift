/// Sums over the batches of one epoch so far.
struct EpochSums: Hashable, Codable, Sendable {
  var loss = 0.0
  var correct = 0
  var images = 0
  var batches = 0

  mutating func add(loss: Double, correct: Int, images: Int) {
    self.loss += loss
    self.correct += correct
    self.images += images
    batches += 1
  }

  /// - Precondition: there was a batch.
  func record(epoch: Int, step: Int, learningRate: Double) -> TrainingHistory.Epoch {
    TrainingHistory.Epoch(
      epoch: epoch, step: step, loss: loss / Double(batches),
      top1: Double(correct) / Double(images), learningRate: learningRate)
  }
}

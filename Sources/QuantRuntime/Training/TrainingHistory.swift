/// What happened in each epoch of a training run. Holds no times, so that equal runs have equal
/// histories.
public struct TrainingHistory: Hashable, Codable, Sendable {
  public struct Epoch: Hashable, Codable, Sendable {
    /// From 1; the last one of a run given in steps can be shorter.
    public var epoch: Int
    /// Steps taken since the start of the run.
    public var step: Int
    /// Mean label-smoothed loss over the steps of the epoch.
    public var loss: Double
    /// Share of the epoch's augmented images that the model, as it was at their step, got right.
    public var top1: Double
    /// The rate of the epoch's last step.
    public var learningRate: Double

    public init(epoch: Int, step: Int, loss: Double, top1: Double, learningRate: Double) {
      self.epoch = epoch
      self.step = step
      self.loss = loss
      self.top1 = top1
      self.learningRate = learningRate
    }
  }

  public var epochs: [Epoch]

  public init(epochs: [Epoch] = []) { self.epochs = epochs }
}

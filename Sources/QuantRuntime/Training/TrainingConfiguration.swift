/// Everything that decides what training does to a model: same model, same data, same configuration,
/// same bytes.
public struct TrainingConfiguration: Hashable, Codable, Sendable {
  public var length: Length
  /// Images of one step; an epoch drops the images that do not fill a batch.
  public var batch: Int
  public var optimizer: SGD
  public var learningRate: LearningRate
  /// Weight of the uniform distribution in the target (Szegedy et al., 2016), 0 ..< 1.
  public var labelSmoothing: Double
  /// Decides the order of the images and their augmentation.
  public var seed: UInt64

  public init(
    length: Length, batch: Int, optimizer: SGD, learningRate: LearningRate,
    labelSmoothing: Double = 0, seed: UInt64
  ) {
    self.length = length
    self.batch = batch
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.labelSmoothing = labelSmoothing
    self.seed = seed
  }

  public enum Length: Hashable, Codable, Sendable {
    case epochs(Int)
    case steps(Int)
  }

  /// Steps of the whole run, for epochs of the given number of steps.
  func steps(stepsPerEpoch: Int) -> Int {
    switch length {
    case .epochs(let epochs): epochs * stepsPerEpoch
    case .steps(let steps): steps
    }
  }
}

/// Everything that decides what training does to a model: same model, same data, same configuration,
/// same bytes.
public struct TrainingConfiguration: Hashable, Sendable {
  public var length: Length
  /// Images that pass through the network at once.
  public var batch: Int
  /// Batches of one step, 1 or more: their gradients are averaged. An epoch drops the images that do
  /// not fill a step.
  public var accumulate: Int
  public var optimizer: AnyOptimizer
  /// Which tensors have a learning rate or a weight decay of their own; the last word counts.
  public var groups: [ParameterGroup]
  public var learningRate: LearningRate
  /// Weight of the uniform distribution in the target (Szegedy et al., 2016), 0 ..< 1.
  public var labelSmoothing: Double
  /// From there on batch norm uses its running statistics and leaves them alone; nil for never.
  public var frozenNormAfter: TrainingTime?
  /// Decides the order of the images, their augmentation and dropout.
  public var seed: UInt64

  public init(
    length: Length, batch: Int, accumulate: Int = 1, optimizer: AnyOptimizer,
    groups: [ParameterGroup] = [], learningRate: LearningRate, labelSmoothing: Double = 0,
    frozenNormAfter: TrainingTime? = nil, seed: UInt64
  ) {
    self.length = length
    self.batch = batch
    self.accumulate = accumulate
    self.optimizer = optimizer
    self.groups = groups
    self.learningRate = learningRate
    self.labelSmoothing = labelSmoothing
    self.frozenNormAfter = frozenNormAfter
    self.seed = seed
  }

  public enum Length: Hashable, Sendable {
    case epochs(Int)
    case steps(Int)
  }

  /// Images of one step.
  var imagesPerStep: Int { batch * accumulate }

  /// Steps of the whole run, for epochs of the given number of steps.
  func steps(stepsPerEpoch: Int) -> Int {
    switch length {
    case .epochs(let epochs): epochs * stepsPerEpoch
    case .steps(let steps): steps
    }
  }

  /// Whether a step, counted from 1, runs on frozen batch norm.
  func isNormFrozen(step: Int, stepsPerEpoch: Int) -> Bool {
    guard let frozenNormAfter else { return false }
    return Double(step) > frozenNormAfter.steps(stepsPerEpoch)
  }
}

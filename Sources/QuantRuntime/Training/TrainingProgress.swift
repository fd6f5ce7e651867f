/// What a run tells while it goes on. Sent from the compute thread.
public enum TrainingEvent: Sendable {
  /// The plan is compiled and nothing has been trained: the bytes that it and the weights take, and
  /// the steps that a resumed run has behind it.
  case planned(bytes: Int, done: Int, steps: Int)
  /// A step is done.
  case step(TrainingProgress)
  /// A checkpoint could not be written; the run goes on and tries again.
  case checkpointFailed(FileError)
}

/// How far a run has come, after a step.
public struct TrainingProgress: Sendable {
  /// From 1.
  public var step: Int
  public var steps: Int
  /// From 1.
  public var epoch: Int
  public var epochs: Int
  /// Mean over this step's batches.
  public var loss: Double
  public var learningRate: Double
}

public struct TrainingOutcome: Sendable {
  public var model: Model
  public var history: TrainingHistory
  /// Set when an interruption ended the run early; the model is that of the last whole step.
  public var interruptedAfterStep: Int?
}

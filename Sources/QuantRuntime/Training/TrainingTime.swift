/// A stretch of a training run, from its start.
public enum TrainingTime: Hashable, Sendable {
  /// Fractions are allowed.
  case epochs(Double)
  /// Updates of the weights, however many batches each takes.
  case steps(Int)

  /// - Parameter stepsPerEpoch: what turns epochs into steps.
  func steps(_ stepsPerEpoch: Int) -> Double {
    switch self {
    case .epochs(let epochs): epochs * Double(stepsPerEpoch)
    case .steps(let steps): Double(steps)
    }
  }
}

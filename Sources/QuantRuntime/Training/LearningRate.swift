import Foundation

/// How the learning rate runs from the first step to the last: a linear warm-up from `start` to
/// `peak`, then the decay.
///
/// Steps count from 1, as in the benchmark's code, with T steps in all and W warm-up steps:
///
///     i < W:   lr = start + (peak - start) (i - 1) / (W - 1)
///     i >= W:  lr = end + (peak - end) (1 + cos(pi (i - W) / (T - W))) / 2      for `cosine`
///
/// so the peak is reached at step W and the last step takes `end`. (MQBench, arXiv 2111.03759,
/// table 3 and the released solver.)
public struct LearningRate: Hashable, Sendable {
  public enum Decay: Hashable, Sendable {
    /// Stays at the peak.
    case constant
    /// Half a cosine wave from the peak to `end` (Loshchilov and Hutter, 2017).
    case cosine(end: Double)
    /// Multiplied by `factor` after each of the given times: at the start of epoch 30, counted from
    /// 0, or in the step after step 3000.
    case step(at: [TrainingTime], factor: Double)
  }

  public var decay: Decay
  public var peak: Double
  /// The rate of the first warm-up step.
  public var start: Double
  /// W, rounded to whole steps.
  public var warmup: TrainingTime

  public init(
    _ decay: Decay, peak: Double, start: Double = 0, warmup: TrainingTime = .epochs(0)
  ) {
    self.decay = decay
    self.peak = peak
    self.start = start
    self.warmup = warmup
  }

  /// The rate of one step.
  ///
  /// - Parameters:
  ///   - step: 1 ... `steps`.
  ///   - steps: T, the steps of the whole run.
  ///   - stepsPerEpoch: what turns epochs into steps.
  public func rate(step: Int, of steps: Int, stepsPerEpoch: Int) -> Double {
    let warmup = Int(self.warmup.steps(stepsPerEpoch).rounded())
    if step < warmup {
      // W > step >= 1 here, so W - 1 is at least 1.
      return start + (peak - start) * Double(step - 1) / Double(warmup - 1)
    }
    switch decay {
    case .constant:
      return peak
    case .cosine(let end):
      // A run that is all warm-up ends at its peak.
      let progress = steps > warmup ? Double(step - warmup) / Double(steps - warmup) : 0
      return end + (peak - end) * (1 + cos(.pi * progress)) / 2
    case .step(let times, let factor):
      let falls = times.count { $0.steps(stepsPerEpoch) <= Double(step - 1) }
      return peak * pow(factor, Double(falls))
    }
  }
}

extension LearningRate: CustomStringConvertible {
  /// As a script would write it.
  public var description: String {
    var common = "peak: \(peak), start: \(start), "
    switch warmup {
    case .epochs(let epochs): common += "warmup: \(epochs)"
    case .steps(let steps): common += "warmup_steps: \(steps)"
    }
    return switch decay {
    case .constant: "constant(\(common))"
    case .cosine(let end): "cosine(\(common), end: \(end))"
    case .step(let times, let factor): "step(\(common)\(Self.text(times)), factor: \(factor))"
    }
  }

  private static func text(_ times: [TrainingTime]) -> String {
    var epochs: [Double] = []
    var steps: [Int] = []
    for time in times {
      switch time {
      case .epochs(let count): epochs.append(count)
      case .steps(let count): steps.append(count)
      }
    }
    return (epochs.isEmpty ? "" : ", at: \(epochs)")
      + (steps.isEmpty ? "" : ", at_steps: \(steps)")
  }
}

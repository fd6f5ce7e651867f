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
public struct LearningRate: Hashable, Codable, Sendable {
  public enum Decay: Hashable, Codable, Sendable {
    /// Stays at the peak.
    case constant
    /// Half a cosine wave from the peak to `end` (Loshchilov and Hutter, 2017).
    case cosine(end: Double)
    /// Multiplied by `factor` at the start of each of the given epochs, which count from 0.
    case step(atEpochs: [Double], factor: Double)
  }

  public var decay: Decay
  public var peak: Double
  /// The rate of the first warm-up step.
  public var start: Double
  /// Length of the warm-up in epochs; fractions are allowed.
  public var warmupEpochs: Double

  public init(_ decay: Decay, peak: Double, start: Double = 0, warmupEpochs: Double = 0) {
    self.decay = decay
    self.peak = peak
    self.start = start
    self.warmupEpochs = warmupEpochs
  }

  /// The rate of one step.
  ///
  /// - Parameters:
  ///   - step: 1 ... `steps`.
  ///   - steps: T, the steps of the whole run.
  ///   - stepsPerEpoch: what turns epochs into steps.
  public func rate(step: Int, of steps: Int, stepsPerEpoch: Int) -> Double {
    let warmup = Int((warmupEpochs * Double(stepsPerEpoch)).rounded())
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
    case .step(let epochs, let factor):
      let epoch = Double(step - 1) / Double(stepsPerEpoch)
      return peak * pow(factor, Double(epochs.count { $0 <= epoch }))
    }
  }
}

import CKernels
import Foundation

/// Adam (Kingma and Ba, ICLR 2015), with the decoupled weight decay of AdamW (Loshchilov and Hutter,
/// ICLR 2019) as an option.
///
/// In PyTorch's form, for a gradient g, a weight w, moments m and v that start at 0, and step t from 1:
///
///     w = w (1 - lr weightDecay)                                        when decoupled
///     d = g + weightDecay w                                             otherwise; else d = g
///     m = beta1 m + (1 - beta1) d
///     v = beta2 v + (1 - beta2) d^2
///     w = w - lr / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + epsilon)
public struct Adam: Optimizer {
  public static let name = "adam"

  /// 0 ..< 1.
  public var beta1: Double
  /// 0 ..< 1.
  public var beta2: Double
  /// Above 0.
  public var epsilon: Double
  public var weightDecay: Double
  /// Shrinks the weights themselves (AdamW) and not their gradient.
  public var isDecoupled: Bool

  public init(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0,
    isDecoupled: Bool = false
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.isDecoupled = isDecoupled
  }

  public var settings: String {
    "betas: [\(beta1), \(beta2)], eps: \(epsilon), weight_decay: \(weightDecay), "
      + "decoupled: \(isDecoupled)"
  }

  public var memoryNames: [String] { ["first_moment", "second_moment"] }

  public func update(
    _ value: UnsafeMutableBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>,
    memory: [UnsafeMutableBufferPointer<Float>], _ step: UpdateStep
  ) {
    Kernels.adam(
      value: value, gradient: gradient, first: memory[0], second: memory[1],
      constants: constants(step))
  }

  /// In Double up to here: 1 - beta2^t is small in the first steps.
  private func constants(_ step: UpdateStep) -> mq_adam {
    let t = Double(step.number)
    return mq_adam(
      step: Float(step.rate / (1 - pow(beta1, t))), weight1: Float(1 - beta1), beta2: Float(beta2),
      weight2: Float(1 - beta2), correction2: Float(1 / (1 - pow(beta2, t)).squareRoot()),
      epsilon: Float(epsilon), decay: isDecoupled ? 0 : Float(step.weightDecay),
      shrink: isDecoupled ? Float(1 - step.rate * step.weightDecay) : 1)
  }
}

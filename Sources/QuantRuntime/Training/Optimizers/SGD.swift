/// Stochastic gradient descent with momentum, weight decay and Nesterov's look-ahead.
///
/// In PyTorch's form, for a gradient g, a weight w and a velocity v that starts at 0:
///
///     d = g + weightDecay w
///     v = momentum v + d
///     w = w - lr (nesterov ? d + momentum v : v)
///
/// Weight decay reaches every trained tensor, the scales of quantizers included, as the benchmark
/// does; parameter groups give some of them another one.
public struct SGD: Optimizer {
  public static let name = "sgd"

  /// 0 ..< 1.
  public var momentum: Double
  public var nesterov: Bool
  public var weightDecay: Double

  public init(momentum: Double = 0.9, nesterov: Bool = true, weightDecay: Double = 1e-4) {
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
  }

  public var settings: String {
    "momentum: \(momentum), nesterov: \(nesterov), weight_decay: \(weightDecay)"
  }

  public var memoryNames: [String] { ["velocity"] }

  public func update(
    _ value: UnsafeMutableBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>,
    memory: [UnsafeMutableBufferPointer<Float>], _ step: UpdateStep
  ) {
    Kernels.sgd(
      value: value, gradient: gradient, velocity: memory[0], learningRate: Float(step.rate),
      momentum: Float(momentum), weightDecay: Float(step.weightDecay), nesterov: nesterov)
  }
}

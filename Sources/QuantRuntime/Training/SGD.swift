/// Stochastic gradient descent with momentum, weight decay and Nesterov's look-ahead.
///
/// In PyTorch's form, for a gradient g, a weight w and a velocity v that starts at 0:
///
///     d = g + weightDecay w
///     v = momentum v + d
///     w = w - lr (nesterov ? d + momentum v : v)
///
/// Weight decay reaches every trained tensor, the scales of quantizers included, as the benchmark
/// does; PACT's clip is regularized by nothing else.
public struct SGD: Hashable, Codable, Sendable {
  /// 0 ..< 1.
  public var momentum: Double
  public var nesterov: Bool
  public var weightDecay: Double

  public init(momentum: Double = 0.9, nesterov: Bool = true, weightDecay: Double = 1e-4) {
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
  }
}

import CKernels

/// Differentiable soft quantization: Gong et al., ICCV 2019; MQBench, appendix F. Nothing is learned.
///
///     v = clip(x / s + z, Nmin, Nmax),  f = v - floor(v)
///     phi = floor(v) + T / 2 tanh(k (f - 1/2)) + 1/2,  T = 1 / (1 - alpha),  k = ln(2 / alpha - 1)
///     y = s (round(phi) - z)
///     dy/dx = T k / 2 / cosh^2(k (f - 1/2)) where v is not clipped, else 0
///
/// phi crosses a half where f does, so that the forward pass is the uniform quantizer and alpha, 0.4,
/// shows in the gradient alone: 1.155 half-way between two levels, 0.739 on them.
///
/// Scale and zero point cover a range that follows the tensor: of weights mu +- 2.6 sigma, sigma
/// unbiased, of each step; of activations the means over the images of each image's minimum and
/// maximum, a moving average with momentum 0.9. Values beyond the grid get no gradient. Infinite
/// inputs are clamped; NaN stays NaN.
struct DSQ: UntrainedRangeRule {
  static let algorithm = QuantizerAlgorithm(
    rule: DSQ(), type: "DSQ", kind: .rule,
    summary: "Differentiable soft quantization: the gradient is that of a row of tangents.",
    citation:
      "Gong et al., ICCV 2019, 'Differentiable soft quantization: bridging full-precision and "
      + "low-bit neural networks'",
    formula: """
      y = s (clip(round(x / s) + z, Nmin, Nmax) - z)
      dx = T k / 2 / cosh(k (f - 1/2))^2, f the fraction of x / s, T = 1 / (1 - alpha)
      k = ln(2 / alpha - 1), alpha = 0.4
      weights cover mu +- 2.6 sigma; activations each image's extremes, averaged with momentum 0.9
      """,
    deviations: [
      "The gradient is the paper's; MQBench's released code passes it through unchanged.",
      "alpha and the range are not trained, as in MQBench; the original trains both.",
    ])

  /// Deviations on either side of the mean that the range of weights covers.
  static let reach = 2.6
  /// Of the moving average of an activation's range.
  static let momentum: Float = 0.9

  let name = "dsq"
  let isClipping = false

  func statisticNames(for quantizer: FakeQuant) -> [String] { ["minimum", "maximum"] }

  func followsSums(for quantizer: FakeQuant) -> Bool { quantizer.site == .weight }

  func statistics(
    for quantizer: FakeQuant, after values: ObservedValues, previous: FakeQuantNumbers?
  ) -> [Float] {
    guard values.count > 0 else { return previous.map { [$0[0], $0[1]] } ?? [0, 0] }
    switch quantizer.site {
    case .weight:
      let distance = Self.reach * values.deviation
      return [Float(values.mean - distance), Float(values.mean + distance)]
    case .activation:
      return [
        moved(previous?[0], to: values.imageMinimum), moved(previous?[1], to: values.imageMaximum),
      ]
    }
  }

  private func moved(_ previous: Float?, to value: Float) -> Float {
    previous.map { Self.momentum * $0 + (1 - Self.momentum) * value } ?? value
  }

  func range(for quantizer: FakeQuant, numbers: FakeQuantNumbers) -> (low: Float, high: Float) {
    (numbers[0], numbers[1])
  }

  func kernels(for quantizer: FakeQuant) -> FakeQuantKernels {
    FakeQuantKernels(forward: mq_f32_uniform_quant_forward, backward: mq_f32_soft_quant_backward)
  }
}

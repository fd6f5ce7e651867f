/// DoReFa-Net: Zhou et al., 2016; MQBench, appendix F, equations 14 and 15. Nothing is learned.
///
///     weights       t = tanh(w) / (max|tanh w| + 1e-5), the maximum over the whole tensor
///                   y = uniform quantization of t, the range from the minimum and maximum of t,
///                   of the tensor or of each channel
///     activations   range fixed: 0 to 1 unsigned, -1 to 1 otherwise
///
/// The normalization is a node of its own, `WeightTransform.tanhNormalize`, and gradients flow
/// through tangent and maximum. With batch norm folded it acts on the folded weight. The gradient of
/// activations passes within the range, its ends included. A weight stays in -1 to 1 and is not scaled
/// back.
struct DoReFa: UntrainedRangeRule {
  static let algorithm = QuantizerAlgorithm(
    rule: DoReFa(), type: "DoReFa", kind: .rule,
    summary: "Weights are normalized by their tangent, activations clipped to 0 to 1.",
    citation:
      "Zhou et al., 2016, 'DoReFa-Net: training low bitwidth convolutional neural networks'",
    formula: """
      weights: t = tanh(w) / (max|tanh(w)| + 1e-5), uniform on min(t) to max(t)
      activations: uniform on 0 to 1 unsigned, -1 to 1 signed
      """,
    deviations: [
      "Range and grid are MQBench's; the original has 2^bits - 1 steps from -1 to 1 and no zero.",
      "The gradient passes up to the end of the range; the released code asks the rounded integer, "
        + "for which the end of a signed range is a tie.",
    ],
    edgeAlgorithm: "current_range")

  let name = "dorefa"
  let isClipping = true

  func statisticNames(for quantizer: FakeQuant) -> [String] {
    quantizer.site == .weight ? ["minimum", "maximum"] : []
  }

  func weightTransform(for quantizer: FakeQuant) -> WeightTransform? {
    quantizer.site == .weight ? .tanhNormalize : nil
  }

  func statistics(
    for quantizer: FakeQuant, after values: ObservedValues, previous: FakeQuantNumbers?
  ) -> [Float] {
    guard quantizer.site == .weight else { return [] }
    return values.count == 0 ? [0, 0] : [values.minimum, values.maximum]
  }

  func range(for quantizer: FakeQuant, numbers: FakeQuantNumbers) -> (low: Float, high: Float) {
    switch quantizer.site {
    // Symmetric, so that clipping in evaluation leaves what the grid can hold.
    case .weight where quantizer.spec.symmetry == .symmetric:
      (-max(-numbers[0], numbers[1]), max(-numbers[0], numbers[1]))
    case .weight: (numbers[0], numbers[1])
    case .activation: quantizer.spec.sign == .unsigned ? (0, 1) : (-1, 1)
    }
  }
}

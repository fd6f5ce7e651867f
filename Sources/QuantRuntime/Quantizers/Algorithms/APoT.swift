import CKernels

/// Additive powers-of-two quantization: Li et al., ICLR 2020, equations 5, 6 and 10. Levels are sums
/// of few powers of two, dense near 0; the clipping threshold alpha is trained.
///
///     weights              v = (w - mean) / (deviation + 1e-5), then as signed activations
///     signed               y = alpha sign(x) level(clip(|x| / alpha, 0, 1)), bits - 1 for the level
///     unsigned             y = alpha level(clip(x / alpha, 0, 1))
///     dy/dx = 1 where x is not clipped, else 0
///     dy/dalpha = level(x / alpha) - x / alpha there,  +-1 at the end that clips; 0 at an end of 0
///
/// level(t) is the nearest of 2^B numbers from 0 to 1, `levels(bits:)`; half-way between two it is the
/// smaller one, as the authors' search over ascending levels finds it. The standardization is a node
/// of its own, `WeightTransform.standardize`, over the whole tensor, and gradients flow through it.
/// There is no gradient scale. First alpha is 3 for weights, 6 for activations, and after an update
/// it becomes max(|alpha|, 1e-5). Infinite inputs are clamped; NaN stays NaN.
struct APoT: FakeQuantRule {
  static let algorithm = QuantizerAlgorithm(
    rule: APoT(), type: "APoT", kind: .learned,
    summary: "Additive powers of two: levels are sums of powers of two, the clip is trained.",
    citation:
      "Li et al., ICLR 2020, 'Additive powers-of-two quantization: an efficient non-uniform "
      + "discretization for neural networks'",
    formula: """
      y = alpha sign(x) level(clip(|x| / alpha, 0, 1)), weights standardized before
      4 bits unsigned: sums of {0, 2^-1, 2^-3, 2^-5} and {0, 2^-2, 2^-4, 2^-6} over their largest
      dalpha = level(t) - t within the clip, +-1 outside; first alpha 3, of activations 6
      """,
    deviations: [
      "Sets for 1, 7 and 8 bits follow the construction of the published ones.",
      "Symmetry and scale form of the backend are not used.",
    ],
    edgeAlgorithm: "current_range",
    limits: [
      .simulationOnly(reason: "its levels are sums of powers of two and no integer grid"),
      .noFolding(reason: "it standardizes weights, which undoes the scales of batch norm"),
    ])

  /// No clipping threshold is smaller.
  static let smallestThreshold: Float = 1e-5

  let name = "apot"

  /// The 2^bits magnitudes over the largest, ascending from 0 to 1.
  ///
  /// - Parameter bits: of a magnitude, 1 to 8; a sign comes on top.
  static func levels(bits: Int) -> [Float] {
    let integers = UnsafeBufferPointer(start: mq_apot_levels(Int32(bits)), count: 1 << bits)
    return integers.map { Float($0) / largest(bits: bits) }
  }

  private static func largest(bits: Int) -> Float {
    Float(mq_apot_levels(Int32(bits))[(1 << bits) - 1])
  }

  private func magnitudeBits(_ spec: QuantSpec) -> Int {
    let bits = spec.sign == .unsigned ? spec.bits : spec.bits - 1
    return max(1, min(bits, mq_apot_most_bits))
  }

  func parameterNames(for quantizer: FakeQuant) -> [String] { ["alpha"] }

  func weightTransform(for quantizer: FakeQuant) -> WeightTransform? {
    quantizer.site == .weight ? .standardize : nil
  }

  func initialParameters(for quantizer: FakeQuant, from values: ObservedValues) -> [Float] {
    [quantizer.site == .weight ? 3 : 6]
  }

  func initialParameters(
    for quantizer: FakeQuant, covering range: (minimum: Float, maximum: Float)
  ) -> [Float]? {
    [projectedThreshold(max(-range.minimum, range.maximum))]
  }

  func constants(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, count: Int
  ) -> FakeQuantConstants {
    let bits = magnitudeBits(quantizer.spec)
    let alpha = projectedThreshold(numbers[0])
    let largest = Self.largest(bits: bits)
    let lowest = quantizer.spec.sign == .unsigned ? 0 : -largest
    return [largest / alpha, alpha / largest, lowest, largest, Float(bits), 0, 0, 0]
  }

  func parameterGradients(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, sums: FakeQuantSums, count: Int
  ) -> FakeQuantNumbers {
    [Float(sums[0] / Double(Self.largest(bits: magnitudeBits(quantizer.spec)))), 0, 0, 0]
  }

  func projected(_ numbers: FakeQuantNumbers, for quantizer: FakeQuant) -> FakeQuantNumbers {
    [projectedThreshold(numbers[0]), 0, 0, 0]
  }

  private func projectedThreshold(_ alpha: Float) -> Float {
    abs(alpha) < Self.smallestThreshold ? Self.smallestThreshold : abs(alpha)
  }

  func kernels(for quantizer: FakeQuant) -> FakeQuantKernels {
    FakeQuantKernels(forward: mq_f32_apot_quant_forward, backward: mq_f32_apot_quant_backward)
  }
}

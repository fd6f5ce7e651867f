import CKernels
import Foundation

/// Trained quantization thresholds: Jain et al., MLSys 2020. The base-two logarithm l of the threshold
/// is trained; the scale is a power of two on every backend.
///
///     s = 2^ceil(l) / 2^(bits - 1) signed,  2^ceil(l) / 2^bits unsigned
///     y = s * clip(round(x / s), Nmin, Nmax)
///     dy/dx = 1 where Nmin <= round(x / s) <= Nmax, else 0
///     dy/dl = s ln 2 (round(x / s) - x / s) there, s ln 2 Nmin below, s ln 2 Nmax above
///
/// Weights round halves to even. Activations round halves up, -1.5 to -1, as Xilinx's processor does.
/// The first l is log2(max|x|); all zeros give the smallest scale. The zero point is 0, also where the
/// backend is asymmetric. There is no gradient scale.
struct TQT: FakeQuantRule {
  static let algorithm = QuantizerAlgorithm(
    rule: TQT(), type: "TQT", kind: .learned,
    summary: "Trained thresholds: the logarithm of a power-of-two threshold is trained.",
    citation: "Jain et al., MLSys 2020, 'Trained quantization thresholds'",
    formula: """
      s = 2^ceil(l) / 2^(bits - 1), y = s clip(round(x / s), Nmin, Nmax)
      dl = s ln 2 times round(x / s) - x / s on the grid, Nmin below, Nmax above
      """,
    deviations: [
      "Activations round halves up, as Vitis AI does; the paper rounds all to even.",
      "First thresholds are max|x|; the paper takes three deviations of a weight and calibrates "
        + "activations.",
      "The zero point is 0 on asymmetric backends too.",
    ])

  /// Thresholds are kept between 2^-100 and 2^100, so that scales are normal numbers.
  static let exponents: ClosedRange<Float> = -100...100

  let name = "tqt"

  func parameterNames(for quantizer: FakeQuant) -> [String] { ["log2_threshold"] }

  func initialParameters(for quantizer: FakeQuant, from values: ObservedValues) -> [Float] {
    guard values.count > 0 else { return [first(quantizer.spec, largest: 0)] }
    return [first(quantizer.spec, largest: max(-values.minimum, values.maximum))]
  }

  func initialParameters(
    for quantizer: FakeQuant, covering range: (minimum: Float, maximum: Float)
  ) -> [Float]? {
    [first(quantizer.spec, largest: max(-range.minimum, range.maximum))]
  }

  /// log2 of the largest magnitude, at least of what the smallest scale covers.
  private func first(_ spec: QuantSpec, largest: Float) -> Float {
    let smallest = AffineMap.smallestScale * Float(steps(spec))
    let threshold = log2(largest < smallest ? smallest : largest)
    return threshold > Self.exponents.upperBound ? Self.exponents.upperBound : threshold
  }

  private func steps(_ spec: QuantSpec) -> Int {
    1 << (spec.sign == .unsigned ? spec.bits : spec.bits - 1)
  }

  private func scale(_ spec: QuantSpec, _ threshold: Float) -> Float {
    Float(exp2(Double(clamped(threshold)).rounded(.up)) / Double(steps(spec)))
  }

  private func clamped(_ threshold: Float) -> Float {
    let range = Self.exponents
    return threshold < range.lowerBound
      ? range.lowerBound : threshold > range.upperBound ? range.upperBound : threshold
  }

  func affineMap(for quantizer: FakeQuant, numbers: FakeQuantNumbers) -> AffineMap? {
    AffineMap(scale: scale(quantizer.spec, numbers[0]))
  }

  func constants(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, count: Int
  ) -> FakeQuantConstants {
    AffineMap(scale: scale(quantizer.spec, numbers[0])).constants(on: IntegerGrid(quantizer.spec))
  }

  func parameterGradients(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, sums: FakeQuantSums, count: Int
  ) -> FakeQuantNumbers {
    let scale = Double(scale(quantizer.spec, numbers[0]))
    return [Float(scale * log(2.0) * sums[0]), 0, 0, 0]
  }

  func projected(_ numbers: FakeQuantNumbers, for quantizer: FakeQuant) -> FakeQuantNumbers {
    [clamped(numbers[0]), 0, 0, 0]
  }

  func kernels(for quantizer: FakeQuant) -> FakeQuantKernels {
    quantizer.site == .weight ? .uniform(sums: 1) : .halfUp
  }
}

extension FakeQuantKernels {
  /// Of the affine map, with halves rounded up.
  fileprivate static let halfUp = FakeQuantKernels(
    forward: mq_f32_half_up_quant_forward, backward: mq_f32_half_up_quant_backward,
    slopes: FakeQuantSlopes(kernel: mq_f32_half_up_quant_slopes, items: 0..<1))
}

/// A uniform quantizer whose scale and zero point are given and stay: what calibration produces.
///
/// The arithmetic is that of `LSQ`, gradients pass to x where it is on the grid and never reach
/// scale or zero point. Without calibration the first values cover the range of the first tensor.
struct StaticUniform: AffineRule {
  static let algorithm = QuantizerAlgorithm(
    rule: StaticUniform(), type: "StaticUniform", kind: .calibrated,
    summary: "A fixed scale: what calibration finds, and no training changes.",
    citation: nil, formula: "y = s (clip(round(x / s) + z, Nmin, Nmax) - z), s and z fixed")

  let name = "static_uniform"

  func initialParameters(for quantizer: FakeQuant, from values: ObservedValues) -> [Float] {
    let map = quantizer.spec.map(covering: (values.minimum, values.maximum))
    return quantizer.spec.symmetry == .asymmetric ? [map.scale, map.zeroPoint] : [map.scale]
  }

  func parameterGradients(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, sums: FakeQuantSums, count: Int
  ) -> FakeQuantNumbers {
    .zero
  }
}

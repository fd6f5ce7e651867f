/// A uniform quantizer whose scale and zero point are given and stay: what calibration produces.
///
/// The arithmetic is that of `LSQ`, gradients pass to x where it is on the grid and never reach
/// scale or zero point. Without calibration the first values cover the range of the first tensor.
struct StaticUniform: AffineRule {
  let name = "static_uniform"

  func initialParameters(for spec: QuantSpec, from values: ObservedValues) -> [Float] {
    let map = spec.map(covering: (values.minimum, values.maximum))
    return spec.symmetry == .asymmetric ? [map.scale, map.zeroPoint] : [map.scale]
  }

  func parameterGradients(
    for spec: QuantSpec, parameters: FakeQuantParameters, sums: FakeQuantSums, count: Int
  ) -> FakeQuantParameters {
    .zero
  }
}

import CKernels

/// A uniform quantizer whose scale and zero point are given and stay: what calibration produces.
///
/// The arithmetic is that of `LSQ`, gradients pass to x where it is on the grid and never reach
/// scale or zero point. Without calibration the first values cover the range of the first tensor.
struct StaticUniform: FakeQuantRule {
  let name = "static_uniform"

  func parameterNames(for spec: QuantSpec) -> [String] { AffineMap.parameterNames(for: spec) }

  func initialParameters(for spec: QuantSpec, from values: ObservedValues) -> [Float] {
    let map = spec.map(covering: (values.minimum, values.maximum))
    return spec.symmetry == .asymmetric ? [map.scale, map.zeroPoint] : [map.scale]
  }

  func constants(
    for spec: QuantSpec, parameters: FakeQuantParameters, count: Int
  ) -> FakeQuantConstants {
    AffineMap(parameters, for: spec).constants(on: IntegerGrid(spec))
  }

  func parameterGradients(
    for spec: QuantSpec, parameters: FakeQuantParameters, sums: FakeQuantSums, count: Int
  ) -> FakeQuantParameters {
    .zero
  }

  func projected(
    _ parameters: FakeQuantParameters, for spec: QuantSpec
  ) -> FakeQuantParameters {
    AffineMap.projected(parameters, for: spec)
  }

  var forward: mq_fake_quant_forward { mq_f32_uniform_quant_forward }
  var backward: mq_fake_quant_backward { mq_f32_uniform_quant_backward }
}

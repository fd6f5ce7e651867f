import CKernels

/// Parameters of the rules whose learned tensors are a scale and, when asymmetric, a zero point.
extension AffineMap {
  static func parameterNames(for spec: QuantSpec) -> [String] {
    spec.symmetry == .asymmetric ? ["scale", "zero_point"] : ["scale"]
  }

  /// The map that the arithmetic uses for learned numbers: the scale positive and of the spec's
  /// form, the zero point an integer of the grid.
  init(_ parameters: FakeQuantParameters, for spec: QuantSpec) {
    scale = spec.effectiveScale(parameters[0])
    zeroPoint =
      spec.symmetry == .asymmetric ? IntegerGrid(spec).zeroPoint(nearest: parameters[1]) : 0
  }

  /// s = max(|s|, smallest scale), z clipped to the grid but not rounded: a learned zero point moves
  /// by fractions.
  static func projected(
    _ parameters: FakeQuantParameters, for spec: QuantSpec
  ) -> FakeQuantParameters {
    var result = parameters
    result[0] = projectedScale(parameters[0])
    if spec.symmetry == .asymmetric {
      result[1] = IntegerGrid(spec).clamped(parameters[1])
    }
    return result
  }
}

/// A rule whose forward pass is the affine map: what differs is how scale and zero point are found and
/// trained.
protocol AffineRule: FakeQuantRule {}

extension AffineRule {
  func parameterNames(for spec: QuantSpec) -> [String] { AffineMap.parameterNames(for: spec) }

  func constants(
    for spec: QuantSpec, parameters: FakeQuantParameters, count: Int
  ) -> FakeQuantConstants {
    AffineMap(parameters, for: spec).constants(on: IntegerGrid(spec))
  }

  func projected(
    _ parameters: FakeQuantParameters, for spec: QuantSpec
  ) -> FakeQuantParameters {
    AffineMap.projected(parameters, for: spec)
  }

  var forward: mq_fake_quant_forward { mq_f32_uniform_quant_forward }
  var backward: mq_fake_quant_backward { mq_f32_uniform_quant_backward }
}

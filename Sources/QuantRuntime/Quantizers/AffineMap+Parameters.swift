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

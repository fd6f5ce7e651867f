import CKernels

/// Numbers of the rules whose learned tensors are a scale and, when asymmetric, a zero point.
extension AffineMap {
  static func parameterNames(for spec: QuantSpec) -> [String] {
    spec.symmetry == .asymmetric ? ["scale", "zero_point"] : ["scale"]
  }

  /// The map that the arithmetic uses for learned numbers: the scale positive and of the spec's
  /// form, the zero point an integer of the grid.
  init(_ numbers: FakeQuantNumbers, for spec: QuantSpec) {
    scale = spec.effectiveScale(numbers[0])
    zeroPoint = spec.symmetry == .asymmetric ? IntegerGrid(spec).zeroPoint(nearest: numbers[1]) : 0
  }

  /// s = max(|s|, smallest scale), z clipped to the grid but not rounded: a learned zero point moves
  /// by fractions.
  static func projected(_ numbers: FakeQuantNumbers, for spec: QuantSpec) -> FakeQuantNumbers {
    var result = numbers
    result[0] = projectedScale(numbers[0])
    if spec.symmetry == .asymmetric {
      result[1] = IntegerGrid(spec).clamped(numbers[1])
    }
    return result
  }
}

/// A rule whose forward pass is the affine map: what differs is how scale and zero point are found and
/// trained.
protocol AffineRule: FakeQuantRule {}

extension AffineRule {
  func parameterNames(for quantizer: FakeQuant) -> [String] {
    AffineMap.parameterNames(for: quantizer.spec)
  }

  func initialParameters(
    for quantizer: FakeQuant, covering range: (minimum: Float, maximum: Float)
  ) -> [Float]? {
    let map = quantizer.spec.map(covering: range)
    return quantizer.spec.symmetry == .asymmetric ? [map.scale, map.zeroPoint] : [map.scale]
  }

  func affineMap(for quantizer: FakeQuant, numbers: FakeQuantNumbers) -> AffineMap? {
    AffineMap(numbers, for: quantizer.spec)
  }

  func constants(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, count: Int
  ) -> FakeQuantConstants {
    AffineMap(numbers, for: quantizer.spec).constants(on: IntegerGrid(quantizer.spec))
  }

  func projected(_ numbers: FakeQuantNumbers, for quantizer: FakeQuant) -> FakeQuantNumbers {
    AffineMap.projected(numbers, for: quantizer.spec)
  }

  func kernels(for quantizer: FakeQuant) -> FakeQuantKernels {
    .uniform(sums: quantizer.spec.symmetry == .asymmetric ? 2 : 1)
  }
}

extension FakeQuantKernels {
  /// Of the affine map: the gradient passes where the integer is on the grid.
  ///
  /// - Parameter sums: 2 where the rule trains the zero point too, else 1.
  static func uniform(sums: Int) -> FakeQuantKernels {
    FakeQuantKernels(
      forward: mq_f32_uniform_quant_forward, backward: mq_f32_uniform_quant_backward,
      slopes: FakeQuantSlopes(kernel: mq_f32_uniform_quant_slopes, items: 0..<sums))
  }
}

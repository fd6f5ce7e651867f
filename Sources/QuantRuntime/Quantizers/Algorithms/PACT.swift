/// Parameterized clipping activation: Choi et al., 2018; MQBench, appendix F. Activations only, its
/// weights are DoReFa's.
///
///     unsigned     x clipped to 0...alpha              dy/dalpha = 1 where x > alpha
///     symmetric    x clipped to -alpha...alpha         and -1 where x < -alpha
///     asymmetric   x clipped to lower...alpha          dy/dlower = 1 where x < lower
///
/// and then quantized uniformly with the scale of that range. The gradient to x passes within the
/// range, its ends included; there is no gradient scale. In the asymmetric form the lower end is 0
/// and untrained while a batch has no negative value. First values are 6 and -6; alpha becomes |alpha|
/// after every update, a positive lower end becomes 0.
///
/// The released code quantizes the clipped value with a mask of its own, in which alpha is a rounding
/// tie of the symmetric signed grid (7.5 scales at 4 bits): the last bit of the scale decides whether
/// alpha gets its upper gradient. That is not followed.
struct PACT: RangeRule {
  static let algorithm = QuantizerAlgorithm(
    rule: PACT(), type: "PACT", kind: .learned,
    summary: "Parameterized clipping: the ends of an activation's range are trained.",
    citation:
      "Choi et al., 2018, 'PACT: parameterized clipping activation for quantized neural networks'",
    formula: """
      y = uniform quantization of clip(x, 0, alpha); -alpha or a learned lower end if signed
      dalpha = sum of dy where x > alpha; first alpha = 6, lower end -6
      """,
    deviations: [
      "Where the grid is signed, alpha keeps its gradient from above; the released code loses it "
        + "to a rounding tie."
    ],
    sites: [.activation], weightPartner: "dorefa", edgeAlgorithm: "current_range")

  /// First alpha; the first lower end is its negative.
  static let firstEnd: Float = 6

  let name = "pact"
  let isClipping = true

  func parameterNames(for quantizer: FakeQuant) -> [String] {
    quantizer.spec.symmetry == .asymmetric ? ["alpha", "lower"] : ["alpha"]
  }

  func statisticNames(for quantizer: FakeQuant) -> [String] {
    quantizer.spec.symmetry == .asymmetric ? ["minimum"] : []
  }

  func initialParameters(for quantizer: FakeQuant, from values: ObservedValues) -> [Float] {
    quantizer.spec.symmetry == .asymmetric ? [Self.firstEnd, -Self.firstEnd] : [Self.firstEnd]
  }

  func initialParameters(
    for quantizer: FakeQuant, covering range: (minimum: Float, maximum: Float)
  ) -> [Float]? {
    let isAsymmetric = quantizer.spec.symmetry == .asymmetric
    let alpha =
      isAsymmetric || quantizer.spec.sign == .unsigned
      ? range.maximum : max(-range.minimum, range.maximum)
    let ends = projected([alpha, range.minimum, 0, 0], for: quantizer)
    return isAsymmetric ? [ends[0], ends[1]] : [ends[0]]
  }

  func statistics(
    for quantizer: FakeQuant, after values: ObservedValues, previous: FakeQuantNumbers?
  ) -> [Float] {
    guard quantizer.spec.symmetry == .asymmetric else { return [] }
    return [values.count == 0 ? 0 : values.minimum]
  }

  func range(for quantizer: FakeQuant, numbers: FakeQuantNumbers) -> (low: Float, high: Float) {
    let ends = projected(numbers, for: quantizer)
    if quantizer.spec.symmetry == .asymmetric {
      return (ends[2] < 0 || ends[2].isNaN ? ends[1] : 0, ends[0])
    }
    return (quantizer.spec.sign == .unsigned ? 0 : -ends[0], ends[0])
  }

  func parameterGradients(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, sums: FakeQuantSums, count: Int
  ) -> FakeQuantNumbers {
    let (above, below) = (Float(sums[0]), Float(sums[1]))
    if quantizer.spec.symmetry == .asymmetric {
      return [above, numbers[2] < 0 ? below : 0, 0, 0]
    }
    let isUnsigned = quantizer.spec.sign == .unsigned
    return [isUnsigned ? above : Float(sums[0] - sums[1]), 0, 0, 0]
  }

  func projected(_ numbers: FakeQuantNumbers, for quantizer: FakeQuant) -> FakeQuantNumbers {
    var result = numbers
    result[0] = AffineMap.projectedScale(numbers[0])
    if quantizer.spec.symmetry == .asymmetric { result[1] = numbers[1] > 0 ? 0 : numbers[1] }
    return result
  }
}

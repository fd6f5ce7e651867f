import CKernels

/// Quantization interval learning: Jung et al., CVPR 2019; MQBench, appendix F. Centre C and distance
/// D of an interval of magnitudes are trained.
///
///     u = (|x| - C) / (2 D) + 1/2,  t = clip(u, 0, 1)
///     y = sign(x) round(t q) / q,  q = 2^(bits - 1) - 1           weights and signed activations
///     y = round(t q) / q with x for |x|,  q = 2^bits - 1          unsigned activations
///     dy/dx = 1 / (2 D),  dy/dC = -sign(x) / (2 D),  dy/dD = -sign(x) (|x| - C) / (2 D^2)
///
/// where 0 <= u <= 1, else 0. Magnitudes below C - D become 0, those above C + D become 1; the result
/// lies in -1 to 1 and is not scaled back. An unsigned 0 need not stay 0. First C = D = max|x| / 2;
/// after an update both become magnitudes of at most half of the last batch's max|x|. Gradients of C
/// and D are multiplied by 1 / sqrt(M Nmax), M counting the elements, the batch included.
///
/// The levels are the same with every symmetry and scale form.
struct QIL: FakeQuantRule {
  static let algorithm = QuantizerAlgorithm(
    rule: QIL(), type: "QIL", kind: .learned,
    summary: "Quantization interval learning: an interval of magnitudes is trained.",
    citation:
      "Jung et al., CVPR 2019, 'Learning to quantize deep networks by optimizing quantization "
      + "intervals with task loss'",
    formula: """
      t = clip((|x| - C) / (2 D) + 1/2, 0, 1), y = sign(x) round(t q) / q
      C and D trained with gradient scale 1 / sqrt(M Nmax); first C = D = max|x| / 2
      """,
    deviations: [
      "The exponent gamma of the transform is 1 and not trained, as in MQBench.",
      "Unsigned activations are clipped to 0 to 1, as in the paper; the released code does not.",
      "Symmetry and scale form of the backend are not used.",
    ],
    edgeAlgorithm: "current_range",
    limits: [
      .simulationOnly(
        reason: "its levels follow a learned interval of magnitudes and are not scaled back")
    ])

  let name = "qil"

  func parameterNames(for quantizer: FakeQuant) -> [String] { ["centre", "distance"] }

  func statisticNames(for quantizer: FakeQuant) -> [String] { ["largest"] }

  func initialParameters(for quantizer: FakeQuant, from values: ObservedValues) -> [Float] {
    ends(largest: largest(values))
  }

  func initialParameters(
    for quantizer: FakeQuant, covering range: (minimum: Float, maximum: Float)
  ) -> [Float]? {
    ends(largest: max(-range.minimum, range.maximum))
  }

  func statistics(
    for quantizer: FakeQuant, after values: ObservedValues, previous: FakeQuantNumbers?
  ) -> [Float] {
    [largest(values)]
  }

  private func largest(_ values: ObservedValues) -> Float {
    values.count == 0 ? 0 : max(-values.minimum, values.maximum)
  }

  private func ends(largest: Float) -> [Float] {
    let half = AffineMap.projectedScale(largest / 2)
    return [half, half]
  }

  func constants(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, count: Int
  ) -> FakeQuantConstants {
    let (centre, distance) = (numbers[0], AffineMap.projectedScale(numbers[1]))
    let steps = Float(IntegerGrid(quantizer.spec).highest)
    return [1 / (2 * distance), 0.5 - centre / (2 * distance), steps, centre, 0, 0, 0, 0]
  }

  func parameterGradients(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, sums: FakeQuantSums, count: Int
  ) -> FakeQuantNumbers {
    let distance = Double(AffineMap.projectedScale(numbers[1]))
    let gradientScale = IntegerGrid(quantizer.spec).gradientScale(count: count)
    return [
      Float(-sums[0] / (2 * distance) * gradientScale),
      Float(-sums[1] / (2 * distance * distance) * gradientScale), 0, 0,
    ]
  }

  func projected(_ numbers: FakeQuantNumbers, for quantizer: FakeQuant) -> FakeQuantNumbers {
    let cap = AffineMap.projectedScale(numbers[2] / 2)
    var result = numbers
    for index in 0..<2 {
      let size = AffineMap.projectedScale(numbers[index])
      result[index] = size > cap ? cap : size
    }
    return result
  }

  func keepsZero(for quantizer: FakeQuant) -> Bool { quantizer.spec.sign != .unsigned }

  func kernels(for quantizer: FakeQuant) -> FakeQuantKernels {
    quantizer.spec.sign == .unsigned ? .unsignedInterval : .interval
  }
}

extension FakeQuantKernels {
  fileprivate static let interval = FakeQuantKernels(
    forward: mq_f32_interval_quant_forward, backward: mq_f32_interval_quant_backward)
  fileprivate static let unsignedInterval = FakeQuantKernels(
    forward: mq_f32_unsigned_interval_quant_forward,
    backward: mq_f32_unsigned_interval_quant_backward)
}

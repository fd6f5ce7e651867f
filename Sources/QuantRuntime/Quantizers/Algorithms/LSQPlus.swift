import CKernels

/// LSQ+: Bhalgat et al., CVPR workshops 2020, equations 1 to 5. Activations of an asymmetric backend
/// have a real offset beta, which is trained beside the scale s.
///
///     u = (x - beta) / s
///     y = s round(clip(u, Nmin, Nmax)) + beta          halves to even; beta = 0 when symmetric
///     dy/dx = 1 where Nmin <= u <= Nmax, else 0
///     dy/ds = round(u) - u there,  Nmin below,  Nmax above
///     dy/dbeta = 0 there, 1 elsewhere
///
/// Both sums over the elements are multiplied by LSQ's 1 / sqrt(M Nmax). `LSQ` decides by the rounded
/// integer whether a gradient passes, half a scale further out than here.
///
/// First values: weights s = max(|mu - 3 sigma|, |mu + 3 sigma|) / 2^(bits - 1); asymmetric
/// activations s = (max - min) / (Nmax - Nmin), beta = min - Nmin s, the start of the original's
/// search for the least square error, which goes on from there over a few batches; symmetric
/// activations the scale that covers minimum and maximum. A power-of-two scale is snapped in every
/// forward pass as in `LSQ`. Infinite inputs are clamped; NaN stays NaN.
struct LSQPlus: FakeQuantRule {
  static let algorithm = QuantizerAlgorithm(
    rule: LSQPlus(), type: "LSQPlus", kind: .learned,
    summary: "Learned step size with a trained real offset for asymmetric activations.",
    citation:
      "Bhalgat et al., CVPR workshops 2020, 'LSQ+: improving low-bit quantization through learnable "
      + "offsets and better initialization'",
    formula: """
      y = s round(clip((x - beta) / s, Nmin, Nmax)) + beta, beta = 0 when symmetric
      ds = round(u) - u within the clip, Nmin below, Nmax above; dbeta = 0 within, 1 outside
      times 1 / sqrt(M Nmax)
      first s of weights = max|mu +- 3 sigma| / 2^(bits - 1); of activations minimum to maximum
      """,
    deviations: [
      "Scale and offset of activations start from the first batch's minimum and maximum; the "
        + "original goes on from there to the least square error.",
      "Weights have no offset, on asymmetric backends too.",
      "The offset is a real number; integer hardware wants an integer zero point instead.",
    ],
    limits: [
      .realOffset(reason: "its offset of activations is a real number and no integer zero point")
    ])

  let name = "lsq_plus"

  func parameterNames(for quantizer: FakeQuant) -> [String] {
    hasOffset(quantizer) ? ["scale", "offset"] : ["scale"]
  }

  private func hasOffset(_ quantizer: FakeQuant) -> Bool {
    quantizer.site == .activation && quantizer.spec.symmetry == .asymmetric
  }

  func initialParameters(for quantizer: FakeQuant, from values: ObservedValues) -> [Float] {
    guard quantizer.site == .weight else {
      let range = values.count == 0 ? (0, 0) : (values.minimum, values.maximum)
      return covering(range, quantizer)
    }
    let (mean, reach) = (values.mean, 3 * values.deviation)
    let largest = max(abs(mean - reach), abs(mean + reach))
    return [AffineMap.projectedScale(Float(largest / Double(1 << (quantizer.spec.bits - 1))))]
  }

  func initialParameters(
    for quantizer: FakeQuant, covering range: (minimum: Float, maximum: Float)
  ) -> [Float]? {
    covering(range, quantizer)
  }

  private func covering(
    _ range: (minimum: Float, maximum: Float), _ quantizer: FakeQuant
  ) -> [Float] {
    var spec = quantizer.spec
    guard hasOffset(quantizer) else {
      spec.symmetry = .symmetric
      return [spec.map(covering: range).scale]
    }
    let grid = IntegerGrid(spec)
    let span = Float(grid.highest - grid.lowest)
    let scale = AffineMap.projectedScale((range.maximum - range.minimum) / span)
    return [scale, range.minimum - Float(grid.lowest) * spec.effectiveScale(scale)]
  }

  func affineMap(for quantizer: FakeQuant, numbers: FakeQuantNumbers) -> AffineMap? {
    let scale = quantizer.spec.effectiveScale(numbers[0])
    return AffineMap(scale: scale, zeroPoint: hasOffset(quantizer) ? -numbers[1] / scale : 0)
  }

  func constants(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, count: Int
  ) -> FakeQuantConstants {
    let grid = IntegerGrid(quantizer.spec)
    let scale = quantizer.spec.effectiveScale(numbers[0])
    let offset = hasOffset(quantizer) ? numbers[1] : 0
    return [scale, 1 / scale, offset, Float(grid.lowest), Float(grid.highest), 0, 0, 0]
  }

  func parameterGradients(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, sums: FakeQuantSums, count: Int
  ) -> FakeQuantNumbers {
    let spec = quantizer.spec
    let gradientScale = IntegerGrid(spec).gradientScale(count: count)
    return [
      Float(sums[0] * spec.slopeOfEffectiveScale(numbers[0]) * gradientScale),
      hasOffset(quantizer) ? Float(sums[1] * gradientScale) : 0, 0, 0,
    ]
  }

  func projected(_ numbers: FakeQuantNumbers, for quantizer: FakeQuant) -> FakeQuantNumbers {
    var result = numbers
    result[0] = AffineMap.projectedScale(numbers[0])
    return result
  }

  func keepsZero(for quantizer: FakeQuant) -> Bool { !hasOffset(quantizer) }

  func kernels(for quantizer: FakeQuant) -> FakeQuantKernels {
    FakeQuantKernels(
      forward: mq_f32_offset_quant_forward, backward: mq_f32_offset_quant_backward,
      slopes: FakeQuantSlopes(
        kernel: mq_f32_offset_quant_slopes, items: 0..<parameterNames(for: quantizer).count))
  }
}

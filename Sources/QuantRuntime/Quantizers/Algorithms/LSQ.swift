/// Learned step size quantization: Esser et al., ICLR 2020; MQBench, appendix F.
///
/// The scale s is trained with the network, in the asymmetric form the zero point z as well:
///
///     q  = round(x / s) + z                    halves to even, z rounded to an integer
///     y  = s * (clip(q, Nmin, Nmax) - z)
///     dy/dx = 1 where Nmin <= q <= Nmax, else 0
///     dy/ds = round(x / s) - x / s there,  Nmin - z below,  Nmax - z above
///     dy/dz = 0 there, -s elsewhere
///
/// Both sums over the elements are multiplied by the gradient scale 1 / sqrt(M * Nmax), where M
/// counts the elements that share the scale, the batch included; the original paper counts the
/// features of one image.
///
/// First values: s = 2 * mean|x| / sqrt(Nmax) (the paper prints the L1 norm, its code takes the
/// mean), z = Nmin for an activation that is never negative, else 0. All zeros give the smallest
/// scale, 1.19e-7. A power-of-two scale is snapped in every forward pass, s' = 2^round(log2 s), and
/// the parameter stays real: ds'/ds = s'/s. Infinite inputs are clamped; NaN stays NaN.
///
/// The backward uses the forward's z. PyTorch's per-tensor kernel truncates z + 0.5 in its backward,
/// another integer when z is negative; that is not followed.
struct LSQ: AffineRule {
  static let algorithm = QuantizerAlgorithm(
    rule: LSQ(), type: "LSQ", kind: .learned,
    summary: "Learned step size: the scale is trained with the weights.",
    citation: "Esser et al., ICLR 2020, 'Learned step size quantization'",
    formula: """
      y = s (clip(round(x / s) + z, Nmin, Nmax) - z), z = 0 when symmetric
      ds = round(x / s) - x / s on the grid, Nmin - z below, Nmax - z above
      times 1 / sqrt(M Nmax); first s = 2 mean|x| / sqrt(Nmax)
      """,
    deviations: [
      "M counts the elements of the whole batch, as MQBench does; the original counts one image's."
    ])

  let name = "lsq"

  func initialParameters(for quantizer: FakeQuant, from values: ObservedValues) -> [Float] {
    let grid = IntegerGrid(quantizer.spec)
    let mean = values.absoluteSum / Double(max(values.count, 1))
    let scale = AffineMap.projectedScale(Float(2 * mean / Double(grid.highest).squareRoot()))
    guard quantizer.spec.symmetry == .asymmetric else { return [scale] }
    // Weights start at 0 whatever their sign.
    let isNeverNegative = values.minimum >= 0 && quantizer.site == .activation
    return [scale, isNeverNegative ? Float(grid.lowest) : 0]
  }

  func parameterGradients(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, sums: FakeQuantSums, count: Int
  ) -> FakeQuantNumbers {
    let spec = quantizer.spec
    let map = AffineMap(numbers, for: spec)
    let gradientScale = IntegerGrid(spec).gradientScale(count: count)
    let scale = Float(sums[0] * spec.slopeOfEffectiveScale(numbers[0]) * gradientScale)
    guard spec.symmetry == .asymmetric else { return [scale, 0, 0, 0] }
    return [scale, Float(-Double(map.scale) * sums[1] * gradientScale), 0, 0]
  }
}

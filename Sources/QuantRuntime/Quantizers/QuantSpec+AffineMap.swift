import Foundation

extension QuantSpec {
  /// The map that covers an observed range, widened to contain 0 (MQBench, eq. 6; PyTorch's
  /// observers).
  ///
  ///     symmetric, signed     s = max(-m, M) / ((Nmax - Nmin) / 2)    4 bits: / 7.5
  ///     symmetric, unsigned   s = max(-m, M) / (Nmax - Nmin)
  ///     asymmetric            s = (M - m) / (Nmax - Nmin),  z = clip(Nmin - round(m / s))
  ///
  /// Appendix F of the paper divides the symmetric range by Nmax - Nmin in every case; its equation 6
  /// and its code do not. A power-of-two scale is snapped before the zero point is found. A range
  /// that is only 0 gets the smallest scale; one that is not finite gives a scale that is not.
  public func map(covering range: (minimum: Float, maximum: Float)) -> AffineMap {
    let grid = IntegerGrid(self)
    let low = range.minimum < 0 || range.minimum.isNaN ? range.minimum : 0
    let high = range.maximum > 0 || range.maximum.isNaN ? range.maximum : 0
    let span = Float(grid.highest - grid.lowest)
    switch symmetry {
    case .symmetric:
      let divisor = sign == .unsigned ? span : span / 2
      return AffineMap(scale: effectiveScale((-low > high ? -low : high) / divisor))
    case .asymmetric:
      let scale = effectiveScale((high - low) / span)
      let zeroPoint = Float(grid.lowest) - (low / scale).rounded(.toNearestOrEven)
      return AffineMap(scale: scale, zeroPoint: grid.clamped(zeroPoint))
    }
  }

  /// The scale that the arithmetic uses for a computed or learned one: at least
  /// `AffineMap.smallestScale`, and 2^round(log2 s) in the power-of-two form.
  func effectiveScale(_ scale: Float) -> Float {
    let scale = AffineMap.projectedScale(scale)
    guard scaleForm == .powerOfTwo, scale.isFinite else { return scale }
    return Float(exp2(log2(Double(scale)).rounded(.toNearestOrEven)))
  }

  /// The derivative of the effective scale: s'/s in the power-of-two form, whose rounding of the
  /// logarithm counts as the identity, else 1.
  func slopeOfEffectiveScale(_ scale: Float) -> Double {
    guard scaleForm == .powerOfTwo else { return 1 }
    return Double(effectiveScale(scale)) / Double(AffineMap.projectedScale(scale))
  }
}

extension AffineMap {
  /// max(|s|, smallest scale); NaN stays NaN, so that a diverged run is seen and not repaired.
  static func projectedScale(_ scale: Float) -> Float {
    abs(scale) < smallestScale ? smallestScale : abs(scale)
  }

  /// The constants of `mq_f32_uniform_quant_*`.
  func constants(on grid: IntegerGrid) -> FakeQuantConstants {
    FakeQuantConstants(
      scale, 1 / scale, zeroPoint, Float(grid.lowest), Float(grid.highest), 0, 0, 0)
  }
}

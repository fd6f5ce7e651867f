/// A factor between two integer scales, in the arithmetic of a backend, with its rounding.
public enum Rescale: Hashable, Sendable {
  /// Times a float32 number, halves to even.
  case float(Float)
  case fixed(FixedPoint)
  /// Divided by 2^right, halves away from zero; to the left where it is negative, saturated at 32
  /// bits.
  case shift(right: Int)

  /// - Parameters:
  ///   - factor: the ratio of the scales, positive.
  ///   - arithmetic: a shift is taken only for a power of two, fixed point otherwise: the mean over 7
  ///     by 7 pixels has a factor of 1/49 on every hardware.
  init(_ factor: Double, _ arithmetic: Requantization) {
    switch arithmetic {
    case .floatScale: self = .float(Float(factor))
    case .shift where factor > 0 && factor.significand == 1 && (-31...31).contains(factor.exponent):
      self = .shift(right: -Int(factor.exponent))
    case .fixedPoint, .shift: self = .fixed(FixedPoint(factor))
    }
  }

  /// The integer nearest to the product, not limited to a grid.
  public func apply(_ value: Int64) -> Int64 {
    switch self {
    case .float(let factor): Self.rounded(Float(value) * factor)
    case .fixed(let factor): factor.times(value)
    case .shift(let right) where right < 0: FixedPoint.saturated(value, shiftedBy: -right)
    case .shift(let right): FixedPoint.roundingShift(value, by: right)
    }
  }

  /// To the nearest integer, halves to even, saturated at 32 bits; NaN gives the lowest integer.
  static func rounded(_ value: Float) -> Int64 {
    let result = value.rounded(.toNearestOrEven)
    guard result >= -0x1p31 else { return Int64(Int32.min) }
    return result < 0x1p31 ? Int64(result) : Int64(Int32.max)
  }
}

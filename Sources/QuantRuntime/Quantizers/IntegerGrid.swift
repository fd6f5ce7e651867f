/// The integers that a quantizer maps to.
///
/// | bits | signed | unsigned |
/// |---|---|---|
/// | 2 | -2...1 | 0...3 |
/// | 4 | -8...7 | 0...15 |
/// | 8 | -128...127 | 0...255 |
public struct IntegerGrid: Hashable, Sendable {
  public let lowest: Int
  public let highest: Int

  /// The grid of a spec; an adaptive sign that has not met data yet counts as signed.
  public init(_ spec: QuantSpec) {
    let bits = max(1, min(spec.bits, 16))
    lowest = spec.sign == .unsigned ? 0 : -(1 << (bits - 1))
    highest = lowest + (1 << bits) - 1
  }

  /// The bit widths that mqsh quantizes to.
  public static let bitRange = 2...8

  /// 1 / sqrt(M Nmax): what LSQ multiplies the gradient of a learned scale by (Esser et al., 2020,
  /// section 2.2).
  ///
  /// - Parameter count: M, the elements that share the scale.
  func gradientScale(count: Int) -> Double {
    1 / (Double(max(count, 1)) * Double(highest)).squareRoot()
  }

  /// The nearest integer of the grid to a real zero point, halves to even; NaN stays NaN.
  func zeroPoint(nearest value: Float) -> Float {
    clamped(value.rounded(.toNearestOrEven))
  }

  func clamped(_ value: Float) -> Float {
    value < Float(lowest) ? Float(lowest) : value > Float(highest) ? Float(highest) : value
  }
}

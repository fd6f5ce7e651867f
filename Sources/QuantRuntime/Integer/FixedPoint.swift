import Foundation

/// A positive factor as integer hardware has it: multiplier / 2^31 times 2^exponent.
///
/// The multiplier is normalized to 2^30 ..< 2^31, which keeps 30 bits of the factor (gemmlowp;
/// Jacob et al., 2018, section 2.2).
public struct FixedPoint: Hashable, Sendable {
  /// 2^30 ... 2^31 - 1; 0 for the factor 0.
  public var multiplier: Int32
  /// Positive to the left. A left shift happens before the multiplication, a right one after it.
  public var exponent: Int

  public init(multiplier: Int32, exponent: Int) {
    self.multiplier = multiplier
    self.exponent = exponent
  }

  /// The nearest fixed-point number to a factor, halves away from zero.
  ///
  /// - Parameter factor: finite and not negative. Below 2^-32 it becomes 0, as every product would.
  public init(_ factor: Double) {
    guard factor > 0, factor.isFinite else {
      self.init(multiplier: 0, exponent: 0)
      return
    }
    var exponent = Int(factor.exponent) + 1
    var multiplier = (factor.significand / 2 * 0x1p31).rounded()
    if multiplier == 0x1p31 {
      multiplier /= 2
      exponent += 1
    }
    guard exponent >= -31 else {
      self.init(multiplier: 0, exponent: 0)
      return
    }
    self.init(multiplier: Int32(multiplier), exponent: exponent)
  }

  /// The product with an integer of 32 bits, saturated where a left shift leaves them.
  public func times(_ value: Int64) -> Int64 {
    let shifted = exponent > 0 ? Self.saturated(value, shiftedBy: exponent) : value
    let high = (shifted * Int64(multiplier) + 1 << 30) >> 31
    return exponent < 0 ? Self.roundingShift(high, by: -exponent) : high
  }

  /// value / 2^shift, halves away from zero.
  ///
  /// - Parameter shift: 0 ... 62.
  static func roundingShift(_ value: Int64, by shift: Int) -> Int64 {
    let mask = (Int64(1) << shift) - 1
    let threshold = (mask >> 1) + (value < 0 ? 1 : 0)
    return (value >> shift) + ((value & mask) > threshold ? 1 : 0)
  }

  /// value * 2^shift, or the end of 32 bits that it would pass.
  static func saturated(_ value: Int64, shiftedBy shift: Int) -> Int64 {
    let result = value.multipliedReportingOverflow(by: Int64(1) << min(shift, 32))
    let end = value < 0 ? Int64(Int32.min) : Int64(Int32.max)
    guard !result.overflow else { return end }
    return min(max(result.partialValue, Int64(Int32.min)), Int64(Int32.max))
  }
}

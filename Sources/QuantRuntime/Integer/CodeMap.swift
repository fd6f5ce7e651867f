/// What the codes of a tensor stand for: value = scale (code - zeroPoint).
public struct CodeMap: Hashable, Sendable {
  /// The grid, at most 256 integers.
  public var lowest: Int
  public var highest: Int
  public var scale: Float
  public var zeroPoint: Int

  public init(lowest: Int, highest: Int, scale: Float, zeroPoint: Int) {
    self.lowest = lowest
    self.highest = highest
    self.scale = scale
    self.zeroPoint = zeroPoint
  }

  public var grid: ClosedRange<Int> { lowest...highest }

  /// The nearest code to a value: round(value / scale) + zeroPoint within a range, halves to even, the
  /// division in float32 (ONNX, QuantizeLinear). NaN gives the lowest code.
  public func code(of value: Float, within range: ClosedRange<Int>) -> Int {
    let integer = Rescale.rounded(value / scale) + Int64(zeroPoint)
    return Int(min(max(integer, Int64(range.lowerBound)), Int64(range.upperBound)))
  }
}

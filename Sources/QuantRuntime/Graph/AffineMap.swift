/// The numbers of a uniform quantizer: x is near scale * (q - zeroPoint) for an integer q of the grid.
public struct AffineMap: Hashable, Sendable {
  public var scale: Float
  /// An integer of the grid, 0 for symmetric quantizers; no integer where an algorithm learns a real
  /// offset.
  public var zeroPoint: Float

  public init(scale: Float, zeroPoint: Float = 0) {
    self.scale = scale
    self.zeroPoint = zeroPoint
  }

  /// No scale is smaller: the unit round-off of float32, 1.19e-7, as in PyTorch's observers.
  public static let smallestScale = Float.ulpOfOne
}

import CKernels

/// A rule whose map covers a range, low to high, by `QuantSpec.map(covering:)`; what differs is where
/// the range comes from. Values beyond its ends are clipped and get no gradient.
///
/// The range decides about the gradient, not the integer: the end of a symmetric signed range is a
/// rounding tie, 7.5 scales at 4 bits, and would pass or not as the last bit of the scale falls.
protocol RangeRule: FakeQuantRule {
  func range(for quantizer: FakeQuant, numbers: FakeQuantNumbers) -> (low: Float, high: Float)

  /// Whether values beyond the range are clipped to it where the grid would go further: where the
  /// range is symmetric although the values are not, or a power-of-two scale is rounded up.
  var isClipping: Bool { get }
}

extension RangeRule {
  func affineMap(for quantizer: FakeQuant, numbers: FakeQuantNumbers) -> AffineMap? {
    let range = range(for: quantizer, numbers: numbers)
    return quantizer.spec.map(covering: (range.low, range.high))
  }

  func constants(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, count: Int
  ) -> FakeQuantConstants {
    let spec = quantizer.spec
    let grid = IntegerGrid(spec)
    let range = range(for: quantizer, numbers: numbers)
    let map = spec.map(covering: (range.low, range.high))
    var constants = map.constants(on: grid)
    let reach = map.reach(on: grid)
    constants[5] = isClipping && range.low > reach.low ? range.low : reach.low
    constants[6] = isClipping && range.high < reach.high ? range.high : reach.high
    return constants
  }

  func kernels(for quantizer: FakeQuant) -> FakeQuantKernels { .range }
}

/// A range rule that learns nothing: its range is fixed or follows the tensor.
protocol UntrainedRangeRule: RangeRule {}

extension UntrainedRangeRule {
  func parameterNames(for quantizer: FakeQuant) -> [String] { [] }

  func initialParameters(for quantizer: FakeQuant, from values: ObservedValues) -> [Float] { [] }

  func parameterGradients(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, sums: FakeQuantSums, count: Int
  ) -> FakeQuantNumbers {
    .zero
  }

  func projected(_ numbers: FakeQuantNumbers, for quantizer: FakeQuant) -> FakeQuantNumbers {
    numbers
  }
}

extension AffineMap {
  /// The values that round to the grid: half a scale beyond its ends, and a little more, because the
  /// end of a range that the map covers may lie there up to float rounding.
  fileprivate func reach(on grid: IntegerGrid) -> (low: Float, high: Float) {
    let slack: Float = 1 + 8 * .ulpOfOne
    return (
      (Float(grid.lowest) - zeroPoint - 0.5) * scale * slack,
      (Float(grid.highest) - zeroPoint + 0.5) * scale * slack
    )
  }
}

extension FakeQuantKernels {
  /// Of a clipped range: the gradient passes within it.
  static let range = FakeQuantKernels(
    forward: mq_f32_range_quant_forward, backward: mq_f32_range_quant_backward)
}

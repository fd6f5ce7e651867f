@testable import QuantRuntime

/// The range that an observer gives after batches of single images.
func observedRange(
  _ name: String, _ batches: [[Float]], _ spec: QuantSpec = QuantSpec(bits: 4),
  setting: Double? = nil, images: Int = 1
) throws -> (minimum: Float, maximum: Float) {
  var observer = try ObserverCatalog.observer(ObserverChoice(name, setting: setting))
  for batch in batches { observer.observe(ObservedTensor(batch, images: images), channel: 0) }
  return observer.range(for: spec)
}

/// Every value rounded to the grid that covers a range, in Double, one by one.
func meanSquareError(
  _ x: [Float], _ range: (minimum: Float, maximum: Float), _ spec: QuantSpec
) -> Double {
  let map = spec.map(covering: range)
  let grid = IntegerGrid(spec)
  let (scale, zeroPoint) = (Double(map.scale), Double(map.zeroPoint))
  let errors = x.map { x in
    let level = (Double(x) / scale).rounded(.toNearestOrEven) + zeroPoint
    let value = (min(max(level, Double(grid.lowest)), Double(grid.highest)) - zeroPoint) * scale
    return (Double(x) - value) * (Double(x) - value)
  }
  return errors.reduce(0, +) / Double(x.count)
}

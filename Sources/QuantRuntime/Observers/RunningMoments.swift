/// Count, extremes and sums of all batches together.
struct RunningMoments: Sendable {
  private(set) var values = ObservedValues(
    count: 0, minimum: .infinity, maximum: -.infinity, absoluteSum: 0, sum: 0, squareSum: 0)

  mutating func add(_ batch: ObservedValues) {
    values.count += batch.count
    values.minimum = min(values.minimum, batch.minimum)
    values.maximum = max(values.maximum, batch.maximum)
    values.absoluteSum += batch.absoluteSum
    values.sum += batch.sum
    values.squareSum += batch.squareSum
  }

  /// What `body` makes of the moments: 0...0 before the first value, NaN once one was not finite.
  func range(
    _ body: (ObservedValues) -> (minimum: Float, maximum: Float)
  ) -> (minimum: Float, maximum: Float) {
    guard values.count > 0 else { return (0, 0) }
    return values.isFinite ? body(values) : (.nan, .nan)
  }

  /// The mean and so many deviations on either side; an end does not pass 0 where no value does.
  func range(reach: Double) -> (minimum: Float, maximum: Float) {
    range { values in
      let distance = reach * values.deviation
      let (low, high) = (Float(values.mean - distance), Float(values.mean + distance))
      return (
        values.minimum >= 0 ? max(low, 0) : low, values.maximum <= 0 ? min(high, 0) : high
      )
    }
  }
}

/// A range that follows those of the batches: r <- m r + (1 - m) r', the first as it is.
struct MovingRange: Sendable {
  /// m, 0 to 1.
  var momentum: Float
  private(set) var range: (minimum: Float, maximum: Float)?

  init(momentum: Double) { self.momentum = Float(momentum) }

  /// - Parameter values: of the batch, whose `range` it is.
  mutating func follow(
    _ batch: (minimum: Float, maximum: Float), of values: ObservedValues
  ) {
    guard values.count > 0 else { return }
    let new = values.isFinite ? batch : (.nan, .nan)
    range = range.map { (moved($0.minimum, new.minimum), moved($0.maximum, new.maximum)) } ?? new
  }

  private func moved(_ old: Float, _ new: Float) -> Float { momentum * old + (1 - momentum) * new }
}

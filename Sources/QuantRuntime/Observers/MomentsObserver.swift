/// An observer that needs no more than count, extremes and sums of all batches together.
struct MomentsObserver: Observer {
  private var values = ObservedValues.none
  private let find: @Sendable (ObservedValues, QuantSpec) -> (minimum: Float, maximum: Float)

  /// - Parameter find: the range, from the moments of one value or more, all of them finite.
  init(
    _ find: @escaping @Sendable (ObservedValues, QuantSpec) -> (minimum: Float, maximum: Float)
  ) {
    self.find = find
  }

  mutating func observe(_ tensor: ObservedTensor, channel: Int) {
    values.join(tensor.channels[channel])
  }

  func range(for spec: QuantSpec) -> (minimum: Float, maximum: Float) {
    guard values.count > 0 else { return (0, 0) }
    return values.isFinite ? find(values, spec) : (.nan, .nan)
  }
}

extension MomentsObserver {
  static let memory = "extremes and sums: 48 bytes"

  /// The mean and so many deviations on either side; an end does not pass 0 where no value does.
  static func aroundMean(reach: Double) -> MomentsObserver {
    MomentsObserver { values, _ in
      let distance = reach * values.deviation
      let (low, high) = (Float(values.mean - distance), Float(values.mean + distance))
      return (
        values.minimum >= 0 ? max(low, 0) : low, values.maximum <= 0 ? min(high, 0) : high
      )
    }
  }

  static func reach(standard: Double) -> ObserverSetting {
    ObserverSetting("alpha", 0.1...100, standard: standard, "Deviations on either side.")
  }
}

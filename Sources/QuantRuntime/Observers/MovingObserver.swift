/// An observer whose range follows those of the batches: r <- m r + (1 - m) r', the first as it is.
struct MovingObserver: Observer {
  private let momentum: Float
  private let find: @Sendable (ObservedValues) -> (minimum: Float, maximum: Float)
  private var range: (minimum: Float, maximum: Float)?

  /// - Parameters:
  ///   - momentum: m, 0 to 1.
  ///   - find: the range of a batch, all of whose values are finite.
  init(
    momentum: Double,
    _ find: @escaping @Sendable (ObservedValues) -> (minimum: Float, maximum: Float)
  ) {
    self.momentum = Float(momentum)
    self.find = find
  }

  mutating func observe(_ tensor: ObservedTensor, channel: Int) {
    let values = tensor.channels[channel]
    guard values.count > 0 else { return }
    let new = values.isFinite ? find(values) : (.nan, .nan)
    range = range.map { (moved($0.minimum, new.minimum), moved($0.maximum, new.maximum)) } ?? new
  }

  private func moved(_ old: Float, _ new: Float) -> Float { momentum * old + (1 - momentum) * new }

  func range(for spec: QuantSpec) -> (minimum: Float, maximum: Float) { range ?? (0, 0) }
}

extension MovingObserver {
  static let memory = "two ends: 8 bytes"
  static let setting = ObserverSetting(
    "momentum", 0...1, standard: 0.9, "Share of the old range at each batch.")
}

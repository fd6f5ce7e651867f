/// Finds the range that a quantizer is to cover, from the values that reach it batch by batch.
///
/// One value observes one set of a quantizer's numbers: a channel or a whole tensor. What it keeps does
/// not grow with the batches; its catalog entry says how much that is. A value that is NaN or infinite
/// makes the range NaN, so that it is seen and not calibrated away.
///
/// Three types conform, by what they keep; what each observer makes of that is in its own file under
/// `Kinds/`.
public protocol Observer: Sendable {
  /// Takes one batch in; a batch without values changes nothing.
  mutating func observe(_ tensor: ObservedTensor, channel: Int)

  /// The range to cover, 0...0 when nothing was observed.
  ///
  /// - Parameter spec: with a decided sign.
  func range(for spec: QuantSpec) -> (minimum: Float, maximum: Float)
}

/// An observer with its setting, such as `quantile(alpha: 0.999)`.
public struct ObserverChoice: Hashable, Codable, Sendable {
  /// Name in `ObserverCatalog`.
  public var name: String
  /// Value of the observer's setting; nil for its default, and where it has none.
  public var setting: Double?

  public init(_ name: String, setting: Double? = nil) {
    self.name = name
    self.setting = setting
  }

  /// The ranges of all channels of a tensor that is seen once.
  ///
  /// - Parameter isStopped: asked before each channel; true gives up.
  /// - Throws: `ObserverError` for a name or a setting that the catalog refuses; `Interrupted`.
  public func ranges(
    of tensor: ObservedTensor, for spec: QuantSpec, until isStopped: () -> Bool = { false }
  ) throws -> [(minimum: Float, maximum: Float)] {
    var ranges: [(minimum: Float, maximum: Float)] = []
    // One channel after the other, so that one histogram is in memory and not one a channel.
    for channel in tensor.channels.indices {
      if isStopped() { throw Interrupted() }
      var observer = try ObserverCatalog.observer(self)
      observer.observe(tensor, channel: channel)
      ranges.append(observer.range(for: spec))
    }
    return ranges
  }
}

extension ObservedValues {
  /// Whether all values are finite. Sums show NaN and infinities, extremes the latter alone.
  var isFinite: Bool { (minimum - maximum).isFinite && absoluteSum.isFinite }
}

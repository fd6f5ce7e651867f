/// Searches the range of least loss between 0.3 of an observed range and all of it, as MQBench does
/// (appendix C, equations 8 and 9).
///
/// A symmetric range shrinks from both ends to a common magnitude. Of an asymmetric one the maximum is
/// searched first and then the minimum, which MQBench's code keeps; where no value is negative that is
/// the same. The loss has many local minima: 141 steps of 0.005 are tried, then 21 finer ones about
/// the best, where the code relies on a bounded search for one minimum. Of equal losses the wider range wins.
struct RangeSearch {
  private static let smallest = 0.3
  private static let step = 0.005

  var minimum: Float
  var maximum: Float

  /// - Parameter loss: of a range; NaN and infinity never win.
  func best(
    for spec: QuantSpec, loss: (_ range: (minimum: Float, maximum: Float)) -> Double
  ) -> (minimum: Float, maximum: Float) {
    let (low, high) = (minimum, maximum)
    switch spec.symmetry {
    case .symmetric:
      let magnitude = max(-low, high)
      func range(_ share: Double) -> (minimum: Float, maximum: Float) {
        let end = magnitude * Float(share)
        return (min(max(low, -end), end), max(min(high, end), -end))
      }
      return range(Self.best { loss(range($0)) })
    case .asymmetric:
      // A range on one side of 0 begins there anyway.
      func range(_ bottom: Double, _ top: Double) -> (minimum: Float, maximum: Float) {
        let ends = (low < 0 ? low * Float(bottom) : low, high > 0 ? high * Float(top) : high)
        return low < 0 ? (ends.0, max(ends.0, ends.1)) : (min(ends.0, ends.1), ends.1)
      }
      let top = high > 0 ? Self.best { loss(range(1, $0)) } : 1
      let bottom = low < 0 ? Self.best { loss(range($0, top)) } : 1
      return range(bottom, top)
    }
  }

  /// The share in 0.3...1 of least loss.
  private static func best(_ loss: (Double) -> Double) -> Double {
    var best = (share: 1.0, loss: loss(1))
    func attempt(_ share: Double) {
      guard share >= smallest, share < 1 else { return }
      let found = loss(share)
      if found < best.loss || best.loss.isNaN { best = (share, found) }
    }
    let steps = Int(((1 - smallest) / step).rounded())
    for index in 1...steps { attempt(1 - Double(index) * step) }
    let coarse = best.share
    for index in -10...10 where index != 0 { attempt(coarse - Double(index) * step / 10) }
    return best.share
  }
}

/// `lower ..< upper`; a closed range is stored with its upper bound raised by one.
public final class IntRange: Sendable {
  public let lower: Int
  public let upper: Int

  init(_ lower: Int, _ upper: Int) {
    self.lower = lower
    self.upper = max(lower, upper)
  }

  /// The number of elements; that of a range too wide to count is the largest int.
  public var count: Int {
    let (difference, overflow) = upper.subtractingReportingOverflow(lower)
    return overflow ? .max : difference
  }
}

/// Mean and deviation, for rules that take their range from them.
extension ObservedValues {
  /// 0 of no values.
  var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// The unbiased standard deviation, n - 1 in the denominator as in PyTorch; 0 of fewer than two
  /// values. NaN when a value is not finite.
  var deviation: Double {
    guard count > 1 else { return 0 }
    let variance = (squareSum - sum * mean) / Double(count - 1)
    // The difference of two sums may fall below 0 by rounding where all values are equal.
    return (variance < 0 ? 0 : variance).squareRoot()
  }
}

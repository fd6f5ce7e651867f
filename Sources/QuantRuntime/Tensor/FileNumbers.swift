/// The unsigned number that bytes stand for, the least significant first.
///
/// - Parameter bytes: at most eight.
func littleEndian(_ bytes: some BidirectionalCollection<UInt8>) -> UInt64 {
  bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
}

/// The product of numbers that come from a file; nil when one is negative or no `Int` holds it.
func checkedProduct(_ factors: some Sequence<Int>) -> Int? {
  var result = 1
  for factor in factors {
    let (product, overflow) = result.multipliedReportingOverflow(by: factor)
    guard factor >= 0, !overflow else { return nil }
    result = product
  }
  return result
}

import CKernels
import Foundation

/// Counts of all values of all batches in at most 8,192 bins, 64 KiB.
///
/// The width of a bin is the least power of two for which the largest magnitude fits half of the bins:
/// a bin is at most 1/2,048 of it. When a batch reaches further, neighbouring bins become one, which
/// is exact because bins begin at multiples of their width. So the counts depend on the values alone,
/// not on how they were cut into batches.
struct ValueHistogram: Sendable {
  private static let half = Int(mq_histogram_bins) / 2
  /// Smaller bins would have no normal inverse.
  private static let exponents = -126...127

  private(set) var minimum: Float = .infinity
  private(set) var maximum: Float = -.infinity
  private(set) var count = 0
  /// False once a value was NaN or infinite; what came with it is not in the counts.
  private(set) var isFinite = true
  /// log2 of the width of a bin.
  private var exponent = Self.exponents.lowerBound
  private var counts: [Int] = []

  /// The width of a bin.
  var width: Double { exp2(Double(exponent)) }

  mutating func add(_ tensor: ObservedTensor, channel: Int) {
    let values = tensor.channels[channel]
    guard values.count > 0 else { return }
    guard values.isFinite else {
      isFinite = false
      return
    }
    minimum = min(minimum, values.minimum)
    maximum = max(maximum, values.maximum)
    count += values.count
    widen(to: Self.exponent(covering: max(-minimum, maximum)))
    let added = tensor.counts(
      ofChannel: channel, inverseWidth: Float(sign: .plus, exponent: -exponent, significand: 1))
    counts = counts.isEmpty ? added : zip(counts, added).map { $0 + $1 }
  }

  /// The filled part, from the bin of the minimum to that of the maximum.
  ///
  /// - Returns: the lower end of the first bin and the counts.
  func filled() -> (start: Double, counts: ArraySlice<Int>) {
    guard let first = counts.firstIndex(where: { $0 > 0 }),
      let last = counts.lastIndex(where: { $0 > 0 })
    else { return (0, []) }
    return (Double(first - Self.half) * width, counts[first...last])
  }

  /// Values below 2^(e + 12) in magnitude lie in bins of width 2^e.
  private static func exponent(covering magnitude: Float) -> Int {
    guard magnitude > 0 else { return exponents.lowerBound }
    let exponent = Int(magnitude.exponent) + 1 - half.trailingZeroBitCount
    return min(max(exponent, exponents.lowerBound), exponents.upperBound)
  }

  private mutating func widen(to wider: Int) {
    let shift = min(wider - exponent, Int.bitWidth - 1)
    guard shift > 0 else { return }
    exponent = wider
    guard !counts.isEmpty else { return }
    var merged = Array(repeating: 0, count: counts.count)
    for (bin, count) in counts.enumerated() where count > 0 {
      merged[((bin - Self.half) >> shift) + Self.half] += count
    }
    counts = merged
  }
}

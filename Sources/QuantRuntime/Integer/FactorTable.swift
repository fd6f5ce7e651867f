import CKernels

/// The factors of a layer's channels as kernels take them. A class because it owns memory that steps point
/// into.
final class FactorTable {
  private let values: UnsafeMutablePointer<Float>
  private let numbers: UnsafeMutablePointer<Int64>
  private let count: Int
  let isFloat: Bool

  init(_ factors: [Rescale]) {
    count = factors.count
    values = .allocate(capacity: count)
    values.initialize(repeating: 0, count: count)
    numbers = .allocate(capacity: 2 * count)
    numbers.initialize(repeating: 0, count: 2 * count)
    isFloat = factors.allSatisfy { if case .float = $0 { true } else { false } }
    for (index, factor) in factors.enumerated() {
      if case .float(let value) = factor { values[index] = value }
      let fixed = FixedNumbers(factor)
      numbers[index] = fixed.multiplier
      numbers[count + index] = fixed.exponent
    }
  }

  convenience init(_ factors: [Float]) { self.init(factors.map { .float($0) }) }

  deinit {
    values.deallocate()
    numbers.deallocate()
  }

  var floats: UnsafePointer<Float> { UnsafePointer(values) }

  var fixed: mq_fixed_factors {
    mq_fixed_factors(multiplier: numbers, exponent: numbers + count)
  }
}

/// A factor in the form that covers both fixed point and shifts.
struct FixedNumbers {
  var multiplier: Int64
  var exponent: Int64

  /// - Parameter factor: a float becomes 0.
  init(_ factor: Rescale) {
    switch factor {
    case .float: (multiplier, exponent) = (0, 0)
    case .fixed(let fixed):
      (multiplier, exponent) = (Int64(fixed.multiplier), Int64(fixed.exponent))
    case .shift(let right): (multiplier, exponent) = (1 << 31, Int64(-right))
    }
  }

  init(_ factor: FixedPoint) { self.init(.fixed(factor)) }
}

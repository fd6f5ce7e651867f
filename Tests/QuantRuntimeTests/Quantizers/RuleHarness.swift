@testable import QuantRuntime

/// Runs a rule's kernels on one tensor or on each channel of it, as the engine does.
struct RuleHarness {
  var rule: any FakeQuantRule
  var quantizer: FakeQuant
  var spec: QuantSpec { quantizer.spec }

  /// - Parameter site: nil for a weight where there are channels, else an activation.
  init(_ algorithm: String, _ spec: QuantSpec, site: FakeQuant.Site? = nil) throws {
    rule = try QuantizerCatalog.algorithm(algorithm).rule
    quantizer = FakeQuant(
      algorithm: algorithm, spec: spec,
      site: site ?? (spec.granularity == .channel ? .weight : .activation))
  }

  /// - Parameter numbers: the learned ones, then the statistics.
  func forward(_ x: [Float], _ numbers: [Float]) -> [Float] {
    var y = Array(repeating: Float(0), count: x.count)
    let kernel = rule.kernels(for: quantizer).forward
    withConstants(numbers, x.count) { kernel(x, &y, x.count, $0) }
    return y
  }

  func backward(
    _ x: [Float], _ g: [Float], _ numbers: [Float], count: Int? = nil
  ) -> (dx: [Float], parameters: [Float]) {
    let (dx, sums) = gradient(x, g, numbers)
    let gradients = rule.parameterGradients(
      for: quantizer, numbers: .padded(numbers),
      sums: FakeQuantSums(sums[0], sums[1], sums[2], sums[3]), count: count ?? x.count)
    return (dx, rule.parameterNames(for: quantizer).indices.map { gradients[$0] })
  }

  /// The sums of the backward kernel.
  func sums(_ x: [Float], _ g: [Float], _ numbers: [Float]) -> [Double] {
    gradient(x, g, numbers).sums
  }

  /// The factors of the gradient in one of the sums.
  func slopes(_ x: [Float], _ numbers: [Float], item: Int) -> [Float] {
    var result = Array(repeating: Float(0), count: x.count)
    let kernel = rule.kernels(for: quantizer).slopes?.kernel
    withConstants(numbers, x.count) { kernel?(x, &result, x.count, $0, Int32(item)) }
    return result
  }

  private func gradient(
    _ x: [Float], _ g: [Float], _ numbers: [Float]
  ) -> (dx: [Float], sums: [Double]) {
    var dx = Array(repeating: Float(0), count: x.count)
    var sums: [Double] = [0, 0, 0, 0]
    let kernel = rule.kernels(for: quantizer).backward
    withConstants(numbers, x.count) { kernel(x, g, &dx, x.count, $0, &sums) }
    return (dx, sums)
  }

  /// The first learned numbers.
  func initial(_ x: [Float]) -> [Float] {
    rule.initialParameters(for: quantizer, from: ObservedValues(x))
  }

  /// The statistics after x, `numbers` being all numbers before; nil for the first tensor.
  func statistics(_ values: ObservedValues, after numbers: [Float]?) -> [Float] {
    rule.statistics(
      for: quantizer, after: values, previous: numbers.map { .padded($0) })
  }

  private func withConstants(
    _ numbers: [Float], _ count: Int, _ body: (UnsafePointer<Float>) -> Void
  ) {
    let constants = rule.constants(for: quantizer, numbers: .padded(numbers), count: count)
    (0..<8).map { constants[$0] }.withUnsafeBufferPointer { body($0.baseAddress!) }
  }
}

extension FakeQuantNumbers {
  static func padded(_ values: [Float]) -> FakeQuantNumbers {
    var result = FakeQuantNumbers.zero
    for (index, value) in values.enumerated() { result[index] = value }
    return result
  }
}

extension ObservedValues {
  init(_ values: [Float]) {
    self.init(
      count: values.count, minimum: values.min() ?? 0, maximum: values.max() ?? 0,
      absoluteSum: values.reduce(0) { $0 + Double(abs($1)) },
      sum: values.reduce(0) { $0 + Double($1) },
      squareSum: values.reduce(0) { $0 + Double($1) * Double($1) })
  }
}

/// Whether two lists agree within an absolute tolerance, element by element.
func isClose(_ a: [Float], _ b: [Float], within tolerance: Float) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }
}

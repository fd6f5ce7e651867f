@testable import QuantRuntime

/// Runs a rule's kernels on one tensor or on each channel of it, as the engine does.
struct RuleHarness {
  var rule: any FakeQuantRule
  var spec: QuantSpec

  init(_ algorithm: String, _ spec: QuantSpec) throws {
    rule = try QuantizerCatalog.algorithm(algorithm).rule
    self.spec = spec
  }

  func forward(_ x: [Float], _ parameters: [Float]) -> [Float] {
    var y = Array(repeating: Float(0), count: x.count)
    withConstants(parameters, x.count) { rule.forward(x, &y, x.count, $0) }
    return y
  }

  func backward(
    _ x: [Float], _ g: [Float], _ parameters: [Float], count: Int? = nil
  ) -> (dx: [Float], parameters: [Float]) {
    var dx = Array(repeating: Float(0), count: x.count)
    var sums: [Double] = [0, 0, 0, 0]
    withConstants(parameters, x.count) { rule.backward(x, g, &dx, x.count, $0, &sums) }
    let gradients = rule.parameterGradients(
      for: spec, parameters: .padded(parameters),
      sums: FakeQuantSums(sums[0], sums[1], sums[2], sums[3]), count: count ?? x.count)
    return (dx, rule.parameterNames(for: spec).indices.map { gradients[$0] })
  }

  func initial(_ x: [Float]) -> [Float] {
    rule.initialParameters(for: spec, from: ObservedValues(x))
  }

  private func withConstants(
    _ parameters: [Float], _ count: Int, _ body: (UnsafePointer<Float>) -> Void
  ) {
    let constants = rule.constants(for: spec, parameters: .padded(parameters), count: count)
    (0..<8).map { constants[$0] }.withUnsafeBufferPointer { body($0.baseAddress!) }
  }
}

extension FakeQuantParameters {
  static func padded(_ values: [Float]) -> FakeQuantParameters {
    var result = FakeQuantParameters.zero
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

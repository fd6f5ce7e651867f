import Testing

@testable import QuantRuntime

/// The algorithms that can give the factors of their sums.
private let names = QuantizerCatalog.all.filter { algorithm in
  algorithm.rule.kernels(
    for: FakeQuant(algorithm: algorithm.name, spec: QuantSpec(bits: 4), site: .activation)
  )
  .slopes != nil
}.map(\.name)

@Suite("Slopes of quantizers")
struct SlopeKernelTests {
  /// Ties, the ends of the grid, beyond, and what is no number.
  private static let samples: [Float] =
    [0, -0.0, .infinity, -.infinity, .nan, 0.25, -0.25, 0.75, 3.75, -4.25, 7.75]
    + (0..<60).map { Float($0 - 30) * 0.31 }

  @Test("the factors of one element are what the backward adds for it", arguments: names)
  func factors(name: String) throws {
    for site in [FakeQuant.Site.weight, .activation] {
      for spec in UniformQuantizerTests.specs where spec.granularity == .tensor {
        let harness = try RuleHarness(name, spec, site: site)
        let numbers: [Float] = spec.symmetry == .asymmetric ? [0.5, 1.4] : [0.5]
        let slopes = try #require(harness.rule.kernels(for: harness.quantizer).slopes)
        for item in slopes.items {
          let factors = harness.slopes(Self.samples, numbers, item: item)
          let sums = Self.samples.map { harness.sums([$0], [1], numbers)[item] }
          #expect(factors.map { Double($0) } == sums, "\(spec), sum \(item)")
        }
      }
    }
  }

  @Test("the rule reads no sum that it gives no factors for", arguments: names)
  func items(name: String) throws {
    for spec in UniformQuantizerTests.specs where spec.granularity == .tensor {
      let harness = try RuleHarness(name, spec)
      let slopes = try #require(harness.rule.kernels(for: harness.quantizer).slopes)
      let numbers: FakeQuantNumbers = [0.5, 1.4, 0, 0]
      var sums = FakeQuantSums(1, 2, 3, 4)
      let all = harness.rule.parameterGradients(
        for: harness.quantizer, numbers: numbers, sums: sums, count: 10)
      for item in 0..<4 where !slopes.items.contains(item) { sums[item] = 1000 }
      let given = harness.rule.parameterGradients(
        for: harness.quantizer, numbers: numbers, sums: sums, count: 10)
      #expect(all == given, "\(spec)")
    }
  }
}

import Testing

@testable import QuantRuntime

@Suite("Random streams")
struct RandomStreamTests {
  @Test("every number below the bound is drawn about equally often", arguments: [1, 2, 7, 100])
  func below(bound: Int) {
    var random = RandomStream(seed: 1, purpose: .order)
    var counts = Array(repeating: 0, count: bound)
    let draws = 1_000 * bound
    for _ in 0..<draws { counts[random.below(bound)] += 1 }
    // Five standard deviations of a binomial count with mean 1000.
    #expect(counts.allSatisfy { abs($0 - 1_000) < 160 }, "\(counts)")
  }

  @Test("uniform numbers lie in [0, 1) and normal ones have mean 0 and variance 1")
  func moments() {
    var random = RandomStream(seed: 2, purpose: .syntheticData)
    let uniform = (0..<20_000).map { _ in Double(random.uniform()) }
    let normal = (0..<20_000).map { _ in Double(random.normal()) }
    #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(uniform.reduce(0, +) / 20_000 - 0.5) < 0.01)
    #expect(abs(normal.reduce(0, +) / 20_000) < 0.035)
    #expect(abs(normal.map { $0 * $0 }.reduce(0, +) / 20_000 - 1) < 0.05)
  }

  @Test("seeds, purposes and lanes give different numbers")
  func separation() {
    let streams = [
      RandomStream(seed: 1, purpose: .order), RandomStream(seed: 2, purpose: .order),
      RandomStream(seed: 1, purpose: .augmentation),
      RandomStream(seed: 1, purpose: .order, lane: 1),
    ]
    let first = streams.map { stream in
      var stream = stream
      return (0..<4).map { _ in stream.below(1_000) }
    }
    #expect(Set(first).count == streams.count)
  }
}

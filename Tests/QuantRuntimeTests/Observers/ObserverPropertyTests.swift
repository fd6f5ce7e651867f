import Testing

@testable import QuantRuntime

@Suite("What every observer keeps to")
struct ObserverPropertyTests {
  private static let names = ObserverCatalog.names
  private static let specs = QuantSpec.Symmetry.allCases.flatMap { symmetry in
    [2, 4, 8].flatMap { bits in
      [QuantSpec.Sign.signed, .unsigned].flatMap { sign in
        QuantSpec.ScaleForm.allCases.map { form in
          QuantSpec(bits: bits, sign: sign, symmetry: symmetry, scaleForm: form)
        }
      }
    }
  }

  private func values(_ count: Int, seed: UInt64 = 3) -> [Float] {
    var random = RandomStream(seed: seed, purpose: .syntheticData)
    return (0..<count).map { _ in
      let value = random.normal()
      return value * value * value
    }
  }

  @Test(
    "batches do not show where all values count",
    arguments: ["min_max", "quantile", "mse", "kl", "norm", "mean_std", "clip_std"])
  func batches(name: String) throws {
    // The largest come last, so that the histogram has to widen.
    let x = values(5_000).sorted { abs($0) < abs($1) }
    for spec in Self.specs {
      let whole = try observedRange(name, [x], spec)
      for size in [1_250, 617, 5] {
        let parts = stride(from: 0, to: x.count, by: size).map {
          Array(x[$0..<min($0 + size, x.count)])
        }
        let found = try observedRange(name, parts, spec)
        // Sums depend on their order.
        let slack: Float = ["norm", "mean_std", "clip_std"].contains(name) ? 1e-5 : 0
        #expect(
          abs(found.minimum - whole.minimum) <= slack
            && abs(found.maximum - whole.maximum) <= slack,
          "\(spec), \(size): \(found), \(whole)")
      }
    }
  }

  @Test("a batch that follows others moves the average by the momentum")
  func momentum() throws {
    let found = try observedRange("ema_min_max", [[-1, 2], [-3, 4], [0, 12]], setting: 0.5)
    #expect(isClose([found.minimum, found.maximum], [-1, 7.5], within: 1e-6))
    let frozen = try observedRange("ema_min_max", [[-1, 2], [-3, 4]], setting: 1)
    #expect(frozen == (-1, 2))
    let last = try observedRange("batch_mean_max", [[-1, 2], [-3, 4]], setting: 0)
    #expect(last == (-3, 4))
  }

  @Test("twice the values give twice the range", arguments: names)
  func scaling(name: String) throws {
    let x = values(2_000)
    for spec in Self.specs {
      let one = try observedRange(name, [x], spec)
      let two = try observedRange(name, [x.map { 2 * $0 }], spec)
      #expect(two == (2 * one.minimum, 2 * one.maximum), "\(spec): \(one), \(two)")
    }
  }

  @Test("degenerate values give a finite range that has a map", arguments: names)
  func degenerate(name: String) throws {
    let tensors: [[Float]] = [
      [], [0], [0, 0, 0], [3], [-3], [5, 5, 5, 5], [1e-38, -1e-38], [3e38, -3e38],
      [.leastNonzeroMagnitude], [.leastNormalMagnitude, 1e30], [-0.0],
    ]
    for spec in Self.specs {
      for tensor in tensors {
        let range = try observedRange(name, [tensor], spec)
        let map = spec.map(covering: range)
        // Of the largest numbers the span overflows, and so may the scale.
        let isHuge = tensor.contains { abs($0) > 1e38 }
        #expect(range.minimum <= range.maximum || isHuge, "\(tensor) \(spec) \(range)")
        #expect(map.scale.isFinite || isHuge, "\(tensor) \(spec) \(range)")
        #expect(!(map.scale <= 0))
      }
    }
  }

  @Test("NaN and infinities are not calibrated away", arguments: names)
  func notFinite(name: String) throws {
    for bad in [Float.nan, .infinity, -.infinity] {
      let range = try observedRange(name, [[1, 2, 3], [1, bad, 2], [0, 1]])
      #expect(range.minimum.isNaN && range.maximum.isNaN, "\(bad)")
    }
  }

  @Test("a setting changes the range", arguments: names)
  func settingsAreUsed(name: String) throws {
    guard let setting = try ObserverCatalog.kind(name).setting else { return }
    let x = [values(500), values(500, seed: 4)]
    let low = try observedRange(name, x, setting: setting.range.lowerBound)
    let high = try observedRange(name, x, setting: setting.range.upperBound)
    #expect(low != high)
  }
}

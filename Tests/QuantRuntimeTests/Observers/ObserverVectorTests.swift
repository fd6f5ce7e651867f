import Testing

@testable import QuantRuntime

/// NumPy in float64 on the sorted values, see `scripts/reference/observers.py`; and vector E of the
/// released code.
@Suite("Observers against NumPy")
struct ObserverVectorTests {
  private struct File: Decodable { var cases: [Case] }

  private struct Case: Decodable {
    var name: String
    var count: Int
    var sum: Double
    var quantiles: [String: [Double]]
    var meanStd: [Double]
    var clipStd: [Double]
    var specs: [Form]
  }

  private struct Form: Decodable {
    var bits: Int
    var signed: Bool
    var symmetric: Bool
    var norm: Double
    var squareError: Double
    var divergence: Double?

    var spec: QuantSpec {
      QuantSpec(
        bits: bits, sign: signed ? .signed : .unsigned,
        symmetry: symmetric ? .symmetric : .asymmetric)
    }
  }

  /// As `values` of the script.
  private func values(_ stored: Case) -> [Float] {
    (1...stored.count).map { index in
      let u = Double(index) * 0.6180339887498949
      let v = 2 * (u - u.rounded(.down)) - 1
      let tailed = 6 * (v * v * v * v * v * v * v) + v
      switch stored.name {
      case "relu": return Float(max(tailed, 0))
      case "negative": return Float(-(v * v) - 0.2)
      case "shifted": return Float(v * v * v + 0.3)
      default: return Float(tailed)
      }
    }
  }

  /// The values in batches of unequal size.
  private func batches(_ x: [Float]) -> [[Float]] {
    let cuts = [0, x.count / 7, x.count / 2, x.count]
    return zip(cuts, cuts.dropFirst()).map { Array(x[$0..<$1]) }
  }

  private func forCases(_ body: (Case, _ x: [Float]) throws -> Void) throws {
    let file: File = try storedVector("observers.json")
    #expect(file.cases.count == 5)
    for stored in file.cases {
      let x = values(stored)
      #expect(abs(x.reduce(0) { $0 + Double($1) } - stored.sum) < 1e-9, "\(stored.name)")
      try body(stored, x)
    }
  }

  @Test("quantiles, to the width of a bin")
  func quantiles() throws {
    try forCases { stored, x in
      let bin = (x.map { abs($0) }.max() ?? 0) / 2_048
      for (alpha, expected) in stored.quantiles {
        let found = try observedRange("quantile", batches(x), setting: Double(alpha))
        #expect(abs(Double(found.minimum) - expected[0]) <= Double(bin), "\(stored.name)")
        #expect(abs(Double(found.maximum) - expected[1]) <= Double(bin), "\(stored.name)")
      }
    }
  }

  @Test("ranges from mean and deviation")
  func moments() throws {
    try forCases { stored, x in
      for (name, expected) in [("mean_std", stored.meanStd), ("clip_std", stored.clipStd)] {
        let found = try observedRange(name, batches(x))
        #expect(
          isClose([found.minimum, found.maximum], expected.map { Float($0) }, within: 2e-5),
          "\(stored.name) \(name) \(found)")
      }
    }
  }

  @Test("the scale that the mean magnitude gives")
  func norm() throws {
    try forCases { stored, x in
      for form in stored.specs {
        let found = form.spec.map(covering: try observedRange("norm", batches(x), form.spec))
        #expect(abs(Double(found.scale) / form.norm - 1) < 1e-5, "\(stored.name) \(form)")
      }
    }
  }

  @Test("no range has a smaller square error, by more than the bins cost")
  func squareError() throws {
    try forCases { stored, x in
      for form in stored.specs {
        let range = try observedRange("mse", batches(x), form.spec)
        let error = meanSquareError(x, range, form.spec)
        #expect(
          error <= 1.02 * form.squareError, "\(stored.name) \(form): \(error) by \(range)")
      }
    }
  }

  @Test("no range keeps more of the distribution")
  func divergence() throws {
    try forCases { stored, x in
      for form in stored.specs {
        guard let expected = form.divergence else { continue }
        var histogram = ValueHistogram()
        histogram.add(ObservedTensor(x), channel: 0)
        let range = try observedRange("kl", batches(x), form.spec)
        let found = GridLoss(histogram).divergence(
          form.spec.map(covering: range), on: IntegerGrid(form.spec), range: range)
        #expect(
          abs(found - expected) <= 0.01 * expected + 1e-9, "\(stored.name) \(form): \(found)")
      }
    }
  }

  @Test("a range inside one bin takes all values, and nothing is lost")
  func oneBin() {
    var histogram = ValueHistogram()
    histogram.add(ObservedTensor([-3, -1, 0.5, 0.5, 2, 4]), channel: 0)
    let spec = QuantSpec(bits: 4)
    let range = (minimum: Float(0.5), maximum: Float(0.5))
    let map = spec.map(covering: (minimum: 0, maximum: 0.5))
    #expect(abs(GridLoss(histogram).divergence(map, on: IntegerGrid(spec), range: range)) < 1e-12)
  }

  @Test("E: clip-std and batch-mean-max of the released code")
  func vectorE() throws {
    let x: [Float] = [-1.3, -0.75, -0.5, -0.2, 0, 0.05, 0.3, 0.62, 0.95, 2.0]
    let clip = try observedRange("clip_std", [x])
    #expect(isClose([clip.minimum, clip.maximum], [-2.3011413, 2.5351415], within: 1e-6))
    #expect(abs(QuantSpec(bits: 4).map(covering: clip).scale - 0.3380189) < 1e-6)
    let asymmetric = QuantSpec(bits: 4, symmetry: .asymmetric)
    let map = asymmetric.map(covering: clip)
    #expect(isClose([map.scale, map.zeroPoint], [0.3224188, -1], within: 1e-6))
    let first = try observedRange("batch_mean_max", [x], images: 2)
    #expect(isClose([first.minimum, first.maximum], [-0.625, 1], within: 1e-6))
    let second = try observedRange("batch_mean_max", [x, x.map { 2 * $0 }], images: 2)
    #expect(isClose([second.minimum, second.maximum], [-0.6875, 1.1], within: 1e-6))
    let last = asymmetric.map(covering: second)
    #expect(isClose([last.scale, last.zeroPoint], [0.1191667, -2], within: 1e-6))
  }
}

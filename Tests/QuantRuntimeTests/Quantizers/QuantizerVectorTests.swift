import Testing

@testable import QuantRuntime

/// PyTorch's autograd in float64 on the formulas of the papers, see
/// `scripts/reference/range_and_threshold_quantizers.py` and `soft_and_additive_quantizers.py`.
@Suite("Quantizers against PyTorch")
struct QuantizerVectorTests {
  private struct File: Decodable { var cases: [Case] }

  private struct Case: Decodable {
    var algorithm: String
    var bits: Int
    var signed: Bool
    var symmetric: Bool
    var powerOfTwo: Bool
    var numbers: [Float]
    var x: [Float]
    var g: [Float]
    /// nil where the end of the range is a rounding tie.
    var y: [Float?]
    var dx: [Float?]
    var gradients: [Float]
  }

  /// Float32 against float64 where both find the same integers.
  private static let tolerance: Float = 2e-6
  /// Of a sum of 40 products of about 1, the factor of a level up to 255 included.
  private static let sumTolerance: Float = 2e-5

  /// The published factor 1 / sqrt(M Nmax) of these is tested alone.
  private static let scaled: Set = ["qil", "lsq_plus"]

  @Test(
    "values and gradients over bits, sign, symmetry and scale form",
    arguments: [
      ("range_and_threshold_quantizers.json", ["pact", "dorefa", "qil", "tqt"]),
      ("soft_and_additive_quantizers.json", ["lsq_plus", "dsq", "apot"]),
    ] as [(String, Set<String>)])
  func cases(name: String, algorithms: Set<String>) throws {
    let file: File = try storedVector(name)
    #expect(Set(file.cases.map(\.algorithm)) == algorithms)
    for stored in file.cases {
      let spec = QuantSpec(
        bits: stored.bits, sign: stored.signed ? .signed : .unsigned,
        symmetry: stored.symmetric ? .symmetric : .asymmetric,
        scaleForm: stored.powerOfTwo ? .powerOfTwo : .real)
      // TQT rounds halves to even in weights.
      let site: FakeQuant.Site = stored.algorithm == "tqt" ? .weight : .activation
      let harness = try RuleHarness(stored.algorithm, spec, site: site)
      let numbers =
        stored.numbers + harness.statistics(ObservedValues(stored.x), after: nil)
      let name = "\(stored.algorithm) \(spec)"
      for (found, expected) in zip(harness.forward(stored.x, numbers), stored.y) {
        guard let expected else { continue }
        #expect(abs(found - expected) <= Self.tolerance, "\(name)")
      }
      let backward = harness.backward(stored.x, stored.g, numbers)
      // DSQ's gradient varies with x / s, up to 2^bits in size and rounded to float32.
      let rounding = stored.algorithm == "dsq" ? Float(1 << stored.bits) * .ulpOfOne : 0
      for (index, expected) in stored.dx.enumerated() {
        guard let expected else { continue }
        let tolerance = Self.tolerance + rounding * abs(stored.g[index])
        #expect(abs(backward.dx[index] - expected) <= tolerance, "\(name)")
      }
      let factor =
        Self.scaled.contains(stored.algorithm)
        ? (Float(stored.x.count) * Float(IntegerGrid(spec).highest)).squareRoot() : 1
      #expect(
        isClose(
          backward.parameters.map { $0 * factor }, stored.gradients, within: Self.sumTolerance),
        "\(name) \(backward.parameters) \(stored.gradients)")
    }
  }
}

import Testing

@testable import QuantRuntime

/// PyTorch's autograd in float64 on the formulas of the papers, see
/// `scripts/reference/range_and_threshold_quantizers.py`.
@Suite("PACT, DoReFa, QIL and TQT against PyTorch")
struct QuantizerVectorTests {
  private struct File: Decodable { var cases: [Case] }

  private struct Case: Decodable {
    var algorithm: String
    var bits: Int
    var signed: Bool
    var symmetric: Bool
    var power_of_two: Bool
    var numbers: [Float]
    var x: [Float]
    var g: [Float]
    /// nil where the end of the range is a rounding tie.
    var y: [Float?]
    var dx: [Float]
    var gradients: [Float]
  }

  /// Float32 against float64 where both find the same integers.
  private static let tolerance: Float = 2e-6
  /// Of a sum of 40 products of about 1, the factor of a level up to 255 included.
  private static let sumTolerance: Float = 2e-5

  @Test("values and gradients over bits, sign, symmetry and the form of the scale")
  func cases() throws {
    let file: File = try storedVector("range_and_threshold_quantizers.json")
    #expect(Set(file.cases.map(\.algorithm)) == ["pact", "dorefa", "qil", "tqt"])
    for stored in file.cases {
      let spec = QuantSpec(
        bits: stored.bits, sign: stored.signed ? .signed : .unsigned,
        symmetry: stored.symmetric ? .symmetric : .asymmetric,
        scaleForm: stored.power_of_two ? .powerOfTwo : .real)
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
      #expect(isClose(backward.dx, stored.dx, within: Self.tolerance), "\(name)")
      // QIL's published factor 1 / sqrt(M Nmax) is tested alone.
      let factor =
        stored.algorithm == "qil"
        ? (Float(stored.x.count) * Float(IntegerGrid(spec).highest)).squareRoot() : 1
      #expect(
        isClose(
          backward.parameters.map { $0 * factor }, stored.gradients, within: Self.sumTolerance),
        "\(name) \(backward.parameters) \(stored.gradients)")
    }
  }
}

import CKernels
import Testing

@testable import QuantRuntime

/// Golden vectors F and G: outputs of the prototype code released with MQBench under PyTorch 1.8.1,
/// printed with seven decimals, so 1e-6 is their precision.
@Suite("Quantizers of a range")
struct RangeQuantizerTests {
  let x: [Float] = [-1.3, -0.75, -0.5, -0.2, 0, 0.05, 0.3, 0.62, 0.95, 2.0]
  let g: [Float] = [0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8, 0.9, -1.0]

  private static let names = QuantizerCatalog.all.filter { $0.rule is any RangeRule }.map(\.name)
  private let unsignedLevels: [Float] = [
    1, 0.7333333, 0.4666667, 0.2, 0, 0.0666667, 0.2666667, 0.6, 0.9333333, 1,
  ]

  private func masked(_ indices: Int...) -> [Float] {
    g.indices.map { indices.contains($0) ? 0 : g[$0] }
  }

  @Test("F: PACT, unsigned")
  func pactUnsigned() throws {
    let pact = try RuleHarness("pact", QuantSpec(bits: 4, sign: .unsigned))
    let absolute = x.map { abs($0) }
    #expect(isClose(pact.forward(absolute, [1]), unsignedLevels, within: 1e-6))
    let gradients = pact.backward(absolute, g, [1])
    #expect(gradients.dx == masked(0, 9))
    #expect(isClose(gradients.parameters, [-0.9], within: 1e-6))
  }

  @Test("F: PACT, signed, where the released code loses the upper gradient at alpha 6")
  func pactSigned() throws {
    let pact = try RuleHarness("pact", QuantSpec(bits: 4))
    for (alpha, factor) in [(Float(1), Float(1)), (6, 5)] {
      let found = pact.backward(x.map { factor * $0 }, g, [alpha])
      // 5 * -1.3 = -6.5 and 5 * 2 = 10 lie beyond 6, as -1.3 and 2 beyond 1.
      #expect(found.dx == masked(0, 9))
      #expect(isClose(found.parameters, [-1.1], within: 1e-6))
    }
    // The ends themselves are within the range, whatever the last bit of the scale.
    for alpha: Float in [0.3, 1, 1.7, 6, 11.3] {
      #expect(pact.backward([alpha, -alpha], [1, 2], [alpha]).dx == [1, 2])
    }
  }

  @Test("F: PACT, asymmetric, and the lower end that a batch without negative values does not use")
  func pactAsymmetric() throws {
    let pact = try RuleHarness("pact", QuantSpec(bits: 4, symmetry: .asymmetric))
    #expect(isClose(pact.backward(x, g, [1, -1, -1.3]).parameters, [-1, 0.1], within: 1e-6))
    let positive = x.map { abs($0) }
    let found = pact.backward(positive, g, [1, -1, 0])
    #expect(isClose(found.parameters, [-0.9, 0], within: 1e-6))
    #expect(
      pact.forward(positive, [1, -1, 0]).contains { isClose([$0], [0.0666667], within: 1e-6) })
    #expect(pact.initial(x) == [6, -6])
    #expect(pact.statistics(ObservedValues(x), after: nil) == [-1.3])
    let projected = pact.rule.projected(.padded([-2, 0.5, 0]), for: pact.quantizer)
    #expect(projected == .padded([2, 0, 0]))
  }

  @Test("G: DoReFa, activations")
  func dorefaActivations() throws {
    let dorefa = try RuleHarness("dorefa", QuantSpec(bits: 4, sign: .unsigned))
    let absolute = x.map { abs($0) }
    #expect(isClose(dorefa.forward(absolute, []), unsignedLevels, within: 1e-6))
    #expect(dorefa.backward(absolute, g, []).dx == masked(0, 9))
    let signed = try RuleHarness("dorefa", QuantSpec(bits: 4))
    #expect(signed.backward(x, g, []).dx == masked(0, 9))
    #expect(isClose(signed.forward([0.99, 5], []), [0.9333333, 0.9333333], within: 1e-6))
  }

  @Test("a range with both ends observed covers the tensor and clips nothing")
  func currentRange() throws {
    for spec in UniformQuantizerTests.specs where spec.sign == .signed {
      let harness = try RuleHarness("current_range", spec)
      let numbers = harness.statistics(ObservedValues(x), after: nil)
      #expect(numbers == [-1.3, 2])
      guard spec.scaleForm == .real else { continue }
      #expect(harness.backward(x, g, numbers).dx == g, "\(spec)")
      let map = spec.map(covering: (-1.3, 2))
      let y = harness.forward(x, numbers)
      for (x, y) in zip(x, y) { #expect(abs(x - y) <= map.scale * 0.5001, "\(spec)") }
    }
  }

  @Test("vector and scalar kernels agree, the forward bit for bit")
  func kernels() {
    var stream = RandomStream(seed: 11, purpose: .syntheticData)
    for count in [0, 1, 7, 8, 9, 31, 1000] {
      var x = (0..<count).map { _ in 2 * stream.normal() }
      if count > 9 { x[3...6] = [.infinity, -.infinity, 0.075, -0.0] }
      let g = (0..<count).map { _ in stream.normal() }
      let constants: [Float] = [0.15, 1 / 0.15, -3, -8, 7, -0.7, 1.2, 0]
      var (fast, slow) = (x, x)
      mq_f32_range_quant_forward(x, &fast, count, constants)
      mq_f32_range_quant_forward_scalar(x, &slow, count, constants)
      #expect(fast.map(\.bitPattern) == slow.map(\.bitPattern))
      var fastSums: [Double] = [1, 2, 3, 4]
      var slowSums: [Double] = [1, 2, 3, 4]
      mq_f32_range_quant_backward(x, g, &fast, count, constants, &fastSums)
      mq_f32_range_quant_backward_scalar(x, g, &slow, count, constants, &slowSums)
      #expect(fast == slow)
      for (a, b) in zip(fastSums, slowSums) { #expect(abs(a - b) <= 1e-5 * max(1, abs(b))) }
    }
  }

  @Test("infinities are clamped, NaN stays visible, zero stays zero", arguments: names)
  func nonFinite(name: String) throws {
    for spec in UniformQuantizerTests.specs {
      let harness = try RuleHarness(name, spec, site: .activation)
      let learned = harness.initial(x)
      let numbers = learned + harness.statistics(ObservedValues(x), after: nil)
      for count in [4, 16] {
        var x = Array(repeating: Float(0), count: count)
        x[..<3] = [.infinity, -.infinity, .nan]
        let y = harness.forward(x, numbers)
        #expect(y[0].isFinite && y[1].isFinite && y[2].isNaN && y[3] == 0, "\(spec)")
        let dx = harness.backward(x, x.map { _ in 1 }, numbers).dx
        #expect(Array(dx[..<3]) == [0, 0, 0], "\(spec)")
      }
      for empty: [Float] in [[], [0], [0, 0]] {
        let first = harness.initial(empty)
        let all = first + harness.statistics(ObservedValues(empty), after: nil)
        #expect(harness.forward(empty, all) == empty, "\(spec)")
      }
    }
  }
}

import CKernels
import Foundation
import Testing

@testable import QuantRuntime

/// Golden vectors H and E (its ranges), printed with seven decimals, so 1e-6 is their precision;
/// gradients against central differences of the soft function itself, in Double.
@Suite("DSQ")
struct DSQTests {
  let x: [Float] = [-1.3, -0.75, -0.5, -0.2, 0, 0.05, 0.3, 0.62, 0.95, 2.0]
  let g: [Float] = [0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8, 0.9, -1.0]

  private static let alpha = 0.4

  private func samples(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, purpose: .syntheticData)
    return (0..<count).map { _ in stream.normal() }
  }

  @Test("H: scale 0.2")
  func vectorH() throws {
    let dsq = try RuleHarness("dsq", QuantSpec(bits: 4))
    let y = dsq.forward(x, [-1.5, 1.5])
    #expect(isClose(y, [-1.2, -0.8, -0.4, -0.2, 0, 0, 0.4, 0.6, 1.0, 1.4], within: 1e-6))
    let expected: [Float] = [
      0.1155245, -0.205377, 0.3465736, -0.2957428, 0.3696785, -0.6161308, 0.8086717, -0.6895301,
      0.9241962, 0,
    ]
    #expect(isClose(dsq.backward(x, g, [-1.5, 1.5]).dx, expected, within: 1e-6))
  }

  @Test("E: weights cover 2.6 deviations of each step, activations a moving average of extremes")
  func ranges() throws {
    let weight = try RuleHarness("dsq", QuantSpec(bits: 4), site: .weight)
    let range = weight.statistics(ObservedValues(x), after: [7, 9])
    #expect(isClose(range, [-2.3011413, 2.5351415], within: 1e-6))
    let activation = try RuleHarness("dsq", QuantSpec(bits: 4, symmetry: .asymmetric))
    // As two images of five values, then the same doubled.
    func values(_ factor: Float) -> ObservedValues {
      var values = ObservedValues(x.map { factor * $0 })
      values.imageMinimum = -0.625 * factor
      values.imageMaximum = factor
      return values
    }
    let first = activation.statistics(values(1), after: nil)
    #expect(first == [-0.625, 1])
    let second = activation.statistics(values(2), after: first)
    #expect(isClose(second, [-0.6875, 1.1], within: 1e-6))
    let constants = activation.rule.constants(
      for: activation.quantizer, numbers: .padded(second), count: 10)
    #expect(isClose([constants[0], constants[2]], [0.1191667, -2], within: 1e-6))
    #expect(activation.statistics(ObservedValues([]), after: second) == second)
  }

  @Test("the polynomial is the squared hyperbolic secant to a relative 1e-6")
  func slope() {
    let factor = 1 / (1 - Self.alpha)
    let k = log(2 / Self.alpha - 1)
    for index in 0...20_000 {
      let h = Float(index) / 20_000 - 0.5
      let truth = factor * k / 2 / pow(cosh(k * Double(h)), 2)
      #expect(abs(Double(mq_soft_slope(h)) - truth) <= 1e-6 * truth)
    }
  }

  /// The soft function, before its rounding.
  private func soft(_ x: Double, _ map: AffineMap, _ grid: IntegerGrid) -> Double {
    let z = Double(map.zeroPoint)
    let v = min(Double(grid.highest), max(Double(grid.lowest), x / Double(map.scale) + z))
    let factor = 1 / (1 - Self.alpha)
    let k = log((factor + 1) / (factor - 1))
    let base = v.rounded(.down)
    return (base + 0.5 * factor * tanh(k * (v - base - 0.5)) + 0.5 - z) * Double(map.scale)
  }

  @Test("the gradient is the derivative of the soft function, the value the uniform quantizer's")
  func derivative() throws {
    for spec in UniformQuantizerTests.specs {
      let harness = try RuleHarness("dsq", spec)
      let range: [Float] = [-1.1, 1.7]
      let map = spec.map(covering: (range[0], range[1]))
      let grid = IntegerGrid(spec)
      let x = samples(250, seed: 5)
      let dx = harness.backward(x, x.map { _ in 1 }, range).dx
      let uniform = try RuleHarness("static_uniform", spec)
      let numbers = spec.symmetry == .asymmetric ? [map.scale, map.zeroPoint] : [map.scale]
      #expect(harness.forward(x, range) == uniform.forward(x, numbers))
      let step = 1e-6
      for (x, dx) in zip(x, dx) {
        let u = Double(x) / Double(map.scale) + Double(map.zeroPoint)
        // Within a difference's reach of an end the derivative is one-sided.
        let isAtEnd = [grid.lowest, grid.highest].contains { abs(u - Double($0)) < 1e-3 }
        guard !isAtEnd else { continue }
        let truth =
          (soft(Double(x) + step, map, grid) - soft(Double(x) - step, map, grid)) / (2 * step)
        #expect(abs(Double(dx) - truth) <= 1e-4, "\(spec) \(x)")
      }
    }
  }

  @Test("vector and scalar kernels agree, sums stay")
  func kernels() {
    let constants: [Float] = [0.15, 1 / 0.15, -3, -8, 7, 0, 0, 0]
    for count in [0, 1, 7, 8, 9, 31, 1000] {
      var x = samples(count, seed: 11)
      if count > 9 { x[3...7] = [.infinity, -.infinity, 0.075, -0.0, .nan] }
      let g = samples(count, seed: 12)
      var (fast, slow) = (x, x)
      var sums: [Double] = [1, 2, 3, 4]
      mq_f32_soft_quant_backward(x, g, &fast, count, constants, &sums)
      mq_f32_soft_quant_backward_scalar(x, g, &slow, count, constants, &sums)
      #expect(fast.map { $0 + 0 } == slow.map { $0 + 0 })
      #expect(sums == [1, 2, 3, 4])
      var inPlace = g
      inPlace.withUnsafeMutableBufferPointer {
        mq_f32_soft_quant_backward(x, $0.baseAddress, $0.baseAddress, count, constants, &sums)
      }
      #expect(inPlace == fast)
    }
  }

  @Test("equal values and one value give a finite range")
  func special() throws {
    for site in [FakeQuant.Site.weight, .activation] {
      for spec in UniformQuantizerTests.specs {
        let dsq = try RuleHarness("dsq", spec, site: site)
        for x: [Float] in [[], [0], [-3], [3, 3, 3], [0.1, 0.1, 0.1, 0.1]] {
          let range = dsq.statistics(ObservedValues(x), after: nil)
          #expect(range.allSatisfy { $0.isFinite }, "\(spec)")
          #expect(dsq.forward(x, range).allSatisfy { $0.isFinite }, "\(spec)")
        }
        let visible = dsq.statistics(ObservedValues([1, .infinity]), after: nil)
        #expect(dsq.forward([1], visible)[0].isNaN, "\(spec)")
      }
    }
  }
}

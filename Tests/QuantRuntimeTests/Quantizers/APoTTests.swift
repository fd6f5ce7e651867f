import CKernels
import Foundation
import Testing

@testable import QuantRuntime

/// Golden vector I: output of the prototype code released with MQBench under PyTorch 1.8.1, printed
/// with seven decimals, so 1e-6 is its precision.
@Suite("APoT")
struct APoTTests {
  let x: [Float] = [-1.3, -0.75, -0.5, -0.2, 0, 0.05, 0.3, 0.62, 0.95, 2.0]
  let g: [Float] = [0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8, 0.9, -1.0]

  private static let specs = UniformQuantizerTests.specs

  private func samples(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, purpose: .syntheticData)
    return (0..<count).map { _ in 2 * stream.normal() }
  }

  /// The levels of a spec's magnitudes.
  private func levels(_ spec: QuantSpec) -> [Double] {
    let bits = spec.sign == .unsigned ? spec.bits : spec.bits - 1
    let integers = UnsafeBufferPointer(start: mq_apot_levels(Int32(bits)), count: 1 << bits)
    return integers.map { Double($0) / Double(integers.last!) }
  }

  @Test("I: signed, 4 bits, threshold 3")
  func vectorI() throws {
    let apot = try RuleHarness("apot", QuantSpec(bits: 4))
    let y = apot.forward(x, [3])
    #expect(isClose(y, [-1.2, -0.6, -0.6, -0.3, 0, 0, 0.3, 0.6, 0.9, 1.8], within: 1e-6))
    let found = apot.backward(x, g, [3])
    #expect(found.dx == g)
    #expect(isClose(found.parameters, [0.0636666], within: 1e-6))
  }

  @Test("the published level sets")
  func published() {
    #expect(APoT.levels(bits: 2) == [0, 0.25, 0.5, 1])
    #expect(APoT.levels(bits: 3) == [0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1])
    let four: [Float] = [
      0, 0.0208333, 0.0416667, 0.0625, 0.0833333, 0.125, 0.1666667, 0.1875, 0.25, 0.3333333, 0.375,
      0.5, 0.6666667, 0.6875, 0.75, 1,
    ]
    #expect(isClose(APoT.levels(bits: 4), four, within: 1e-6))
  }

  @Test("every level set is that of the sums of its powers", arguments: 1...8)
  func construction(bits: Int) {
    let terms = bits / 2
    var sums = [0.0]
    for term in 0..<terms {
      let exponents =
        bits.isMultiple(of: 2)
        ? (0..<3).map { terms * $0 + term + 1 }
        : [term + 1, terms + term + 1, 2 * terms + 2 + term]
      sums = sums.flatMap { sum in [sum] + exponents.map { sum + exp2(-Double($0)) } }
    }
    if !bits.isMultiple(of: 2) {
      sums = sums.flatMap { [$0, $0 + exp2(-Double(2 * terms + 1))] }
    }
    #expect(Set(sums).count == 1 << bits)
    let largest = sums.max()!
    #expect(APoT.levels(bits: bits) == sums.sorted().map { Float($0 / largest) })
  }

  @Test("half-way between two levels the smaller magnitude is taken")
  func ties() throws {
    for spec in Self.specs {
      let apot = try RuleHarness("apot", spec)
      let bits = spec.sign == .unsigned ? spec.bits : spec.bits - 1
      let integers = UnsafeBufferPointer(start: mq_apot_levels(Int32(bits)), count: 1 << bits)
        .map { Float($0) }
      // A threshold that makes the integers themselves the levels.
      let alpha = integers.last!
      for (low, high) in zip(integers, integers.dropFirst()) {
        let middle = (low + high) / 2
        let values = [middle, middle.nextUp, -middle, (-middle).nextDown] + [middle, -middle]
        let isSigned = spec.sign == .signed
        let expected = [low, high, isSigned ? -low : 0, isSigned ? -high : 0, low]
        let both = apot.forward(values + values, [alpha])
        #expect(Array(both[..<5]) == expected && Array(both[6..<11]) == expected, "\(spec)")
      }
    }
  }

  @Test("outputs are levels, the nearest, monotone and unchanged by a second pass")
  func properties() throws {
    for spec in Self.specs {
      let apot = try RuleHarness("apot", spec)
      let alpha: Float = 2.3
      let levels = levels(spec)
      let all = (spec.sign == .unsigned ? levels : levels + levels.map { -$0 })
      let x = samples(103, seed: 5).sorted()
      let y = apot.forward(x, [alpha])
      #expect(zip(y, y.dropFirst()).allSatisfy { $0 <= $1 }, "\(spec)")
      #expect(apot.forward(y, [alpha]) == y, "\(spec)")
      for (x, y) in zip(x, y) {
        let t = Double(x) / Double(alpha)
        let nearest = all.map { abs($0 - t) }.min()!
        #expect(abs(Double(y) / Double(alpha) - t) <= nearest + 1e-6, "\(spec)")
        #expect(all.contains { abs($0 - Double(y) / Double(alpha)) <= 1e-6 }, "\(spec)")
      }
    }
  }

  @Test("gradients agree with the formula in Double, special values included")
  func gradients() throws {
    for spec in Self.specs {
      for count in [1, 9, 250] {
        let apot = try RuleHarness("apot", spec)
        let alpha: Float = 1.37
        var x = samples(count, seed: 5)
        if count > 8 { x[1...7] = [0, -0.0, .infinity, -.infinity, alpha, -alpha, -1e-30] }
        let g = samples(count, seed: 6)
        let found = apot.backward(x, g, [alpha])
        let isSigned = spec.sign == .signed
        var sum = 0.0
        for index in x.indices {
          let t = Double(x[index]) / Double(alpha)
          let isInside = t <= 1 && t >= (isSigned ? -1 : 0)
          let factor: Double
          if isInside {
            let level = levels(spec).min { abs($0 - abs(t)) < abs($1 - abs(t)) }!
            factor = (t < 0 ? -level : level) - t
          } else {
            factor = t > 0 ? 1 : isSigned ? -1 : 0
          }
          sum += Double(g[index]) * factor
          #expect(found.dx[index] == (isInside ? g[index] : 0), "\(spec) \(x[index])")
        }
        #expect(abs(Double(found.parameters[0]) - sum) <= 2e-6 * Double(count), "\(spec)")
      }
    }
  }

  @Test("vector and scalar kernels agree, the forward bit for bit", arguments: 1...8)
  func kernels(bits: Int) {
    let largest = Float(mq_apot_levels(Int32(bits))[(1 << bits) - 1])
    for lowest in [-largest, 0] {
      let constants: [Float] = [largest / 3, 3 / largest, lowest, largest, Float(bits), 0, 0, 0]
      for count in [0, 1, 7, 8, 9, 31, 1000] {
        var x = samples(count, seed: 11)
        if count > 9 { x[3...7] = [.infinity, -.infinity, 0.75, -0.0, 3] }
        let g = samples(count, seed: 12)
        var (fast, slow) = (x, x)
        mq_f32_apot_quant_forward(x, &fast, count, constants)
        mq_f32_apot_quant_forward_scalar(x, &slow, count, constants)
        #expect(fast.map(\.bitPattern) == slow.map(\.bitPattern))
        var fastSums: [Double] = [1, 2, 3, 4]
        var slowSums: [Double] = [1, 2, 3, 4]
        mq_f32_apot_quant_backward(x, g, &fast, count, constants, &fastSums)
        mq_f32_apot_quant_backward_scalar(x, g, &slow, count, constants, &slowSums)
        #expect(fast == slow)
        for (a, b) in zip(fastSums, slowSums) { #expect(abs(a - b) <= 1e-5 * max(1000, abs(b))) }
      }
    }
  }

  @Test("infinities are clamped, NaN stays visible, thresholds stay positive")
  func special() throws {
    for spec in Self.specs {
      let apot = try RuleHarness("apot", spec)
      for count in [4, 16] {
        var x = Array(repeating: Float(0), count: count)
        x[..<3] = [.infinity, -.infinity, .nan]
        let y = apot.forward(x, [2])
        #expect(y[0] == 2 && y[1] == (spec.sign == .signed ? -2 : 0) && y[2].isNaN, "\(spec)")
        #expect(y[3] == 0)
        let backward = apot.backward(x, x.map { _ in 1 }, [2])
        #expect(Array(backward.dx[..<4]) == [0, 0, 0, 1], "\(spec)")
        #expect(backward.parameters == [spec.sign == .signed ? 0 : 1], "\(spec)")
      }
      #expect(apot.forward([], [6]) == [])
      func projected(_ alpha: Float) -> Float {
        apot.rule.projected(.padded([alpha]), for: apot.quantizer)[0]
      }
      #expect(projected(-2) == 2 && projected(0) == 1e-5 && projected(.nan).isNaN)
    }
  }

  @Test("weights are standardized and start at 3, activations at 6")
  func sites() throws {
    let weight = try RuleHarness("apot", QuantSpec(bits: 4), site: .weight)
    #expect(weight.rule.weightTransform(for: weight.quantizer) == .standardize)
    #expect(weight.initial(x) == [3])
    let activation = try RuleHarness("apot", QuantSpec(bits: 4, sign: .unsigned))
    #expect(activation.rule.weightTransform(for: activation.quantizer) == nil)
    #expect(activation.initial(x) == [6])
    #expect(activation.rule.keepsZero(for: activation.quantizer))
    let covering = activation.rule.initialParameters(
      for: activation.quantizer, covering: (-1.3, 2))
    #expect(covering == [2])
  }
}

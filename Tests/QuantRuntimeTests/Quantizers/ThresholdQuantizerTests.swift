import CKernels
import Foundation
import Testing

@testable import QuantRuntime

/// Golden vectors J (QIL, the prototype code released with MQBench under PyTorch 1.8.1) and K (TQT,
/// from its formula), printed with seven decimals; gradients against central differences of the
/// Double formula at frozen rounding.
@Suite("QIL and TQT")
struct ThresholdQuantizerTests {
  let x: [Float] = [-1.3, -0.75, -0.5, -0.2, 0, 0.05, 0.3, 0.62, 0.95, 2.0]
  let g: [Float] = [0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8, 0.9, -1.0]

  private static let specs = UniformQuantizerTests.specs

  private func samples(_ count: Int, seed: UInt64, isUnsigned: Bool) -> [Float] {
    var stream = RandomStream(seed: seed, purpose: .syntheticData)
    return (0..<count).map { _ in
      let value = 2 * stream.normal()
      return isUnsigned ? abs(value) : value
    }
  }

  @Test("J: QIL, weights")
  func qil() throws {
    let qil = try RuleHarness("qil", QuantSpec(bits: 4), site: .weight)
    let numbers = qil.initial(x) + qil.statistics(ObservedValues(x), after: nil)
    #expect(numbers == [1, 1, 2])
    let levels: [Float] = [-5, -3, -2, -1, 0, 0, 1, 2, 3, 7]
    #expect(isClose(qil.forward(x, numbers), levels.map { $0 / 7 }, within: 1e-6))
    let found = qil.backward(x, g, numbers)
    #expect(found.dx == g.indices.map { x[$0] == 0 ? 0 : g[$0] / 2 })
    #expect(isClose(found.parameters, [0.0358569, 0.0544427], within: 1e-6))
  }

  @Test("K: TQT, signed, threshold 0.9")
  func tqt() throws {
    let tqt = try RuleHarness("tqt", QuantSpec(bits: 4), site: .weight)
    let numbers = [log2(Float(0.9))]
    #expect(
      tqt.forward(x, numbers) == [-1, -0.75, -0.5, -0.25, 0, 0, 0.25, 0.625, 0.875, 0.875])
    let found = tqt.backward(x, g, numbers)
    #expect(found.dx == g.indices.map { [0, 8, 9].contains($0) ? 0 : g[$0] })
    #expect(isClose(found.parameters, [-0.1223405], within: 1e-6))
  }

  @Test("TQT rounds halves of activations up, of weights to even")
  func ties() throws {
    let ties: [Float] = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999997, -0.50000006]
    for count in [1, 2] {
      let x = Array(repeating: ties, count: count).flatMap(\.self)
      // Threshold 8: scale 1 at 4 bits.
      let activation = try RuleHarness("tqt", QuantSpec(bits: 4), site: .activation)
      let up = Array(repeating: [-2, -1, 0, 1, 2, 3, 0, -1] as [Float], count: count)
      #expect(activation.forward(x, [3]) == up.flatMap(\.self))
      let weight = try RuleHarness("tqt", QuantSpec(bits: 4), site: .weight)
      let even = Array(repeating: [-2, -2, 0, 0, 2, 2, 0, -1] as [Float], count: count)
      #expect(weight.forward(x, [3]) == even.flatMap(\.self))
    }
  }

  @Test("the first threshold of TQT covers the tensor, projection keeps it in bounds")
  func thresholds() throws {
    for spec in Self.specs {
      let tqt = try RuleHarness("tqt", spec)
      let scale = tqt.rule.constants(
        for: tqt.quantizer, numbers: .padded(tqt.initial(x)), count: 10)[0]
      #expect(log2(scale) == log2(scale).rounded(), "\(spec)")
      #expect(scale * Float(1 << (spec.sign == .unsigned ? spec.bits : spec.bits - 1)) == 2)
      let (rule, quantizer) = (tqt.rule, tqt.quantizer)
      #expect(rule.projected(.padded([500]), for: quantizer)[0] == 100)
      #expect(rule.projected(.padded([-500]), for: quantizer)[0] == -100)
      #expect(rule.projected(.padded([.nan]), for: quantizer)[0].isNaN)
    }
  }

  @Test("QIL keeps C and D positive and at most half the largest magnitude")
  func projection() throws {
    let qil = try RuleHarness("qil", QuantSpec(bits: 4))
    func projected(_ numbers: [Float]) -> FakeQuantNumbers {
      qil.rule.projected(.padded(numbers), for: qil.quantizer)
    }
    #expect(projected([-0.5, 3, 2]) == .padded([0.5, 1, 2]))
    #expect(projected([0, 0, 2])[1] == AffineMap.smallestScale)
    #expect(projected([.nan, 1, 2])[0].isNaN)
    let zeros = qil.initial([0, 0])
    #expect(qil.forward([0, 0], zeros + [0]) == [0, 0])
    #expect(qil.rule.keepsZero(for: qil.quantizer))
    let unsigned = try RuleHarness("qil", QuantSpec(bits: 4, sign: .unsigned))
    #expect(!unsigned.rule.keepsZero(for: unsigned.quantizer))
    #expect(isClose(unsigned.forward([0], [0.5, 1, 2]), [4.0 / 15], within: 1e-6))
  }

  @Test("gradients agree with central differences at frozen rounding", arguments: ["qil", "tqt"])
  func gradients(name: String) throws {
    for spec in Self.specs {
      for count in [1, 9, 250] {
        let harness = try RuleHarness(name, spec)
        let x = samples(count, seed: 5, isUnsigned: spec.sign == .unsigned)
        let g = samples(count, seed: 6, isUnsigned: false)
        let numbers: [Float] = name == "qil" ? [1.1, 0.83, 6] : [0.7]
        let found = harness.backward(x, g, numbers)
        let truth = name == "qil" ? qilGradient(spec, x, g) : tqtGradient(spec, x, g)
        for (index, value) in found.parameters.enumerated() {
          let tolerance = 2e-5 * (Double(count) + abs(truth[index]))
          #expect(abs(Double(value) - truth[index]) <= tolerance, "\(spec) \(count) \(index)")
        }
      }
    }
  }

  private func qilGradient(_ spec: QuantSpec, _ x: [Float], _ g: [Float]) -> [Double] {
    let isUnsigned = spec.sign == .unsigned
    func loss(_ c: Double, _ d: Double) -> Double {
      zip(x, g).reduce(0) { sum, pair in
        let size = isUnsigned ? Double(pair.0) : abs(Double(pair.0))
        let sign: Double = isUnsigned ? 1 : pair.0 > 0 ? 1 : pair.0 < 0 ? -1 : 0
        return sum + Double(pair.1) * sign * min(1, max(0, (size - c) / (2 * d) + 0.5))
      }
    }
    let (c, d) = (Double(Float(1.1)), Double(Float(0.83)))
    let step = 1e-7
    let highest = Double(IntegerGrid(spec).highest)
    let scale = (Double(x.count) * highest).squareRoot()
    return [
      (loss(c + step, d) - loss(c - step, d)) / (2 * step) / scale,
      (loss(c, d + step) - loss(c, d - step)) / (2 * step) / scale,
    ]
  }

  /// The ceiling counts as the identity, the residual round(u) - u as a constant.
  private func tqtGradient(_ spec: QuantSpec, _ x: [Float], _ g: [Float]) -> [Double] {
    let grid = IntegerGrid(spec)
    let steps = Double(1 << (spec.sign == .unsigned ? spec.bits : spec.bits - 1))
    let frozen = 2 / steps
    func loss(_ logarithm: Double) -> Double {
      let scale = exp2(logarithm) / steps
      return zip(x, g).reduce(0) { sum, pair in
        let u = Double(pair.0) / frozen
        let q = u.rounded(.toNearestOrEven)
        let level =
          q < Double(grid.lowest)
          ? Double(grid.lowest)
          : q > Double(grid.highest) ? Double(grid.highest) : Double(pair.0) / scale + (q - u)
        return sum + Double(pair.1) * level * scale
      }
    }
    let step = 1e-6
    return [(loss(1 + step) - loss(1 - step)) / (2 * step)]
  }

  typealias Kernels = (
    forward: mq_fake_quant_forward, slowForward: mq_fake_quant_forward,
    backward: mq_fake_quant_backward, slowBackward: mq_fake_quant_backward, constants: [Float]
  )

  @Test("vector and scalar kernels agree, the forward bit for bit")
  func kernels() {
    let kernels: [Kernels] = [
      (
        mq_f32_half_up_quant_forward, mq_f32_half_up_quant_forward_scalar,
        mq_f32_half_up_quant_backward, mq_f32_half_up_quant_backward_scalar,
        [0.25, 4, 0, -8, 7, 0, 0, 0]
      ),
      (
        mq_f32_interval_quant_forward, mq_f32_interval_quant_forward_scalar,
        mq_f32_interval_quant_backward, mq_f32_interval_quant_backward_scalar,
        [0.6, -0.16, 7, 1.1, 0, 0, 0, 0]
      ),
      (
        mq_f32_unsigned_interval_quant_forward, mq_f32_unsigned_interval_quant_forward_scalar,
        mq_f32_unsigned_interval_quant_backward, mq_f32_unsigned_interval_quant_backward_scalar,
        [0.6, -0.16, 15, 1.1, 0, 0, 0, 0]
      ),
    ]
    for kernel in kernels {
      for count in [0, 1, 7, 8, 9, 31, 1000] {
        var x = samples(count, seed: 11, isUnsigned: false)
        if count > 9 { x[3...6] = [.infinity, -.infinity, 0.125, -0.0] }
        let g = samples(count, seed: 12, isUnsigned: false)
        var (fast, slow) = (x, x)
        kernel.forward(x, &fast, count, kernel.constants)
        kernel.slowForward(x, &slow, count, kernel.constants)
        #expect(fast.map(\.bitPattern) == slow.map(\.bitPattern))
        var fastSums: [Double] = [1, 2, 3, 4]
        var slowSums: [Double] = [1, 2, 3, 4]
        if count > 9 { x[3...4] = [1, -1] }
        kernel.backward(x, g, &fast, count, kernel.constants, &fastSums)
        kernel.slowBackward(x, g, &slow, count, kernel.constants, &slowSums)
        #expect(fast == slow)
        for (a, b) in zip(fastSums, slowSums) { #expect(abs(a - b) <= 1e-4 * max(1, abs(b))) }
      }
    }
  }

  @Test("infinities are clamped and NaN stays visible", arguments: ["qil", "tqt"])
  func nonFinite(name: String) throws {
    for spec in Self.specs {
      let harness = try RuleHarness(name, spec)
      let numbers = harness.initial(x) + [2]
      for count in [3, 16] {
        var x = Array(repeating: Float(0), count: count)
        x[..<3] = [.infinity, -.infinity, .nan]
        let y = harness.forward(x, name == "qil" ? numbers : [numbers[0]])
        #expect(y[0].isFinite && y[1].isFinite && y[2].isNaN, "\(spec)")
        let dx = harness.backward(x, x.map { _ in 1 }, name == "qil" ? numbers : [numbers[0]]).dx
        #expect(Array(dx[..<3]) == [0, 0, 0], "\(spec)")
      }
      #expect(harness.initial([]).allSatisfy { $0.isFinite })
      #expect(harness.initial([0]).allSatisfy { $0.isFinite })
    }
  }
}

import CKernels
import Foundation
import Testing

@testable import QuantRuntime

/// The algorithms whose forward pass is the affine map.
private let uniformNames = QuantizerCatalog.all.filter { $0.rule is any AffineRule }.map(\.name)

@Suite("Uniform quantizers")
struct UniformQuantizerTests {
  static let specs: [QuantSpec] = IntegerGrid.bitRange.flatMap { bits in
    [QuantSpec.Sign.signed, .unsigned].flatMap { sign in
      QuantSpec.Symmetry.allCases.flatMap { symmetry in
        QuantSpec.Granularity.allCases.flatMap { granularity in
          QuantSpec.ScaleForm.allCases.map { form in
            QuantSpec(
              bits: bits, sign: sign, symmetry: symmetry, granularity: granularity, scaleForm: form)
          }
        }
      }
    }
  }

  private func samples(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, purpose: .syntheticData)
    return (0..<count).map { _ in 2 * stream.normal() }
  }

  private func parameters(_ spec: QuantSpec) -> [Float] {
    spec.symmetry == .asymmetric ? [0.17, spec.sign == .unsigned ? 1.4 : -1.4] : [0.17]
  }

  @Test(
    "outputs are levels, monotone, at most half a step off, and unchanged by a second pass",
    arguments: uniformNames)
  func properties(name: String) throws {
    for spec in Self.specs {
      let harness = try RuleHarness(name, spec)
      let parameters = parameters(spec)
      let map = AffineMap(.padded(parameters), for: spec)
      let grid = IntegerGrid(spec)
      let x = samples(203, seed: 5).sorted()
      let y = harness.forward(x, parameters)
      let levels = Set((grid.lowest...grid.highest).map { (Float($0) - map.zeroPoint) * map.scale })
      #expect(y.allSatisfy { levels.contains($0) }, "\(spec)")
      #expect(zip(y, y.dropFirst()).allSatisfy { $0 <= $1 }, "\(spec)")
      #expect(harness.forward(y, parameters) == y, "\(spec)")
      let lowest = levels.min()!
      let highest = levels.max()!
      for (x, y) in zip(x, y) {
        let error = abs(max(lowest, min(highest, x)) - y)
        #expect(error <= map.scale * 0.5001, "\(spec)")
      }
    }
  }

  @Test("equal channels quantize alike per tensor and per channel")
  func equalChannels() throws {
    let row = samples(50, seed: 8)
    for name in uniformNames {
      for spec in Self.specs where spec.granularity == .tensor {
        var channelSpec = spec
        channelSpec.granularity = .channel
        let tensor = try RuleHarness(name, spec)
        let channel = try RuleHarness(name, channelSpec)
        let whole = tensor.initial(row + row + row)
        let each = channel.initial(row)
        #expect(isClose(whole, each, within: 1e-6), "\(spec)")
        let y = channel.forward(row, whole)
        #expect(tensor.forward(row + row + row, whole) == y + y + y, "\(spec)")
      }
    }
  }

  @Test("vector and scalar kernels agree, the forward bit for bit")
  func kernels() {
    for count in [0, 1, 7, 8, 9, 31, 1000] {
      var x = samples(count, seed: 11)
      if count > 9 { x[3...6] = [.infinity, -.infinity, 0.075, -0.0] }
      let g = samples(count, seed: 12)
      let constants: [Float] = [0.15, 1 / 0.15, -3, -8, 7, 0, 0, 0]
      var fast = x
      var slow = x
      mq_f32_uniform_quant_forward(x, &fast, count, constants)
      mq_f32_uniform_quant_forward_scalar(x, &slow, count, constants)
      #expect(fast.map(\.bitPattern) == slow.map(\.bitPattern))
      let formula = x.map { x -> Float in
        let q = (x * (1 / Float(0.15))).rounded(.toNearestOrEven) + -3
        return (max(-8, min(7, q)) - -3) * Float(0.15)
      }
      #expect(fast == formula)
      var fastSums: [Double] = [1, 2, 3, 4]
      var slowSums: [Double] = [1, 2, 3, 4]
      mq_f32_uniform_quant_backward(x, g, &fast, count, constants, &fastSums)
      mq_f32_uniform_quant_backward_scalar(x, g, &slow, count, constants, &slowSums)
      #expect(fast == slow)
      for (a, b) in zip(fastSums, slowSums) { #expect(abs(a - b) <= 1e-5 * max(1, abs(b))) }
    }
  }

  @Test("infinities are clamped and NaN stays visible", arguments: uniformNames)
  func nonFinite(name: String) throws {
    let harness = try RuleHarness(name, QuantSpec(bits: 4))
    for count in [3, 16] {
      var x = Array(repeating: Float(0), count: count)
      x[0] = .infinity
      x[1] = -.infinity
      x[2] = .nan
      let y = harness.forward(x, [0.5])
      #expect(y[0] == 3.5 && y[1] == -4 && y[2].isNaN)
      let dx = harness.backward(x, x.map { _ in 1 }, [0.5]).dx
      #expect(Array(dx[..<3]) == [0, 0, 0])
    }
    #expect(harness.rule.projected(.padded([.nan]), for: harness.quantizer)[0].isNaN)
    let inf = QuantSpec(bits: 4, symmetry: .asymmetric, scaleForm: .powerOfTwo)
      .map(covering: (-.infinity, .nan))
    #expect(!inf.scale.isFinite)
  }

  @Test("all zeros, one element and nothing give finite first values")
  func degenerate() throws {
    for name in uniformNames {
      for spec in Self.specs {
        let harness = try RuleHarness(name, spec)
        for x: [Float] in [[], [0], [0, 0, 0]] {
          let first = harness.initial(x)
          #expect(first.count == harness.rule.parameterNames(for: harness.quantizer).count)
          #expect(first[0] == AffineMap.smallestScale, "\(spec)")
          #expect(harness.forward(x, first) == x)
        }
        let one = harness.initial([-3])
        #expect(one.allSatisfy(\.isFinite) && one[0] > 0, "\(spec)")
      }
    }
  }

  @Test("projection keeps scales positive and zero points on the grid")
  func projection() throws {
    let spec = QuantSpec(bits: 4, symmetry: .asymmetric)
    for name in uniformNames {
      let harness = try RuleHarness(name, spec)
      let (rule, quantizer) = (harness.rule, harness.quantizer)
      #expect(rule.projected(.padded([-0.5, -9.5]), for: quantizer) == .padded([0.5, -8]))
      #expect(
        rule.projected(.padded([0, 3.25]), for: quantizer)
          == .padded([AffineMap.smallestScale, 3.25]))
    }
  }

  @Test("static_uniform passes no gradient to its numbers")
  func staticGradient() throws {
    let harness = try RuleHarness("static_uniform", QuantSpec(bits: 4, symmetry: .asymmetric))
    let x = samples(64, seed: 3)
    #expect(harness.backward(x, x, [0.2, 1]).parameters == [0, 0])
    #expect(isClose(harness.initial([-1.3, 2]), [0.22, -2], within: 1e-6))
  }

  @Test("the catalog lists the algorithms of the folder")
  func completeness() throws {
    let files = try FileManager.default
      .contentsOfDirectory(atPath: sourceFolder("Quantizers/Algorithms"))
      .filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(6)) }
    #expect(Set(files) == Set(QuantizerCatalog.all.map(\.type)))
    #expect(Set(QuantizerCatalog.names).count == QuantizerCatalog.all.count)
    #expect(throws: QuantizeError.unknownQuantizer(name: "lsqq", known: QuantizerCatalog.names)) {
      try QuantizerCatalog.algorithm("lsqq")
    }
  }
}

import CKernels
import Testing

@testable import QuantRuntime

/// Gradients against central differences of the Double formula, the residual round(u) - u held.
@Suite("LSQ+")
struct LSQPlusTests {
  let x: [Float] = [-1.3, -0.75, -0.5, -0.2, 0, 0.05, 0.3, 0.62, 0.95, 2.0]

  private func samples(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, purpose: .syntheticData)
    return (0..<count).map { _ in 2 * stream.normal() }
  }

  private func numbers(_ harness: RuleHarness) -> [Float] {
    Array([0.2113, 0.37].prefix(harness.rule.parameterNames(for: harness.quantizer).count))
  }

  @Test("weights start from three deviations, activations from their range")
  func firstValues() throws {
    // Mean 0.117, unbiased deviation 0.9300544: clip-std's range of 2.6 of them is -2.3011413 to
    // 2.5351415.
    let weight = try RuleHarness("lsq_plus", QuantSpec(bits: 4), site: .weight)
    #expect(isClose(weight.initial(x), [(0.117 + 3 * 0.93005438) / 8], within: 1e-6))
    let asymmetric = try RuleHarness("lsq_plus", QuantSpec(bits: 4, symmetry: .asymmetric))
    #expect(isClose(asymmetric.initial(x), [0.22, 0.46], within: 1e-6))
    let y = asymmetric.forward([-1.3, 2], asymmetric.initial(x))
    #expect(isClose(y, [-1.3, 2], within: 1e-6))
    let symmetric = try RuleHarness("lsq_plus", QuantSpec(bits: 4))
    #expect(isClose(symmetric.initial(x), [2 / 7.5], within: 1e-6))
    let covering = asymmetric.rule.initialParameters(for: asymmetric.quantizer, covering: (1, 4))
    #expect(isClose(try #require(covering), [0.2, 2.6], within: 1e-6))
  }

  @Test("only asymmetric activations have an offset, and move zero")
  func offsets() throws {
    for spec in UniformQuantizerTests.specs {
      for site in [FakeQuant.Site.weight, .activation] {
        let harness = try RuleHarness("lsq_plus", spec, site: site)
        let hasOffset = site == .activation && spec.symmetry == .asymmetric
        let names = harness.rule.parameterNames(for: harness.quantizer)
        #expect(names == (hasOffset ? ["scale", "offset"] : ["scale"]))
        #expect(harness.rule.keepsZero(for: harness.quantizer) == !hasOffset)
        if !hasOffset { #expect(harness.forward([0], [0.3]) == [0]) }
      }
    }
  }

  @Test("outputs are levels, monotone and unchanged by a second pass")
  func properties() throws {
    for spec in UniformQuantizerTests.specs {
      let harness = try RuleHarness("lsq_plus", spec)
      let numbers = numbers(harness)
      let y = harness.forward(samples(203, seed: 5).sorted(), numbers)
      #expect(zip(y, y.dropFirst()).allSatisfy { $0 <= $1 }, "\(spec)")
      #expect(Set(y).count <= 1 << spec.bits, "\(spec)")
      #expect(isClose(harness.forward(y, numbers), y, within: 1e-6), "\(spec)")
    }
  }

  @Test("scale and offset agree with central differences at frozen rounding")
  func gradients() throws {
    for spec in UniformQuantizerTests.specs {
      for count in [1, 9, 250] {
        let harness = try RuleHarness("lsq_plus", spec)
        let (x, g) = (samples(count, seed: 5), samples(count, seed: 6))
        let numbers = numbers(harness)
        let found = harness.backward(x, g, numbers).parameters
        let scale = Double(spec.effectiveScale(numbers[0]))
        let offset = numbers.count > 1 ? Double(numbers[1]) : 0
        func loss(_ ds: Double, _ db: Double) -> Double {
          // A power-of-two scale follows its parameter by s' / s.
          let moved = scale * (1 + ds / Double(numbers[0]))
          return zip(x, g).reduce(0) { sum, pair in
            let grid = IntegerGrid(spec)
            let u0 = (Double(pair.0) - offset) / scale
            let b = offset + db
            let residual = u0.rounded(.toNearestOrEven) - u0
            let level =
              u0 < Double(grid.lowest)
              ? Double(grid.lowest)
              : u0 > Double(grid.highest)
                ? Double(grid.highest) : (Double(pair.0) - b) / moved + residual
            return sum + Double(pair.1) * (level * moved + b)
          }
        }
        let (step, factor) = (1e-6, (Double(count * IntegerGrid(spec).highest)).squareRoot())
        let truth = [
          (loss(step, 0) - loss(-step, 0)) / (2 * step),
          (loss(0, step) - loss(0, -step)) / (2 * step),
        ]
        for (index, value) in found.enumerated() {
          let tolerance = 2e-5 * (Double(count) + abs(truth[index]))
          #expect(abs(Double(value) * factor - truth[index]) <= tolerance, "\(spec) \(index)")
        }
      }
    }
  }

  @Test("vector and scalar kernels agree, the forward bit for bit")
  func kernels() {
    let constants: [Float] = [0.15, 1 / 0.15, 0.4, -8, 7, 0, 0, 0]
    for count in [0, 1, 7, 8, 9, 31, 1000] {
      var x = samples(count, seed: 11)
      if count > 9 { x[3...6] = [.infinity, -.infinity, 0.475, -0.0] }
      let g = samples(count, seed: 12)
      var (fast, slow) = (x, x)
      mq_f32_offset_quant_forward(x, &fast, count, constants)
      mq_f32_offset_quant_forward_scalar(x, &slow, count, constants)
      #expect(fast.map(\.bitPattern) == slow.map(\.bitPattern))
      var fastSums: [Double] = [1, 2, 3, 4]
      var slowSums: [Double] = [1, 2, 3, 4]
      mq_f32_offset_quant_backward(x, g, &fast, count, constants, &fastSums)
      mq_f32_offset_quant_backward_scalar(x, g, &slow, count, constants, &slowSums)
      #expect(fast == slow)
      for (a, b) in zip(fastSums, slowSums) { #expect(abs(a - b) <= 1e-5 * max(1, abs(b))) }
    }
  }

  @Test("infinities are clamped, NaN stays visible, equal values and nothing give finite numbers")
  func special() throws {
    for spec in UniformQuantizerTests.specs {
      let harness = try RuleHarness("lsq_plus", spec)
      for count in [3, 16] {
        var x = Array(repeating: Float(0), count: count)
        x[..<3] = [.infinity, -.infinity, .nan]
        let y = harness.forward(x, numbers(harness))
        #expect(y[0].isFinite && y[1].isFinite && y[2].isNaN, "\(spec)")
        let dx = harness.backward(x, x.map { _ in 1 }, numbers(harness)).dx
        #expect(Array(dx[..<3]) == [0, 0, 0], "\(spec)")
      }
      for x: [Float] in [[], [0], [0, 0, 0], [-3], [3, 3, 3]] {
        let first = harness.initial(x)
        #expect(first.allSatisfy(\.isFinite) && first[0] > 0, "\(spec)")
        #expect(harness.forward(x, first).allSatisfy { $0.isFinite }, "\(spec)")
        if x.allSatisfy({ $0 == 0 }) { #expect(harness.forward(x, first) == x, "\(spec)") }
      }
      let projected = harness.rule.projected(.padded([-0.5, -9]), for: harness.quantizer)
      #expect(projected == .padded([0.5, -9]))
      #expect(harness.rule.projected(.padded([.nan]), for: harness.quantizer)[0].isNaN)
    }
  }

  @Test("integer hardware takes weights and symmetric activations alone")
  func legality() throws {
    let algorithm = try QuantizerCatalog.algorithm("lsq_plus")
    for profile in HardwareCatalog.all {
      let fold = try FoldingCatalog.strategy(profile.defaultFold)
      let isAsymmetric = profile.form(of: .activation).symmetry == .asymmetric
      let activations = Legality(algorithm, at: .activation, on: profile, fold: fold)
      #expect((activations == .allowed) == !(profile.integerArithmetic && isAsymmetric))
      #expect(Legality(algorithm, at: .weight, on: profile, fold: fold) == .allowed)
    }
  }

  @Test("offsets train on a simulated asymmetric backend")
  func training() throws {
    var profile = try HardwareCatalog.profile("academic")
    profile.activations.symmetry = .asymmetric
    let data = try TrainingFixture.data()
    let choice = QuantizerChoice("lsq_plus", bits: 4)
    let model = try quantize(
      TrainingFixture.model(data),
      QuantizeConfiguration(profile: profile, weights: choice, activations: choice))
    var fixture = TrainingFixture()
    fixture.length = .steps(40)
    let outcome = try fixture.train(model, data)
    #expect(outcome.model.state.values.allSatisfy { $0.values.allSatisfy { $0.isFinite } })
    let offsets = outcome.model.state.filter { $0.key.hasSuffix(".offset") }
    #expect(!offsets.isEmpty)
    #expect(offsets.contains { $0.value.values.contains { $0 != 0 && $0 != 1 } })
    let losses = outcome.history.epochs.map(\.loss)
    #expect(losses.last ?? .infinity < losses.first ?? 0, "\(losses)")
  }
}

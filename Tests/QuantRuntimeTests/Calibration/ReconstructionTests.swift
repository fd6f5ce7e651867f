import CKernels
import Foundation
import Testing

@testable import QuantRuntime

@Suite("Reconstruction")
struct ReconstructionTests {
  @Test("residual blocks are units, other layers chains of up to three")
  func blocks() throws {
    let graph = try ModelCatalog.make("mobilenet_v2", input: [3, 32, 32], classes: 10, seed: 1)
      .foldedForInference().graph
    let units = try graph.reconstructionUnits(.blocks)
    let layers = try graph.reconstructionUnits(.layers)
    #expect(layers.count == 53)
    #expect(units.flatMap(\.layers) == layers.flatMap(\.layers))
    #expect(units.count { $0.kind == .residual } == 10)
    #expect(units.allSatisfy { $0.layers.count <= 3 })
    // Every unit begins where the one before it ends.
    for (unit, next) in zip(units, units.dropFirst()) { #expect(unit.output == next.input) }
  }

  @Test("soft rounding and its gradient, against double", arguments: [0.0, 0.01])
  func kernel(regularization: Double) {
    var random = RandomStream(seed: 3, purpose: .syntheticData)
    let count = 1003
    let f = (0..<count).map { _ in Float(random.below(20) - 10) }
    let v = (0..<count).map { _ in random.uniform(-5, 5) }
    let g = (0..<count).map { _ in random.uniform(-1, 1) }
    let constants: [Float] = [0.1, 1, -8, 7]
    let beta = 7.3
    var y = [Float](repeating: 0, count: count)
    var dv = y
    mq_f32_soft_rounding(f, v, &y, count, constants)
    mq_f32_soft_rounding_backward(
      f, v, g, &dv, count, constants, Float(regularization), Float(beta))
    for i in 0..<count {
      let p = 1 / (1 + exp(-Double(v[i])))
      let raw = 1.2 * p - 0.1
      let h = min(max(raw, 0), 1)
      let code = Double(f[i]) + h + 1
      #expect(abs(Double(y[i]) - 0.1 * (min(max(code, -8), 7) - 1)) < 1e-6)
      // At the bends either side is right.
      guard abs(raw) > 1e-6, abs(raw - 1) > 1e-6, abs(code + 8) > 1e-5, abs(code - 7) > 1e-5 else {
        continue
      }
      let t = 2 * h - 1
      var slope = code >= -8 && code <= 7 ? Double(g[i]) * 0.1 : 0
      slope += regularization * -2 * beta * pow(abs(t), beta - 1) * (t < 0 ? -1 : 1)
      let expected = raw > 0 && raw < 1 ? slope * 1.2 * p * (1 - p) : 0
      #expect(abs(Double(dv[i]) - expected) < 1e-6)
    }
  }

  @Test("before training the soft weight is the weight, and rounds to the nearest level")
  func start() throws {
    try ComputeThread.run {
      var random = RandomStream(seed: 5, purpose: .syntheticData)
      let weight = Tensor([4, 3], values: (0..<12).map { _ in random.uniform(-0.6, 0.6) })
      let maps = [0.1, 0.2, 0.15, 0.12].map { AffineMap(scale: $0) }
      let grid = IntegerGrid(QuantSpec(bits: 4))
      let rounding = try SoftRounding(layer: "layer", weight: weight, maps: maps, grid: grid)
      var soft = [Float](repeating: 0, count: 12)
      soft.withUnsafeMutableBufferPointer { rounding.write(to: $0) }
      for (a, b) in zip(soft, weight.values) { #expect(abs(a - b) < 1e-5) }
      let rounded = rounding.rounded([4, 3])
      for (index, value) in rounded.values.enumerated() {
        let scale = maps[index / 3].scale
        #expect(
          abs(value / scale - (weight.values[index] / scale).rounded(.toNearestOrEven)) < 1e-4)
      }
      #expect(rounding.moved == 0)
    }
  }

  @Test("the exponent of the regularizer falls from 20 to 2 after the warm-up")
  func beta() {
    let configuration = ReconstructionConfiguration(
      method: ReconstructionCatalog.all[0], images: 1, steps: 100, seed: 1)
    #expect(configuration.beta(at: 19) == nil)
    #expect(configuration.beta(at: 20) == 20)
    #expect(abs((configuration.beta(at: 60) ?? 0) - 11) < 1e-9)
    #expect((configuration.beta(at: 99) ?? 0) < 2.3)
  }

  @Test("every method lowers the error of its units, the same way each time", arguments: 0..<3)
  func methods(index: Int) throws {
    let data = try TrainingFixture.data()
    let start = try CalibratorTests.calibrated(
      "tensorrt", data, activations: "mse", bits: 3)
    var configuration = ReconstructionConfiguration(
      method: ReconstructionCatalog.all[index], images: 32, steps: 60, batch: 8, rate: 1e-2,
      seed: 2)
    configuration.scaleRate = 1e-3
    func run() throws -> (Model, [Reconstruction.UnitOutcome]) {
      var outcomes: [Reconstruction.UnitOutcome] = []
      let model = try Reconstruction(
        configuration, rules: QuantizerCatalog.rules, interruption: Interruption()
      ).reconstruct(start, on: data) { event in
        if case .unit(let outcome, _) = event { outcomes.append(outcome) }
      }
      return (model, outcomes)
    }
    let (model, outcomes) = try run()
    let better = outcomes.count { $0.after < $0.before }
    #expect(better * 4 >= outcomes.count * 3, "\(outcomes.map { ($0.before, $0.after) })")
    #expect(outcomes.contains { $0.moved > 0 })
    #expect(try run().0 == model)
    // Weights lie on the grid: quantizing them again changes nothing.
    let weight = try #require(model.quantizers().first { $0.site == .weight })
    let layer = weight.name.replacing("_quantizer", with: "")
    let tensor = try #require(model.state[layer])
    let size = tensor.count / tensor.shape[0]
    for (place, value) in tensor.values.enumerated() {
      let code = value / weight.maps[place / size].scale
      #expect(abs(code - code.rounded()) < 1e-3 && abs(code) < 129)
    }
  }
}

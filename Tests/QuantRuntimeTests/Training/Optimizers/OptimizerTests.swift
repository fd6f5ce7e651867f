import Foundation
import Testing

@testable import QuantRuntime

/// `Tests/Vectors/optimizers.json`, made by torch.optim in float64.
private struct OptimizerVectors: Decodable {
  struct Case: Decodable {
    let name: String
    let start: [Float]
    let gradients: [[Float]]
    let rates: [Double]
    /// The tensor after each step.
    let after: [[Double]]
  }
  let cases: [Case]
}

/// A tensor to train, with memory of its own.
private final class TestTensor {
  let trainable: Trainable

  init(_ name: String, _ role: StateEntry.Role, _ values: [Float]) {
    let value = UnsafeMutableBufferPointer<Float>.allocate(capacity: values.count)
    _ = value.initialize(from: values)
    let gradient = UnsafeMutableBufferPointer<Float>.allocate(capacity: values.count)
    gradient.initialize(repeating: 0)
    trainable = Trainable(
      entry: StateEntry(name, [values.count], role), value: value, gradient: gradient)
  }

  deinit {
    trainable.value.deallocate()
    trainable.gradient.deallocate()
  }

  var values: [Float] { Array(trainable.value) }
}

@Suite("Optimizers")
struct OptimizerTests {
  /// Float32 against float64 over a few steps of numbers around 1.
  private static let tolerance = 2e-6

  /// In the order of the file.
  private static let optimizers: [any Optimizer] = [
    SGD(momentum: 0.9, nesterov: false, weightDecay: 0.01),
    SGD(momentum: 0.9, nesterov: true, weightDecay: 1e-4),
    SGD(momentum: 0, nesterov: false, weightDecay: 0),
    Adam(),
    Adam(beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1),
    Adam(weightDecay: 0.1, isDecoupled: true),
  ]

  private func numbers(_ count: Int, lane: Int) -> [Float] {
    var random = RandomStream(seed: 2, purpose: .syntheticData, lane: UInt64(lane))
    return (0..<count).map { _ in random.normal() }
  }

  private func vectors() throws -> OptimizerVectors {
    try storedVector("optimizers.json")
  }

  @Test("several steps are those of torch.optim", arguments: optimizers.indices)
  func vector(index: Int) throws {
    let expected = try vectors().cases[index]
    let tensor = TestTensor("w", .weight, expected.start)
    let state = OptimizerState(AnyOptimizer(Self.optimizers[index]), of: [tensor.trainable])
    for (step, rate) in expected.rates.enumerated() {
      _ = tensor.trainable.gradient.update(fromContentsOf: expected.gradients[step])
      state.apply(to: [tensor.trainable], rate: rate)
      let worst = zip(tensor.values, expected.after[step]).map { abs(Double($0) - $1) }.max()
      #expect(worst ?? 1 < Self.tolerance, "\(expected.name), step \(step + 1)")
    }
  }

  @Test("long arrays follow the formula in Double, wherever threads split them")
  func longArrays() {
    let start = numbers(40_001, lane: 0)
    let (sgd, adam) = (TestTensor("a", .weight, start), TestTensor("b", .weight, start))
    let states = [
      OptimizerState(AnyOptimizer(SGD(weightDecay: 0.01)), of: [sgd.trainable]),
      OptimizerState(AnyOptimizer(Adam(weightDecay: 0.01)), of: [adam.trainable]),
    ]
    var (x, y) = (start.map { Double($0) }, start.map { Double($0) })
    var (velocity, first, second) = (x.map { _ in 0.0 }, x.map { _ in 0.0 }, x.map { _ in 0.0 })
    for step in 1...3 {
      let gradient = numbers(start.count, lane: step)
      for (tensor, state) in zip([sgd, adam], states) {
        _ = tensor.trainable.gradient.update(fromContentsOf: gradient)
        state.apply(to: [tensor.trainable], rate: 0.01)
      }
      for i in x.indices {
        let d = Double(gradient[i]) + 0.01 * x[i]
        velocity[i] = 0.9 * velocity[i] + d
        x[i] -= 0.01 * (d + 0.9 * velocity[i])
        let e = Double(gradient[i]) + 0.01 * y[i]
        first[i] = 0.9 * first[i] + 0.1 * e
        second[i] = 0.999 * second[i] + 0.001 * e * e
        let (c1, c2) = (1 - pow(0.9, Double(step)), 1 - pow(0.999, Double(step)))
        y[i] -= 0.01 * first[i] / c1 / ((second[i] / c2).squareRoot() + 1e-8)
      }
    }
    for (found, truth) in [(sgd.values, x), (adam.values, y)] {
      let worst = zip(found, truth).map { abs(Double($0) - $1) }.max()
      #expect(worst ?? 1 < Self.tolerance)
    }
    // The same numbers in short arrays, which one thread does alone: no bit differs.
    for (optimizer, whole) in [
      (AnyOptimizer(SGD(weightDecay: 0.01)), sgd), (AnyOptimizer(Adam(weightDecay: 0.01)), adam),
    ] {
      for range in [0..<1, 5..<12, 19_993..<20_006, 39_999..<40_001] {
        let part = TestTensor("part", .weight, Array(start[range]))
        let state = OptimizerState(optimizer, of: [part.trainable])
        for step in 1...3 {
          let gradient = numbers(start.count, lane: step)
          _ = part.trainable.gradient.update(fromContentsOf: gradient[range])
          state.apply(to: [part.trainable], rate: 0.01)
        }
        #expect(part.values == Array(whole.values[range]), "\(optimizer) \(range)")
      }
    }
  }

  @Test("a restored state goes on with the same bits", arguments: optimizers.indices)
  func restoring(index: Int) throws {
    let optimizer = AnyOptimizer(Self.optimizers[index])
    func run(_ state: OptimizerState, _ tensor: TestTensor, _ steps: ClosedRange<Int>) {
      for step in steps {
        _ = tensor.trainable.gradient.update(fromContentsOf: numbers(33, lane: step))
        state.apply(to: [tensor.trainable], rate: 0.1)
      }
    }
    let whole = TestTensor("w", .weight, numbers(33, lane: 0))
    run(OptimizerState(optimizer, of: [whole.trainable]), whole, 1...9)
    let first = TestTensor("w", .weight, numbers(33, lane: 0))
    let state = OptimizerState(optimizer, of: [first.trainable])
    run(state, first, 1...4)
    let second = TestTensor("w", .weight, first.values)
    let restored = OptimizerState(optimizer, of: [second.trainable])
    #expect(restored.restore(state.snapshot(), updates: state.updates))
    run(restored, second, 5...9)
    #expect(second.values == whole.values)
    #expect(!restored.restore([:], updates: 0))
    #expect(restored.updates == 9)
  }

  @Test("groups choose by role and name, and the last one counts")
  func groups() {
    let groups = [
      ParameterGroup(roles: [.normScale, .normShift], weightDecay: 0),
      ParameterGroup(roles: [.quantizer], rateFactor: 0.5, weightDecay: 8e-5),
      ParameterGroup(names: ["layer?.*"], rateFactor: 2),
      ParameterGroup(names: ["fc"], rateFactor: 10, weightDecay: 0.1),
    ]
    func settings(_ name: String, _ role: StateEntry.Role) -> [Double] {
      let found = groups.settings(of: StateEntry(name, [1], role), weightDecay: 1e-4)
      return [found.rateFactor, found.weightDecay]
    }
    #expect(settings("conv1.weight", .weight) == [1, 1e-4])
    #expect(settings("bn1.weight", .normScale) == [1, 0])
    #expect(settings("layer1.0.bn1.bias", .normShift) == [2, 0])
    #expect(settings("layer1.0.conv1.weight_quantizer.scale", .quantizer) == [2, 8e-5])
    #expect(settings("conv1.weight_quantizer.scale", .quantizer) == [0.5, 8e-5])
    #expect(settings("fc.weight", .weight) == [10, 0.1])
    #expect(settings("fc.bias", .bias) == [10, 0.1])
  }

  @Test("a group changes its tensors as another optimizer would")
  func groupUpdates() {
    let start = numbers(7, lane: 0)
    func trained(_ optimizer: SGD, _ groups: [ParameterGroup], rate: Double) -> [[Float]] {
      let tensors = [
        TestTensor("conv.weight", .weight, start), TestTensor("bn.weight", .normScale, start),
      ]
      let trainables = tensors.map(\.trainable)
      let state = OptimizerState(AnyOptimizer(optimizer), groups: groups, of: trainables)
      for step in 1...3 {
        for trainable in trainables {
          _ = trainable.gradient.update(fromContentsOf: numbers(7, lane: step))
        }
        state.apply(to: trainables, rate: rate)
      }
      return tensors.map(\.values)
    }
    let group = ParameterGroup(roles: [.normScale], rateFactor: 0.5, weightDecay: 0)
    let grouped = trained(SGD(weightDecay: 0.1), [group], rate: 0.2)
    #expect(grouped[0] == trained(SGD(weightDecay: 0.1), [], rate: 0.2)[0])
    #expect(grouped[1] == trained(SGD(weightDecay: 0), [], rate: 0.1)[1])
  }

  @Test("the catalog lists every file of the folder")
  func catalog() throws {
    let files = try FileManager.default
      .contentsOfDirectory(atPath: sourceFolder("Training/Optimizers"))
      .filter { !["Optimizer.swift", "OptimizerCatalog.swift"].contains($0) }
    #expect(Set(OptimizerCatalog.all.map { "\($0).swift" }) == Set(files))
    #expect(Set(OptimizerCatalog.all.map { $0.name }).count == OptimizerCatalog.all.count)
  }
}

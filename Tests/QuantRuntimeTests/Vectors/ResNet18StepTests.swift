import Foundation
import Testing

@testable import QuantRuntime

/// `Tests/Vectors/resnet18_step.json`, made by PyTorch in float64.
private struct StepVector: Decodable {
  struct Parameter: Decodable {
    let name: String
    let shape: Shape
    let low: Float
    let high: Float
    let indices: [Int]
    let gradient: [Double]
    // swift-format-ignore: AlwaysUseLowerCamelCase
    let float32_error: Double
  }

  let seed: UInt64
  let batch: Int
  let size: Int
  let classes: Int
  let smoothing: Float
  let loss: Double
  // swift-format-ignore: AlwaysUseLowerCamelCase
  let float32_losses: [String: Double]
  let parameters: [Parameter]
  let statistics: [String: [Double]]
}

@Suite("ResNet-18 against PyTorch")
struct ResNet18StepTests {
  /// Of running statistics: float32 sums of a few thousand numbers against float64.
  private static let statisticsTolerance = 1e-4

  private func vector() throws -> StepVector {
    try storedVector("resnet18_step.json")
  }

  private func uniform(
    _ vector: StepVector, _ purpose: RandomPurpose, lane: Int, _ shape: Shape, _ low: Float,
    _ high: Float
  ) -> Tensor {
    var random = RandomStream(seed: vector.seed, purpose: purpose, lane: UInt64(lane))
    return Tensor(shape, values: (0..<shape.count).map { _ in random.uniform(low, high) })
  }

  private func state(_ vector: StepVector, of model: Model) -> [String: Tensor] {
    var state = model.state
    for (lane, parameter) in vector.parameters.enumerated() {
      state[parameter.name] = uniform(
        vector, .initialization, lane: lane, parameter.shape, parameter.low, parameter.high)
    }
    return state
  }

  @Test("loss, gradients and statistics of a step are as near to float64 as PyTorch's float32")
  func step() throws {
    let vector = try vector()
    try ComputeThread.run { () throws in
      let model = try ModelCatalog.make(
        "resnet18", input: [3, vector.size, vector.size], classes: vector.classes, seed: 0)
      #expect(
        Set(model.graph.stateEntries.filter(\.role.isTrained).map(\.name))
          == Set(vector.parameters.map(\.name)))
      let store = try ParameterStore(graph: model.graph, state: state(vector, of: model))
      let plan = try Plan(
        model.graph, store: store, batch: vector.batch,
        mode: .train(labelSmoothing: vector.smoothing), rules: [:])
      let images = uniform(
        vector, .syntheticData, lane: 0, [vector.batch, 3, vector.size, vector.size], -2, 2)
      _ = plan.images.update(fromContentsOf: images.values)
      for i in 0..<vector.batch { plan.labels[i] = Int32(i * 37 % vector.classes) }
      try plan.forward()
      try plan.backward()
      let worst = vector.float32_losses.values.map { abs($0 - vector.loss) }.max() ?? 0
      #expect(abs(plan.loss - vector.loss) <= max(worst, 1e-6), "loss \(plan.loss)")
      let gradients = Dictionary(
        uniqueKeysWithValues: plan.trainables.map { ($0.entry.name, $0.gradient) })
      for parameter in vector.parameters {
        let gradient = try #require(gradients[parameter.name])
        let found = parameter.indices.map { Double(gradient[$0]) }
        let error = relativeError(found, parameter.gradient)
        #expect(error <= parameter.float32_error, "\(parameter.name)")
      }
      let after = store.snapshot()
      for (name, expected) in vector.statistics {
        let found = try #require(after[name]).values.prefix(expected.count).map { Double($0) }
        #expect(relativeError(found, expected) < Self.statisticsTolerance, "\(name)")
      }
    }
  }
}

/// L2 norm of the difference over that of the truth.
func relativeError(_ found: [Double], _ truth: [Double]) -> Double {
  let difference = zip(found, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  return (difference / max(truth.reduce(0) { $0 + $1 * $1 }, 1e-300)).squareRoot()
}

import Testing

@testable import QuantRuntime

@Suite("Plan")
struct PlanTests {
  /// Fills the batch with normal pixels and labels in turn.
  private func fill(_ plan: Plan, classes: Int) {
    var random = RandomStream(seed: 7, purpose: .syntheticData)
    for i in plan.images.indices { plan.images[i] = random.normal() }
    for i in plan.labels.indices { plan.labels[i] = Int32(i % classes) }
  }

  private func losses(steps: Int) throws -> [Double] {
    try ComputeThread.run { () throws in
      let model = try ModelCatalog.make("resnet20", input: [3, 16, 16], classes: 10, seed: 1)
      let store = try ParameterStore(graph: model.graph, state: model.state)
      let plan = try Plan(
        model.graph, store: store, batch: 8, mode: .train(labelSmoothing: 0.1),
        rules: QuantizerCatalog.rules)
      fill(plan, classes: 10)
      let update = OptimizerState(AnyOptimizer(SGD()), of: plan.trainables)
      return try (0..<steps).map { _ in
        try plan.forward()
        let loss = plan.loss
        try plan.backward()
        update.apply(to: plan.trainables, rate: 0.05)
        return loss
      }
    }
  }

  @Test("a few steps on one batch learn it")
  func overfits() throws {
    let losses = try losses(steps: 25)
    #expect(losses[0] > 2)
    #expect(losses[24] < 0.75, "\(losses)")
  }

  @Test("two runs give the same bytes")
  func deterministic() throws {
    #expect(try losses(steps: 4) == losses(steps: 4))
  }
}

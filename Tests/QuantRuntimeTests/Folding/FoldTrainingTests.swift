import Testing

@testable import QuantRuntime

@Suite("Training with every folding strategy")
struct FoldTrainingTests {
  @Test(
    "the loss falls, and the folded network is the trained one in evaluation",
    arguments: FoldingCatalog.names)
  func trains(fold: String) throws {
    let data = try TrainingFixture.data()
    let choice = QuantizerChoice("lsq", bits: 4)
    let model = try quantize(
      TrainingFixture.model(data),
      QuantizeConfiguration(
        profile: HardwareCatalog.profile("tensorrt"), weights: choice, activations: nil, fold: fold)
    )
    var fixture = TrainingFixture()
    fixture.length = .steps(40)
    // Without the batch's statistics, strategies 0 and 1, larger rates diverge, as the paper says.
    fixture.peak = 0.002
    let outcome = try fixture.train(model, data)
    let losses = outcome.history.epochs.map(\.loss)
    #expect(losses.last ?? .infinity < losses.first ?? 0, "\(losses)")
    let trained = Network(graph: outcome.model.graph, state: outcome.model.state)
    let batch = 4
    let shape = try trained.graph.types()[0].shape
    var random = RandomStream(seed: 8, purpose: .syntheticData)
    let images = (0..<batch * shape.count).map { _ in random.normal() }
    let before = try PlanHarness.evaluate(trained, images: images, batch: batch)
    let after = try PlanHarness.evaluate(
      try trained.foldedForInference(), images: images, batch: batch)
    let largest = before.map { abs($0) }.max() ?? 1
    #expect(isClose(before, after, within: 2e-5 * largest))
  }
}

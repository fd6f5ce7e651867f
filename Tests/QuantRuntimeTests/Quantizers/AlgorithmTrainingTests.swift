import Testing

@testable import QuantRuntime

@Suite("Training with every algorithm")
struct AlgorithmTrainingTests {
  private static let cases = QuantizerCatalog.all.filter { $0.sites.contains(.activation) }
    .map(\.name)

  @Test("the loss falls and every number stays finite", arguments: cases, HardwareCatalog.names)
  func trains(name: String, backend: String) throws {
    let data = try TrainingFixture.data()
    let choice = QuantizerChoice(name, bits: 4)
    let model = try quantize(
      TrainingFixture.model(data),
      QuantizeConfiguration(
        profile: HardwareCatalog.profile(backend), weights: choice.forWeights,
        activations: choice))
    var fixture = TrainingFixture()
    fixture.length = .steps(40)
    let outcome = try fixture.train(model, data)
    #expect(outcome.model.state.values.allSatisfy { $0.values.allSatisfy { $0.isFinite } })
    let losses = outcome.history.epochs.map(\.loss)
    #expect(losses.last ?? .infinity < losses.first ?? 0, "\(losses)")
  }
}

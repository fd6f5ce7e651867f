import Testing

@testable import QuantRuntime

@Suite("Training with every algorithm")
struct AlgorithmTrainingTests {
  /// Every backend that an algorithm for activations is allowed on, with its own partner for weights.
  private static let cases = QuantizerCatalog.all.filter { $0.sites.contains(.activation) }
    .flatMap { algorithm in
      HardwareCatalog.all.filter { profile in
        (try? FoldingCatalog.strategy(profile.defaultFold)).map {
          Legality(algorithm, at: .activation, on: profile, fold: $0) == .allowed
        } ?? false
      }.map { (algorithm.name, $0.name) }
    }

  @Test("the loss falls and every number stays finite", arguments: cases)
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

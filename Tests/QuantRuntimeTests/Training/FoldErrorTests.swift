import Testing

@testable import QuantRuntime

@Suite("Error of folding")
struct FoldErrorTests {
  private func measure(_ model: Model, images: Int = 8) throws -> LogitDifference? {
    try FoldError.measure(
      model, on: TrainingFixture.data(), images: images, rules: QuantizerCatalog.rules,
      interruption: Interruption())
  }

  @Test("a float network is folded up to rounding")
  func float() throws {
    let found = try #require(try measure(TrainingFixture.model(TrainingFixture.data()), images: 99))
    #expect(found.count == 8)
    #expect(found.agreeing == 8)
    #expect(found.relative < 1e-5)
    #expect(found.largestLogit > 0)
  }

  @Test("NaN is the largest difference")
  func notFinite() throws {
    let data = try TrainingFixture.data()
    var model = try TrainingFixture.model(data)
    let name = try #require(model.state.keys.first { $0.hasSuffix("running_var") })
    model.state[name] = model.state[name].map { Tensor($0.shape, repeating: .nan) }
    let found = try #require(try measure(model))
    #expect(found.difference.isNaN)
    #expect(found.relative.isNaN)
  }

  @Test("a model without scales is refused, and an interruption ends it")
  func refusals() throws {
    let data = try TrainingFixture.data()
    let model = try TrainingFixture.model(data, backend: "academic")
    #expect(throws: TrainingError.notInitialized(model: model.name)) { _ = try measure(model) }
    let interruption = Interruption()
    interruption.request()
    #expect(throws: Interrupted()) {
      try FoldError.measure(
        TrainingFixture.model(data), on: data, images: 8, rules: QuantizerCatalog.rules,
        interruption: interruption)
    }
  }
}

import Testing

@testable import QuantRuntime

@Suite("Frozen batch norm")
struct FrozenNormTests {
  private func statistics(_ model: Model) -> [String: Tensor] {
    let entries = model.graph.stateEntries.filter { !$0.role.isTrained }
    return model.state.filter { name, _ in entries.contains { $0.name == name } }
  }

  @Test(
    "statistics move until the freeze and not after it, while weights go on",
    arguments: [nil, "academic"], [TrainingTime.steps(4), .epochs(1)])
  func boundary(backend: String?, time: TrainingTime) throws {
    let data = try TrainingFixture.data()
    let model = try TrainingFixture.model(data, backend: backend)
    let before = try TrainingFixture(peak: 0.02, frozenNormAfter: time).train(
      model, data, stoppingAfter: 4)
    let after = try TrainingFixture(peak: 0.02, frozenNormAfter: time).train(model, data)
    let free = try TrainingFixture(peak: 0.02).train(model, data, stoppingAfter: 4)
    #expect(before.model == free.model)
    #expect(statistics(before.model) != statistics(model))
    #expect(statistics(after.model) == statistics(before.model))
    #expect(after.model.state != before.model.state)
  }

  @Test("a run can be frozen from its start", arguments: [nil, "academic"])
  func start(backend: String?) throws {
    let data = try TrainingFixture.data()
    let model = try TrainingFixture.model(data, backend: backend)
    let outcome = try TrainingFixture(
      length: .steps(2), peak: 1e-3, frozenNormAfter: .steps(0)
    ).train(model, data)
    #expect(statistics(outcome.model) == statistics(model))
  }
}

import Testing

@testable import QuantRuntime

@Suite("From simulation to integers")
struct GapTests {
  private func gap(_ model: Model, _ data: Dataset) throws -> Gap {
    try Gap.measure(
      model, on: data, images: 8, rules: QuantizerCatalog.rules, interruption: Interruption())
  }

  @Test("with power-of-two scales, float32 factors leave no difference but the shift's")
  func powersOfTwo() throws {
    let data = try TrainingFixture.data()
    let found = try gap(CalibratorTests.calibrated("tvm", data), data)
    #expect(found.arithmetic == .shift)
    #expect(found.rules.map(\.name) == ["as it is", "int32 bias", "shift", "both"])
    #expect(found.steps.off > 0)
    // Products of powers of two are exact in float32, and so are these sums.
    #expect(found.rules[3].steps.off == 0)
    #expect(found.cause?.name == "both" || found.cause?.name == "shift")
    #expect(found.first == found.layers.first { $0.steps.off > 0 })
  }

  @Test(
    "codes are those of the simulation, but for a few that lie at a tie",
    arguments: ["tensorrt", "acl", "snpe", "fbgemm"])
  func codes(backend: String) throws {
    let data = try TrainingFixture.data()
    let found = try gap(CalibratorTests.calibrated(backend, data), data)
    // Behind the images every code is equal or one step off; later layers see those differences.
    let early = found.layers.prefix(3).reduce(into: StepCounts()) { $0.add($1.steps) }
    #expect(early.share < 0.02 && early.largest <= 1)
    // An untrained network lets single steps grow with the depth; without its rules there are fewer.
    #expect((found.rules.last?.steps.off ?? .max) <= found.steps.off)
    #expect(found.logits.count == 8 && found.logits.relative < 0.2)
  }

  @Test("networks without integers are refused, with the reason")
  func refused() throws {
    let data = try TrainingFixture.data()
    let rules = QuantizerCatalog.rules
    #expect(throws: IntegerError.float(model: "resnet20")) {
      try IntegerNetwork(TrainingFixture.model(data), rules: rules)
    }
    let academic = try CalibratorTests.calibrated("academic", data)
    #expect(
      throws: IntegerError.simulationOnly(
        backend: "academic", backends: ["tensorrt", "acl", "tvm", "snpe", "fbgemm"])
    ) { try IntegerNetwork(academic, rules: rules) }
    let choice = QuantizerChoice("static_uniform", bits: 8)
    let open = try quantize(
      TrainingFixture.model(data),
      QuantizeConfiguration(
        profile: HardwareCatalog.profile("snpe"), weights: choice, activations: choice,
        except: ["layer2.0.conv1"]))
    #expect(throws: TrainingError.notInitialized(model: "resnet20")) {
      try IntegerNetwork(open, rules: rules)
    }
    let started = open.initialized(state: open.state, specs: [:])
    #expect(throws: IntegerError.floatLayer(node: "layer2.0.conv1", operand: .weight)) {
      try IntegerNetwork(started, rules: rules)
    }
  }

  @Test("integers score like the simulation")
  func evaluation() throws {
    let data = try TrainingFixture.data()
    let model = try CalibratorTests.calibrated("fbgemm", data)
    let network = try IntegerNetwork(model, rules: QuantizerCatalog.rules)
    let scores = try [1, 3, 8].map { batch in
      try Evaluator.evaluate(
        network, of: model, on: data, batch: batch, interruption: Interruption())
    }
    // One image or eight: every image has the same bits.
    #expect(scores[0] == scores[1] && scores[1] == scores[2])
    let simulated = try Evaluator.evaluate(
      model, on: data, batch: 8, rules: QuantizerCatalog.rules, interruption: Interruption())
    #expect(abs(simulated.loss - scores[0].loss) < 0.05)
  }
}

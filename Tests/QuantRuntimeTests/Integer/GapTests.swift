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

  @Test("a factor behind the quantized weight is in its scale, a negative one turns the codes")
  func factors() throws {
    let data = try TrainingFixture.data()
    let choice = QuantizerChoice("static_uniform", bits: 8)
    var float = try TrainingFixture.model(data)
    for (name, tensor) in float.state where name.hasSuffix("bn1.weight") {
      float.state[name]?.values = tensor.values.indices.map { [1, -0.7, 0, 2][$0 % 4] }
    }
    var model = try quantize(
      float,
      QuantizeConfiguration(
        profile: HardwareCatalog.profile("snpe"), weights: choice, activations: choice,
        fold: "none"))
    model = try Calibrator.calibrate(
      model, on: data,
      CalibrationConfiguration(
        images: 32, batch: 8, activations: ObserverChoice("min_max"),
        weights: ObserverChoice("min_max"), seed: 4),
      rules: QuantizerCatalog.rules, interruption: Interruption())
    let found = try gap(model, data)
    let early = found.layers.prefix(3).reduce(into: StepCounts()) { $0.add($1.steps) }
    #expect(early.share < 0.05 && early.largest <= 1)
  }

  @Test("batch norm behind no convolution has no integer form")
  func lonelyNorm() throws {
    let data = try TrainingFixture.data()
    var model = try CalibratorTests.calibrated("snpe", data)
    let norm = model.graph.rewritten { _, node, inputs, into in
      let id = into.append(node.op, inputs, name: node.name)
      guard node.name == "relu" else { return id }
      let state = ["w", "b", "m", "v"].map { name in
        into.append(.buffer(StateEntry(name, [16], .runningMean)), name: name)
      }
      return into.append(.batchNorm(BatchNorm()), [id] + state, name: "lonely")
    }
    model.graph = norm
    for name in ["w", "b", "m", "v"] {
      model.state[name] = Tensor([16], values: .init(repeating: 1, count: 16))
    }
    #expect(throws: IntegerError.op(node: "lonely", op: "batch norm")) {
      try IntegerNetwork(model, rules: QuantizerCatalog.rules)
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

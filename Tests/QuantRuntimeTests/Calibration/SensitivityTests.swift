import Testing

@testable import QuantRuntime

@Suite("Sensitivity")
struct SensitivityTests {
  private func rows(_ model: Model, _ data: Dataset) throws -> [Sensitivity.Row] {
    var reported = 0
    let rows = try Sensitivity.measure(
      model, on: data, images: 8, rules: QuantizerCatalog.rules, interruption: Interruption()
    ) { reported = $0 }
    #expect(reported == 8 * (try Sensitivity.rounds(for: model)))
    return rows
  }

  @Test("a row is the network with only that layer quantized")
  func row() throws {
    let data = try TrainingFixture.data()
    let model = try CalibratorTests.calibrated("tensorrt", data, bits: 2)
    let found = try #require(rows(model, data).first { $0.name == "layer2.1.conv2" })
    #expect(found.weightBits == 2 && found.inputBits == 2)
    var alone = try model.foldedForInference()
    let float = Model(
      name: "float", graph: alone.graph.withoutQuantizers(), state: alone.state)
    let input = alone.graph[try #require(alone.graph.node(named: "layer2.1.conv2"))].inputs[0]
    let kept: Set = ["layer2.1.conv2.weight_quantizer", alone.graph[input].name]
    alone.graph = alone.graph.rewritten { _, node, inputs, into in
      if case .fakeQuant = node.op, !kept.contains(node.name) { return inputs[0] }
      return into.append(node.op, inputs, name: node.name)
    }
    #expect(alone.quantizerNodes.count == 2)
    let score = try Evaluator.evaluate(
      alone, on: data, batch: 8, rules: QuantizerCatalog.rules, interruption: Interruption())
    let difference = try LogitDifference.measure(
      (float, nil), (alone, nil), on: data, images: 8, rules: QuantizerCatalog.rules,
      interruption: Interruption())
    #expect(found.top1 == score.top1)
    #expect(found.agreement == difference.agreement)
    #expect(found.error > 0 && found.divergence > 0)
  }

  @Test("fewer bits cost more, and every quantizer is in a row")
  func bits() throws {
    let data = try TrainingFixture.data()
    let errors = try [2, 4, 8].map { bits in
      let model = try CalibratorTests.calibrated("fbgemm", data, bits: bits)
      let graph = try model.foldedForInference().graph
      let covered = graph.quantizerGroups().reduce(into: Set<NodeID>()) {
        $0.formUnion($1.quantizers)
      }
      #expect(covered.count == model.quantizerNodes.count)
      return try rows(model, data).map(\.error).reduce(0, +)
    }
    #expect(errors[0] > 4 * errors[1] && errors[1] > 4 * errors[2])
  }

  @Test("a float model has no quantizers to try")
  func float() throws {
    let data = try TrainingFixture.data()
    let model = try TrainingFixture.model(data)
    #expect(throws: QuantizeError.notQuantized(model: "resnet20")) { try rows(model, data) }
  }
}

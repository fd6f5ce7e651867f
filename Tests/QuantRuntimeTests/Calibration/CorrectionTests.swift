import Testing

@testable import QuantRuntime

@Suite("Equalization and bias correction")
struct CorrectionTests {
  @Test(
    "an equalized network computes what it did, with equal ranges",
    arguments: ["resnet20", "regnetx_600mf"])
  func equalization(name: String) throws {
    let data = try TrainingFixture.data()
    let model = try spread(
      ModelCatalog.make(name, input: data.imageShape, classes: data.classNames.count, seed: 3))
    let outcome = try ChannelEqualization.equalize(
      model, threshold: 0, interruption: Interruption())
    #expect(outcome.largestFactor > 1.5)
    let difference = try LogitDifference.measure(
      (model, nil), (outcome.model, nil), on: data, images: 8, rules: QuantizerCatalog.rules,
      interruption: Interruption())
    #expect(difference.relative < 1e-4)
    let graph = outcome.model.graph
    let pairs = try graph.layerPairs()
    #expect(pairs.count == outcome.pairs)
    for pair in pairs {
      let (first, second) = try magnitudes(pair, outcome.model)
      for (a, b) in zip(first, second) where a > 0 && b > 0 { #expect(abs(a / b - 1) < 0.02) }
    }
  }

  @Test("the factor is that of the paper, within limits")
  func factor() {
    #expect(ChannelEqualization.factor(4, 1, 0.5) == 2)
    #expect(ChannelEqualization.factor(1, 4, 0.5) == 0.5)
    #expect(ChannelEqualization.factor(0.2, 0.2, 0.5) == 1)
    #expect(ChannelEqualization.factor(0, 4, 0.5) == 1)
    #expect(ChannelEqualization.factor(1e20, 1e-20, 0) == 1e6)
  }

  @Test("a linear layer behind a flattened plane takes a channel's factor for each pixel")
  func flattened() throws {
    var graph = Graph()
    let image = graph.append(.input([1, 2, 2]), name: "input")
    func parameter(_ name: String, _ shape: Shape) -> NodeID {
      graph.append(.parameter(StateEntry(name, shape, .weight)), name: name)
    }
    let weight = parameter("conv.weight", [2, 1, 1, 1])
    let conv = graph.append(.convolution(Convolution()), [image, weight], name: "conv")
    let relu = graph.append(.activation(.relu), [conv], name: "relu")
    let flat = graph.append(.flatten, [relu], name: "flat")
    let rows = parameter("fc.weight", [1, 8])
    graph.output = graph.append(.linear, [flat, rows], name: "fc")
    let model = Model(
      name: "tiny", graph: graph,
      state: [
        "conv.weight": Tensor([2, 1, 1, 1], values: [4, 1]),
        "fc.weight": Tensor([1, 8], values: [1, 0.5, -1, 0, 0, 0, 0, 4]),
      ])
    let result = try ChannelEqualization.equalize(model, interruption: Interruption()).model
    #expect(result.state["conv.weight"]?.values == [2, 2])
    #expect(result.state["fc.weight"]?.values == [2, 1, -2, 0, 0, 0, 0, 2])
  }

  @Test("ReLU6 and quantizers stand in the way")
  func refusals() throws {
    var graph = try TrainingFixture.model(TrainingFixture.data()).foldedForInference().graph
    graph = graph.rewritten { _, node, inputs, into in
      let isPlain = if case .activation = node.op { true } else { false }
      return into.append(isPlain ? .activation(.relu6) : node.op, inputs, name: node.name)
    }
    #expect(try graph.layerPairs().isEmpty)
    let data = try TrainingFixture.data()
    let quantized = try TrainingFixture.model(data, backend: "tensorrt")
    #expect(throws: EqualizationError.quantized(model: "resnet20")) {
      try ChannelEqualization.equalize(quantized, interruption: Interruption())
    }
  }

  @Test("corrected biases give the logits of the images their float means")
  func biases() throws {
    let data = try TrainingFixture.data()
    let model = try CalibratorTests.calibrated("tensorrt", data, bits: 3)
    var reported = 0
    let outcome = try BiasCorrection.correct(
      model, on: data, images: 32, batch: 5, seed: 4, rules: QuantizerCatalog.rules,
      interruption: Interruption()
    ) { reported = $0 }
    #expect(reported == 32 * (try BiasCorrection.rounds(for: model)))
    var float = try model.foldedForInference()
    float.graph = float.graph.withoutQuantizers()
    let wanted = try logitMeans(float, data)
    let before = try distance(logitMeans(model, data), wanted)
    let after = try distance(logitMeans(outcome.model, data), wanted)
    #expect(before > 1e-2)
    #expect(after < 1e-4)
    #expect(
      outcome.layers.map(\.name)
        == outcome.model.graph.layerNodes.map { outcome.model.graph[$0].name })
  }

  /// The same network with channels of very different ranges.
  private func spread(_ model: Model) throws -> Model {
    var result = try model.foldedForInference()
    for id in result.graph.layerNodes {
      let name = result.graph[result.graph[id].inputs[1]].name
      let weight = try #require(result.state[name])
      let factors = (0..<weight.shape[0]).map { [0.25, 1, 2, 0.5, 3][$0 % 5] }
      result.state[name] = weight.scaled(byChannel: factors)
    }
    return result
  }

  private func magnitudes(_ pair: LayerPair, _ model: Model) throws -> ([Float], [Float]) {
    let graph = model.graph
    let first = try #require(model.state[graph[graph[pair.first].inputs[1]].name])
    let second = try #require(model.state[graph[graph[pair.second].inputs[1]].name])
    let row = first.count / first.shape[0]
    let outputs = (0..<first.shape[0]).map { channel in
      first.values[channel * row..<(channel + 1) * row].map(abs).max() ?? 0
    }
    var groups = 1
    if case .convolution(let convolution) = graph[pair.second].op { groups = convolution.groups }
    let width = second.shape[1]
    let kernel = second.count / second.shape[0] / width
    var inputs = Array(repeating: Float(0), count: width * groups)
    for output in 0..<second.shape[0] {
      let group = output / (second.shape[0] / groups)
      for column in 0..<width {
        let start = (output * width + column) * kernel
        for value in second.values[start..<start + kernel] {
          inputs[group * width + column] = max(inputs[group * width + column], abs(value))
        }
      }
    }
    return (outputs, inputs)
  }

  /// Over the images of the correction.
  private func logitMeans(_ model: Model, _ data: Dataset) throws -> [Double] {
    try ComputeThread.run {
      let store = try ParameterStore(graph: model.graph, state: model.state)
      let batches = CalibrationBatches(data: data, images: 32, batch: 32, augments: false, seed: 4)
      var means: [Double] = []
      try batches.forEach(until: { false }) {
        try Plan(
          model.graph, store: store, batch: $0, mode: .evaluate, rules: QuantizerCatalog.rules)
      } _: { plan, _ in
        try plan.forward(until: { false })
        let classes = plan.logits.count / 32
        means = (0..<classes).map { c in
          (0..<32).reduce(0.0) { $0 + Double(plan.logits[$1 * classes + c]) } / 32
        }
      }
      return means
    }
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).map { abs($0 - $1) }.max() ?? 0
  }
}

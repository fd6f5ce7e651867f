import Foundation
import Testing

@testable import QuantRuntime

/// The algorithms for weights, each channel with numbers of its own.
@Suite("Quantizers per channel")
struct PerChannelTests {
  private static let names = QuantizerCatalog.all.filter { $0.sites.contains(.weight) }.map(\.name)
  private static let channels = 5
  private static let width = 23
  private static let specs = [2, 4, 8].flatMap { bits in
    QuantSpec.Symmetry.allCases.flatMap { symmetry in
      QuantSpec.ScaleForm.allCases.map { form in
        QuantSpec(
          bits: bits, sign: .signed, symmetry: symmetry, granularity: .channel, scaleForm: form)
      }
    }
  }

  /// A linear layer of one image, whose weight a node quantizes.
  private struct Layer {
    var graph: Graph
    var entries: [StateEntry]

    init(_ quantizer: FakeQuant, _ rule: any FakeQuantRule) {
      var network = TinyNetwork([PerChannelTests.width, 1, 1])
      network.then(.flatten)
      let input = network.last
      let weight = network.parameter(
        "weight", [PerChannelTests.channels, PerChannelTests.width], .weight)
      let learned = rule.parameterNames(for: quantizer).map {
        network.parameter($0, [PerChannelTests.channels], .quantizer)
      }
      let followed = rule.statisticNames(for: quantizer).map {
        network.buffer($0, [PerChannelTests.channels], .quantizerStatistic)
      }
      network.then(.fakeQuant(quantizer), learned + followed, from: weight)
      let quantized = network.last
      network.then(.linear, [quantized], from: input)
      graph = network.graph
      entries = (learned + followed).compactMap { [graph] in graph[$0].op.stateEntry }
    }
  }

  /// Channels of different sizes, the third all zeros.
  private var weights: [[Float]] {
    (0..<Self.channels).map { channel in
      var random = RandomStream(seed: 6, purpose: .initialization, lane: UInt64(channel))
      let size: Float = channel == 2 ? 0 : 0.2 * Float(channel + 1)
      return (0..<Self.width).map { _ in size * random.normal() }
    }
  }

  @Test("a tensor's channels are quantized as each alone would be", arguments: names)
  func channels(name: String) throws {
    for spec in Self.specs {
      let harness = try RuleHarness(name, spec, site: .weight)
      let layer = Layer(harness.quantizer, harness.rule)
      let state = Dictionary(
        uniqueKeysWithValues: layer.graph.stateEntries.map { entry in
          let values = entry.role == .weight ? weights.flatMap(\.self) : nil
          return (
            entry.name,
            Tensor(entry.shape, values: values ?? .init(repeating: 0, count: entry.shape.count))
          )
        })
      try ComputeThread.run { () throws in
        let store = try ParameterStore(graph: layer.graph, state: state)
        let plan = try Plan(
          layer.graph, store: store, batch: 1, mode: .train(labelSmoothing: 0),
          rules: QuantizerCatalog.rules)
        var random = RandomStream(seed: 7, purpose: .syntheticData)
        for i in plan.images.indices { plan.images[i] = random.uniform(-1, 1) }
        plan.labels[0] = 1
        try plan.initializeQuantizers()
        try plan.forward()
        try plan.backward()
        try compare(plan, store, layer, harness)
      }
    }
  }

  private func compare(
    _ plan: Plan, _ store: ParameterStore, _ layer: Layer, _ harness: RuleHarness
  ) throws {
    let images = Array(plan.images)
    let learnedCount = harness.rule.parameterNames(for: harness.quantizer).count
    let numbers = layer.entries.map { entry in
      Array(UnsafeBufferPointer(start: store.buffer(for: entry).floats, count: Self.channels))
    }
    let rows = weights.enumerated().map { channel, row in
      harness.forward(row, numbers.map { $0[channel] })
    }
    // In Double: logits, their softmax and its gradient.
    let logits = rows.map { row in zip(row, images).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    for (channel, logit) in logits.enumerated() {
      #expect(abs(Double(plan.logits[channel]) - logit) < 1e-4, "\(harness.quantizer)")
    }
    let slopes = softmaxGradient(logits, label: 1)
    for (channel, row) in weights.enumerated() {
      let initial = harness.initial(row)
      #expect(initial == numbers[..<learnedCount].map { $0[channel] }, "\(harness.quantizer)")
      let found = harness.backward(
        row, images.map { Float(slopes[channel]) * $0 }, numbers.map { $0[channel] })
      for (index, entry) in layer.entries[..<learnedCount].enumerated() {
        let trained = try #require(plan.trainables.first { $0.entry == entry })
        let expected = found.parameters[index]
        #expect(
          abs(trained.gradient[channel] - expected) <= 1e-4 * max(1, abs(expected)),
          "\(harness.quantizer) \(entry.name)")
      }
    }
  }

  private func softmaxGradient(_ logits: [Double], label: Int) -> [Double] {
    let exponentials = logits.map { exp($0 - (logits.max() ?? 0)) }
    let total = exponentials.reduce(0, +)
    return exponentials.enumerated().map { $1 / total - ($0 == label ? 1 : 0) }
  }
}

import CKernels
import Testing

@testable import QuantRuntime

/// Follows all extremes, and passes values on.
private struct Follower: FakeQuantRule {
  let name = "follower"
  func parameterNames(for quantizer: FakeQuant) -> [String] { [] }
  func statisticNames(for quantizer: FakeQuant) -> [String] {
    ["minimum", "maximum", "image_minimum", "image_maximum"]
  }
  func initialParameters(for quantizer: FakeQuant, from values: ObservedValues) -> [Float] { [] }
  func statistics(
    for quantizer: FakeQuant, after values: ObservedValues, previous: FakeQuantNumbers?
  ) -> [Float] {
    [values.minimum, values.maximum, values.imageMinimum, values.imageMaximum]
  }
  func constants(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, count: Int
  ) -> FakeQuantConstants {
    AffineMap(scale: 0.1).constants(on: IntegerGrid(quantizer.spec))
  }
  func parameterGradients(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, sums: FakeQuantSums, count: Int
  ) -> FakeQuantNumbers { .zero }
  func projected(_ numbers: FakeQuantNumbers, for quantizer: FakeQuant) -> FakeQuantNumbers {
    numbers
  }
  func kernels(for quantizer: FakeQuant) -> FakeQuantKernels { .uniform(sums: 1) }
}

@Suite("Extremes behind batch norm")
struct NormExtremesTests {
  /// The statistics of a quantizer behind a batch norm.
  ///
  /// - Parameter isShared: whether the norm's result has another reader, so that it is in memory and
  ///   is read for its extremes.
  private func statistics(
    channels: Int, activation: Activation?, shards: Int, isShared: Bool, poison: Float?
  ) throws -> [Float] {
    var network = TinyNetwork([3, 6, 7])
    network.convolution(channels, 3)
    network.batchNorm(shards: shards)
    if let activation { network.then(.activation(activation)) }
    let values = network.last
    let names = Follower().statisticNames(for: Self.quantizer)
    let statistics = names.map { network.buffer($0, [1], .quantizerStatistic) }
    network.then(.fakeQuant(Self.quantizer), statistics)
    if isShared { network.then(.add, [values]) }
    network.classifier()
    let graph = network.graph
    var state: [String: Tensor] = [:]
    for (lane, entry) in graph.stateEntries.enumerated() {
      var random = RandomStream(seed: 4, purpose: .initialization, lane: UInt64(lane))
      // Negative factors turn the order of a channel around.
      state[entry.name] = Tensor(
        entry.shape,
        values: (0..<entry.shape.count).map { _ in
          entry.role == .runningVariance ? 1 : random.uniform(-1, 1)
        })
    }
    var rules = QuantizerCatalog.rules
    rules["follower"] = Follower()
    return try ComputeThread.run { () throws in
      let store = try ParameterStore(graph: graph, state: state)
      let plan = try Plan(
        graph, store: store, batch: 4, mode: .train(labelSmoothing: 0), rules: rules)
      var random = RandomStream(seed: 5, purpose: .syntheticData)
      for i in plan.images.indices { plan.images[i] = random.uniform(-1.5, 1.5) }
      if let poison { plan.images[7] = poison }
      try plan.forward()
      return graph.stateEntries.filter { $0.role == .quantizerStatistic }
        .flatMap { Array(UnsafeBufferPointer(start: store.buffer(for: $0).floats, count: 1)) }
    }
  }

  private static let quantizer = FakeQuant(
    algorithm: "follower", spec: QuantSpec(bits: 8), site: .activation)

  @Test(
    "they are those of the values themselves, to the bit",
    arguments: [nil, Activation.relu, .relu6],
    [1, 5, 16, 24])
  func equality(activation: Activation?, channels: Int) throws {
    for shards in [1, 2] {
      let read = try statistics(
        channels: channels, activation: activation, shards: shards, isShared: true, poison: nil)
      let derived = try statistics(
        channels: channels, activation: activation, shards: shards, isShared: false, poison: nil)
      #expect(read.map(\.bitPattern) == derived.map(\.bitPattern))
      #expect(read[0] < read[1] || activation != nil)
      #expect(read[1] > read[3], "the mean of the images' maxima is below the maximum")
    }
  }

  @Test("a network that diverged does not trap", arguments: [Float.nan, .infinity])
  func poisoned(value: Float) throws {
    let found = try statistics(
      channels: 5, activation: .relu, shards: 1, isShared: false, poison: value)
    #expect(found.count == 4)
  }
}

import Foundation
import Testing

@testable import QuantRuntime

@Suite("Accumulated gradients")
struct AccumulationTests {
  /// A convolution and a linear layer; without batch norm the images of a batch are independent.
  private func model(_ data: Dataset) throws -> Model {
    let channels = data.imageShape[0]
    let entries = [
      StateEntry("conv.weight", [8, channels, 3, 3], .weight),
      StateEntry("fc.weight", [data.classNames.count, 8], .weight),
      StateEntry("fc.bias", [data.classNames.count], .bias),
    ]
    var graph = Graph()
    let input = graph.append(.input(data.imageShape), name: "input")
    let weights = entries.map { graph.append(.parameter($0), name: $0.name) }
    let convolution = graph.append(
      .convolution(Convolution(padding: Padding(1))), [input, weights[0]], name: "conv")
    let relu = graph.append(.activation(.relu), [convolution], name: "relu")
    let pool = graph.append(.globalAveragePool, [relu], name: "pool")
    let flat = graph.append(.flatten, [pool], name: "flatten")
    graph.output = graph.append(.linear, [flat, weights[1], weights[2]], name: "fc")
    var state: [String: Tensor] = [:]
    for (lane, entry) in entries.enumerated() {
      state[entry.name] = Tensor(
        entry.shape,
        values: RandomStream.normals(
          entry.shape.count, standardDeviation: 0.3, seed: 5, purpose: .initialization,
          lane: UInt64(lane)))
    }
    return Model(name: "small", graph: graph, state: state)
  }

  @Test("k batches a step give what one batch of their size gives", arguments: [2, 3, 6])
  func equivalence(k: Int) throws {
    let data = try TrainingFixture.data()
    let model = try model(data)
    let settings = { (batch: Int, accumulate: Int) in
      TrainingFixture(
        length: .epochs(3), batch: batch, accumulate: accumulate, optimizer: SGD(), peak: 0.1)
    }
    let whole = try settings(12, 1).train(model, data)
    let parts = try settings(12 / k, k).train(model, data)
    #expect(parts.history.epochs.map(\.step) == whole.history.epochs.map(\.step))
    #expect(parts.history.epochs.map(\.learningRate) == whole.history.epochs.map(\.learningRate))
    for (found, expected) in zip(parts.history.epochs, whole.history.epochs) {
      #expect(abs(found.loss - expected.loss) < 1e-5)
    }
    for (name, tensor) in whole.model.state {
      let found = try #require(parts.model.state[name]).values
      let worst = zip(found, tensor.values).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 2e-6, "\(name)")
      #expect(tensor != model.state[name])
    }
  }

  @Test("a step needs its batches, and an epoch drops the images that do not fill one")
  func size() throws {
    let data = try TrainingFixture.data()
    let model = try model(data)
    #expect(throws: TrainingError.batchTooLarge(batch: 12, accumulate: 4, images: 36)) {
      try TrainingFixture(batch: 12, accumulate: 4).train(model, data)
    }
    let outcome = try TrainingFixture(length: .epochs(2), batch: 5, accumulate: 3).train(
      model, data)
    #expect(outcome.history.epochs.map(\.step) == [2, 4])
  }

  @Test("a name that no tensor has is refused before the first step")
  func names() throws {
    let data = try TrainingFixture.data()
    let fixture = TrainingFixture(groups: [ParameterGroup(names: ["fx.weight"], rateFactor: 2)])
    do {
      _ = try fixture.train(model(data), data)
      Issue.record("'fx.weight' was found")
    } catch let error as TrainingError {
      #expect(error.code == "train.group")
      #expect(error.help == "did you mean 'fc.weight'?")
    }
  }
}

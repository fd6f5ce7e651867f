import Foundation
import Synchronization
import Testing

@testable import QuantRuntime

@Suite("Interrupted training")
struct TrainingInterruptionTests {
  /// Images that interrupt the run which loads them.
  private final class Tripwire: ImageSource {
    private let images: ImageSet
    private let left: Mutex<Int>
    private let trip: @Sendable () -> Void
    private let delay: TimeInterval

    /// - Parameters:
    ///   - loads: how many images are loaded before.
    ///   - delay: how long the image takes that interrupts.
    init(
      _ images: ImageSet, after loads: Int, delay: TimeInterval = 0,
      trip: @escaping @Sendable () -> Void
    ) {
      self.images = images
      left = Mutex(loads)
      self.trip = trip
      self.delay = delay
    }

    var labels: [Int32] { images.labels }
    var frame: ImageFrame { images.frame }
    func name(of index: Int) -> String { images.name(of: index) }
    func load(_ index: Int, into canvas: ImageCanvas) throws {
      let isLast = left.withLock { left in
        left -= 1
        return left == 0
      }
      if isLast {
        trip()
        Thread.sleep(forTimeInterval: delay)
      }
      images.load(index, into: canvas)
    }
    func part(_ indices: [Int]) -> Tripwire { self }
    func visit<E: Error>(_ body: ([UInt8]) throws(E) -> Void) throws(E) { try images.visit(body) }
    static func == (a: Tripwire, b: Tripwire) -> Bool { a === b }
    func hash(into hasher: inout Hasher) {}
  }

  /// Trains one step of four batches of 8, which is interrupted while its last batch is made.
  private func train(
    checkpoint: String? = nil, _ trip: @escaping @Sendable (Interruption) -> Void
  ) throws -> TrainingOutcome {
    let plain = try SyntheticImages(
      classes: 4, size: 16, trainCount: 32, testCount: 8, seed: 1
    ).makeDataset()
    let interruption = Interruption()
    let images = try #require(plain.train as? ImageSet)
    let data = try Dataset(
      name: "tripwire", train: Tripwire(images, after: 30) { trip(interruption) }, test: plain.test,
      classNames: plain.classNames, mean: plain.mean, deviation: plain.deviation)
    let fixture = TrainingFixture(length: .steps(2), accumulate: 4)
    return try Trainer(
      fixture.configuration, rules: QuantizerCatalog.rules, interruption: interruption
    ).train(
      TrainingFixture.model(data), on: data,
      checkpoints: checkpoint.map { CheckpointOptions(path: $0, program: "test 1") })
  }

  @Test("a request lets the step end, an urgent one does not")
  func urgency() throws {
    #expect(try train { $0.request() }.interruptedAfterStep == 1)
    #expect(throws: Interrupted()) {
      try train {
        $0.request()
        $0.request()
      }
    }
  }

  @Test("when the program ends, a step is worth ending for its checkpoint only")
  func ending() throws {
    #expect(throws: Interrupted()) { try train { $0.requestEnd() } }
    let folder = try CheckpointFolder()
    let path = folder.path("run.ckpt")
    let outcome = try train(checkpoint: path) { $0.requestEnd() }
    #expect(outcome.interruptedAfterStep == 1)
    let (tensors, metadata) = try SafeTensors.decode(AtomicFile.read(path))
    #expect(metadata["run"]?.contains("\"step\":1") == true)
    let state = tensors.filter { $0.key.hasPrefix("model.") }
    #expect(state.count == outcome.model.state.count)
    for (name, tensor) in outcome.model.state { #expect(state["model." + name] == tensor) }
  }

  @Test("a run that is asked to stop while it waits for its first batch has done nothing")
  func beforeTheFirstStep() throws {
    let images = try #require(
      try SyntheticImages(classes: 4, size: 16, trainCount: 32, testCount: 8).makeDataset().train
        as? ImageSet)
    let interruption = Interruption()
    let data = try Dataset(
      name: "tripwire", train: Tripwire(images, after: 3, delay: 0.5) { interruption.request() },
      test: images,
      classNames: ["0", "1", "2", "3"], mean: [0, 0, 0], deviation: [1, 1, 1])
    let model = try TrainingFixture.model(data)
    let outcome = try Trainer(
      TrainingFixture(length: .steps(2), batch: 32).configuration, rules: QuantizerCatalog.rules,
      interruption: interruption
    ).train(model, on: data)
    #expect(outcome.interruptedAfterStep == 0)
    #expect(outcome.model.state == model.state)
  }

  @Test("finding scales by an observer gives up between channels")
  func observers() {
    let tensor = ObservedTensor([1, 2, 3])
    #expect(throws: Interrupted()) {
      try ObserverChoice("mse").ranges(
        of: tensor, for: QuantSpec(bits: 4, sign: .signed, symmetry: .symmetric)
      ) { true }
    }
  }

  @Test("an evaluation gives up in the middle of a pass")
  func evaluation() throws {
    let data = try TrainingFixture.data()
    let model = try TrainingFixture.model(data)
    let store = try ComputeThread.run { try ParameterStore(graph: model.graph, state: model.state) }
    try ComputeThread.run {
      let plan = try Plan(model.graph, store: store, batch: 2, mode: .evaluate, rules: [:])
      var steps = 0
      #expect(throws: Interrupted()) {
        try plan.forward {
          steps += 1
          return steps == 10
        }
      }
      #expect(steps == 10)
    }
    let interruption = Interruption()
    interruption.request()
    #expect(throws: Interrupted()) {
      try Evaluator.evaluate(
        model, on: data, batch: 8, rules: QuantizerCatalog.rules, interruption: interruption)
    }
  }
}

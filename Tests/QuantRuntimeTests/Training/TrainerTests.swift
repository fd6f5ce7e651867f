import Foundation
import Testing

@testable import QuantRuntime

@Suite("Training")
struct TrainerTests {
  private func data(classes: Int = 4) throws -> Dataset {
    try SyntheticImages(
      classes: classes, size: 16, trainCount: 96, testCount: 50, difficulty: 0.1, seed: 1
    ).makeDataset().augmented([
      AnyAugmentation(RandomCrop(padding: 2)), AnyAugmentation(HorizontalFlip()),
    ])
  }

  private func model(_ data: Dataset) throws -> Model {
    try ModelCatalog.make(
      "resnet20", input: data.imageShape, classes: data.classNames.count, seed: 1)
  }

  private func configuration(
    _ length: TrainingConfiguration.Length, batch: Int = 16, peak: Double = 0.05, seed: UInt64 = 3
  ) -> TrainingConfiguration {
    TrainingConfiguration(
      length: length, batch: batch, optimizer: AnyOptimizer(SGD()),
      learningRate: LearningRate(.cosine(end: 0), peak: peak, warmup: .epochs(0.5)),
      labelSmoothing: 0.1, seed: seed)
  }

  private func train(
    _ model: Model, _ data: Dataset, _ configuration: TrainingConfiguration,
    interruption: Interruption = Interruption(),
    report: @escaping (TrainingProgress) -> Void = { _ in }
  ) throws -> TrainingOutcome {
    try Trainer(
      configuration, rules: QuantizerCatalog.rules, interruption: interruption
    ) { if case .step(let progress) = $0 { report(progress) } }.train(model, on: data)
  }

  private func quantized(_ model: Model, _ backend: String) throws -> Model {
    let choice = QuantizerChoice("lsq", bits: 4)
    return try quantize(
      model,
      QuantizeConfiguration(
        profile: HardwareCatalog.profile(backend), weights: choice, activations: choice))
  }

  @Test("equal runs give equal bytes, another seed gives others")
  func determinism() throws {
    let data = try data()
    let start = try quantized(model(data), "tensorrt")
    let runs = try [3, 3, 4].map { seed in
      try train(start, data, configuration(.steps(9), seed: seed))
    }
    #expect(runs[0].model == runs[1].model)
    #expect(runs[0].history == runs[1].history)
    #expect(runs[0].model.state != runs[2].model.state)
  }

  @Test("training learns, float and quantized", arguments: ["float", "academic", "tensorrt"])
  func learning(kind: String) throws {
    let data = try data()
    var model = try model(data)
    if kind != "float" { model = try quantized(model, kind) }
    let outcome = try train(model, data, configuration(.epochs(6)))
    let history = outcome.history.epochs
    #expect(history.map(\.epoch) == Array(1...6))
    #expect(history.map(\.step) == [6, 12, 18, 24, 30, 36])
    #expect(history[5].loss < history[0].loss * 0.9)
    let score = try Evaluator.evaluate(
      outcome.model, on: data, batch: 16, rules: QuantizerCatalog.rules,
      interruption: Interruption())
    // 50 images in batches of 16: the last one is not full.
    #expect(score.count == 50)
    #expect(score.top5 == 1)
  }

  @Test("the batch size of an evaluation does not change the score")
  func evaluationBatch() throws {
    let data = try data(classes: 10)
    let trained = try train(model(data), data, configuration(.steps(6))).model
    let scores = try [1, 7, 50, 1000].map { batch -> Evaluation in
      try Evaluator.evaluate(
        trained, on: data, batch: batch, rules: [:], interruption: Interruption())
    }
    for score in scores {
      #expect(score.top1 == scores[0].top1 && score.top5 == scores[0].top5)
      #expect(abs(score.loss - scores[0].loss) < 1e-5)
    }
  }

  @Test("an interruption ends the run after its step with the model of that step")
  func interruption() throws {
    let data = try data()
    let interruption = Interruption()
    let outcome = try train(
      model(data), data, configuration(.epochs(3)), interruption: interruption
    ) { if $0.step == 7 { interruption.request() } }
    #expect(outcome.interruptedAfterStep == 7)
    #expect(outcome.history.epochs.map(\.step) == [6, 7])
    #expect(outcome.model.state.values.allSatisfy { $0.values.allSatisfy(\.isFinite) })
  }

  @Test("a loss that is not finite stops the run and names the node")
  func nonFinite() throws {
    let data = try data()
    var broken = try model(data)
    broken.state["layer2.0.conv1.weight"]?.values[0] = .nan
    do {
      _ = try train(broken, data, configuration(.steps(3)))
      Issue.record("a NaN went unnoticed")
    } catch let error as TrainingError {
      guard case .nonFiniteLoss(let step, let epoch, let node, _) = error else { throw error }
      #expect(step == 1 && epoch == 1)
      #expect(node == "layer2.0.conv1")
    }
  }

  @Test("what does not fit is refused before the first step")
  func misfits() throws {
    let data = try data()
    let other = try ModelCatalog.make("resnet20", input: [1, 28, 28], classes: 4, seed: 1)
    #expect(throws: TrainingError.imageShape(model: [1, 28, 28], data: [3, 16, 16])) {
      try train(other, data, configuration(.steps(1)))
    }
    let wide = try ModelCatalog.make("resnet20", input: [3, 16, 16], classes: 7, seed: 1)
    #expect(throws: TrainingError.classCount(model: 7, data: 4)) {
      try train(wide, data, configuration(.steps(1)))
    }
    #expect(throws: TrainingError.batchTooLarge(batch: 97, accumulate: 1, images: 96)) {
      try train(model(data), data, configuration(.steps(1), batch: 97))
    }
    #expect(throws: TrainingError.notInitialized(model: "resnet20")) {
      try Evaluator.evaluate(
        quantized(model(data), "academic"), on: data, batch: 16, rules: QuantizerCatalog.rules,
        interruption: Interruption())
    }
  }
}

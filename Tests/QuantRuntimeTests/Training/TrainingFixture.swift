import Foundation

@testable import QuantRuntime

/// A small run, with what tests vary of it.
struct TrainingFixture {
  var length = TrainingConfiguration.Length.steps(9)
  var batch = 8
  var accumulate = 1
  var optimizer: any Optimizer = SGD()
  var groups: [ParameterGroup] = []
  var peak = 0.05
  var frozenNormAfter: TrainingTime?
  var seed: UInt64 = 3

  /// 36 images: with batches of 8 an epoch has 4 steps and drops 4 images.
  static func data() throws -> Dataset {
    try SyntheticImages(
      classes: 4, size: 16, trainCount: 36, testCount: 8, difficulty: 0.1, seed: 1
    ).makeDataset().augmented([
      AnyAugmentation(RandomCrop(padding: 2)), AnyAugmentation(HorizontalFlip()),
    ])
  }

  /// - Parameter backend: nil for a float model.
  static func model(_ data: Dataset, backend: String? = nil) throws -> Model {
    let model = try ModelCatalog.make(
      "resnet20", input: data.imageShape, classes: data.classNames.count, seed: 1)
    guard let backend else { return model }
    let choice = QuantizerChoice("lsq", bits: 4)
    return try quantize(
      model,
      QuantizeConfiguration(
        profile: HardwareCatalog.profile(backend), weights: choice, activations: choice))
  }

  var configuration: TrainingConfiguration {
    TrainingConfiguration(
      length: length, batch: batch, accumulate: accumulate, optimizer: AnyOptimizer(optimizer),
      groups: groups,
      learningRate: LearningRate(.cosine(end: 0), peak: peak, warmup: .steps(3)),
      labelSmoothing: 0.1, frozenNormAfter: frozenNormAfter, seed: seed)
  }

  /// - Parameter stoppingAfter: the step after which the run is interrupted.
  func train(
    _ model: Model, _ data: Dataset, checkpoints: CheckpointOptions? = nil,
    stoppingAfter last: Int? = nil, report: @escaping (TrainingEvent) -> Void = { _ in }
  ) throws -> TrainingOutcome {
    let interruption = Interruption()
    return try Trainer(
      configuration, rules: QuantizerCatalog.rules, interruption: interruption
    ) { event in
      if case .step(let progress) = event, progress.step == last { interruption.request() }
      report(event)
    }.train(model, on: data, checkpoints: checkpoints)
  }
}

/// A folder for the checkpoints of one test, gone with it.
final class CheckpointFolder {
  private let folder: String

  init() throws {
    folder =
      FileManager.default.temporaryDirectory.appendingPathComponent("mqsh-\(UUID().uuidString)")
      .path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { "\(folder)/\(name)" }
}

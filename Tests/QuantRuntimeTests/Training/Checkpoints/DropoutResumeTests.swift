import Foundation
import Testing

@testable import QuantRuntime

@Suite("Resuming with dropout")
struct DropoutResumeTests {
  @Test("dropout goes on with the draws of a run that was not stopped")
  func dropout() throws {
    let data = try SyntheticImages(
      classes: 4, size: 32, trainCount: 16, testCount: 8, difficulty: 0.1, seed: 1
    ).makeDataset()
    let model = try ModelCatalog.make("mobilenet_v2", input: data.imageShape, classes: 4, seed: 1)
    let fixture = TrainingFixture(length: .steps(3), batch: 4, accumulate: 2, peak: 0.01)
    let whole = try fixture.train(model, data)
    let folder = try CheckpointFolder()
    var options = CheckpointOptions(path: folder.path("run.ckpt"), program: "test 1")
    _ = try fixture.train(model, data, checkpoints: options, stoppingAfter: 1)
    options.resume = options.path
    let resumed = try fixture.train(model, data, checkpoints: options)
    #expect(resumed.model == whole.model)
    #expect(resumed.history == whole.history)
  }
}

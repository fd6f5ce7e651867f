import Foundation
import Testing

@testable import QuantRuntime

@Suite("Checkpoints that do not fit")
struct CheckpointErrorTests {
  private let fixture = TrainingFixture(length: .steps(4))

  /// A run of 4 steps that stopped after 2, in a file.
  private func stopped(in folder: CheckpointFolder) throws -> (Model, Dataset, CheckpointOptions) {
    let data = try TrainingFixture.data()
    let model = try TrainingFixture.model(data, backend: "academic")
    var options = CheckpointOptions(path: folder.path("run.ckpt"), program: "test 1")
    _ = try fixture.train(model, data, checkpoints: options, stoppingAfter: 2)
    options.resume = options.path
    return (model, data, options)
  }

  private func differences(_ body: () throws -> TrainingOutcome) throws -> [String] {
    do {
      _ = try body()
    } catch CheckpointError.otherRun(let differences) {
      return differences.map(\.name)
    }
    return []
  }

  @Test("a checkpoint of another run is refused with what differs")
  func otherRun() throws {
    let folder = try CheckpointFolder()
    let (model, data, options) = try stopped(in: folder)
    func names(
      _ model: Model, _ data: Dataset, _ options: CheckpointOptions,
      _ change: (inout TrainingFixture) -> Void = { _ in }
    ) throws -> [String] {
      var other = fixture
      change(&other)
      return try differences { try other.train(model, data, checkpoints: options) }
    }
    #expect(try names(model, data, options) { $0.seed = 4 } == ["seed"])
    #expect(try names(model, data, options) { $0.batch = 4 } == ["batch"])
    #expect(try names(model, data, options) { $0.length = .steps(5) } == ["length"])
    #expect(try names(model, data, options) { $0.optimizer = Adam() } == ["optimizer"])
    #expect(
      try names(model, data, options) {
        $0.groups = [ParameterGroup(names: ["fc"], rateFactor: 2)]
        $0.accumulate = 2
      } == ["accumulate", "groups"])
    #expect(try names(model, data, options) { $0.peak = 0.06 } == ["lr"])
    var program = options
    program.program = "test 2"
    #expect(try names(model, data, program) == ["program"])
    var weights = model
    weights.state["fc.bias"]?.values[0] += 1
    #expect(try names(weights, data, options) == ["weights"])
    let backend = try TrainingFixture.model(data, backend: "tensorrt")
    #expect(try names(backend, data, options).contains("graph"))
    #expect(try names(model, try data.augmented([]), options) == ["augment"])
    let fewer = try data.limited(train: 32, test: nil)
    #expect(try names(model, fewer, options) == ["images"])
  }

  @Test("a new run does not write over a file, and nothing is resumed from nothing")
  func files() throws {
    let folder = try CheckpointFolder()
    var (model, data, options) = try stopped(in: folder)
    options.resume = nil
    #expect(throws: CheckpointError.exists(path: options.path)) {
      try fixture.train(model, data, checkpoints: options)
    }
    options.resume = folder.path("none.ckpt")
    #expect(throws: CheckpointError.missing(path: folder.path("none.ckpt"))) {
      try fixture.train(model, data, checkpoints: options)
    }
    let unwritable = CheckpointOptions(path: folder.path("no/run.ckpt"), program: "test 1")
    #expect(throws: FileError.self) { try fixture.train(model, data, checkpoints: unwritable) }
    try ModelFile.write(model, to: folder.path("m.safetensors"))
    options.resume = folder.path("m.safetensors")
    #expect(throws: CheckpointError.foreign) {
      try fixture.train(model, data, checkpoints: options)
    }
  }

  @Test("a file with a part missing or a byte changed is refused")
  func damage() throws {
    let folder = try CheckpointFolder()
    let (model, data, options) = try stopped(in: folder)
    let whole = try AtomicFile.read(options.path)
    let identity = try RunIdentity(model, data, fixture.configuration, program: "test 1")
    _ = try CheckpointFile.decode(whole, of: identity)
    var random = RandomStream(seed: 1, purpose: .syntheticData)
    for _ in 0..<60 {
      let cut = whole.prefix(random.below(whole.count))
      #expect(throws: CheckpointError.self) { try CheckpointFile.decode(cut, of: identity) }
    }
    // The header, where every byte means something, and the tensors.
    for place in (0..<60).map({ _ in random.below(12_000) })
      + (0..<20).map({ _ in random.below(whole.count) })
    {
      var bytes = whole
      bytes[place] ^= 0x04
      #expect(throws: CheckpointError.self, "byte \(place)") {
        try CheckpointFile.decode(bytes, of: identity)
      }
    }
  }

  @Test("numbers that no run can have are refused, whatever the checksum says")
  func forged() throws {
    let folder = try CheckpointFolder()
    let (model, data, options) = try stopped(in: folder)
    let identity = try RunIdentity(model, data, fixture.configuration, program: "test 1")
    let good = try CheckpointFile.read(options.path, of: identity)
    let changes: [(inout Checkpoint) -> Void] = [
      { $0.position.step = 5 }, { $0.position.step = -1 }, { $0.position.step = .max },
      { $0.position.sums.images = .max }, { $0.position.sums.batches = 0 },
      { $0.position.sums.correct = -1 }, { $0.state["fc.bias"] = nil },
      { $0.state["fc.bias"] = Tensor(scalar: 1) }, { $0.optimizer = [:] }, { $0.signs = [:] },
      { $0.signs = $0.signs?.mapValues { _ in .adaptive } },
    ]
    for (number, change) in changes.enumerated() {
      var forged = good
      change(&forged)
      try CheckpointFile.write(forged, of: identity, to: options.path)
      do {
        _ = try fixture.train(model, data, checkpoints: options)
        Issue.record("change \(number) went unnoticed")
      } catch CheckpointError.damaged {}
    }
  }
}

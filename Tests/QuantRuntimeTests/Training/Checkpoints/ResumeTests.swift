import Foundation
import Testing

@testable import QuantRuntime

@Suite("Resuming")
struct ResumeTests {
  private struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var fixture: @Sendable () -> TrainingFixture
    var backend: String?
  }

  private static let cases = [
    Case(testDescription: "sgd", fixture: { TrainingFixture() }, backend: nil),
    Case(
      testDescription: "adam, two batches a step, groups",
      fixture: {
        TrainingFixture(
          accumulate: 2, optimizer: Adam(weightDecay: 0.01),
          groups: [ParameterGroup(roles: [.normScale, .normShift], weightDecay: 0)], peak: 0.01)
      }, backend: nil),
    Case(
      testDescription: "lsq, frozen batch norm from the fourth step on",
      fixture: { TrainingFixture(frozenNormAfter: .steps(3)) }, backend: "tensorrt"),
    Case(
      testDescription: "lsq, academic", fixture: { TrainingFixture(length: .epochs(2)) },
      backend: "academic"),
    Case(
      testDescription: "lsq, tensorrt, three batches a step",
      fixture: { TrainingFixture(batch: 4, accumulate: 3) }, backend: "tensorrt"),
  ]

  private func options(_ folder: CheckpointFolder, resume: Bool, every: Int? = nil)
    -> CheckpointOptions
  {
    let path = folder.path("run.ckpt")
    return CheckpointOptions(
      path: path, every: every, resume: resume ? path : nil, program: "test 1")
  }

  @Test("a run stopped again and again ends in the bytes of one that was not", arguments: cases)
  private func stopped(setup: Case) throws {
    let fixture = setup.fixture()
    let data = try TrainingFixture.data()
    let model = try TrainingFixture.model(data, backend: setup.backend)
    let whole = try fixture.train(model, data)
    let steps = try #require(whole.history.epochs.last?.step)
    // After the first step, in the middle of an epoch, at its end, and one step later.
    for stops in [[1], [2, 3], [4, 5], [1, 4, 7], Array(1..<steps)] {
      let folder = try CheckpointFolder()
      var isFirst = true
      for stop in stops where stop < steps {
        let outcome = try fixture.train(
          model, data, checkpoints: options(folder, resume: !isFirst), stoppingAfter: stop)
        #expect(outcome.interruptedAfterStep == stop)
        isFirst = false
      }
      let last = try fixture.train(model, data, checkpoints: options(folder, resume: !isFirst))
      #expect(last.history == whole.history, "stopped after \(stops)")
      #expect(
        try ModelFile.encode(last.model) == ModelFile.encode(whole.model), "stopped after \(stops)")
    }
  }

  @Test("a run goes on from its very beginning and from its end")
  func ends() throws {
    let fixture = TrainingFixture(length: .steps(5))
    let data = try TrainingFixture.data()
    let model = try TrainingFixture.model(data, backend: "academic")
    let whole = try fixture.train(model, data)
    let folder = try CheckpointFolder()
    let path = folder.path("run.ckpt")
    // The file as it is before the first step, which a kill can leave behind.
    var atStart = Data()
    let first = try fixture.train(model, data, checkpoints: options(folder, resume: false)) {
      if case .step(let progress) = $0, progress.step == 1 {
        atStart = FileManager.default.contents(atPath: path) ?? Data()
      }
    }
    #expect(first.model == whole.model)
    var steps = 0
    let again = try fixture.train(model, data, checkpoints: options(folder, resume: true)) {
      if case .step = $0 { steps += 1 }
    }
    #expect(again.model == whole.model && again.history == whole.history && steps == 0)
    try atStart.write(to: URL(fileURLWithPath: path))
    let anew = try fixture.train(model, data, checkpoints: options(folder, resume: true))
    #expect(anew.model == whole.model && anew.history == whole.history)
  }

  @Test("checkpoints are written every so many steps, and equal ones are equal bytes")
  func every() throws {
    let fixture = TrainingFixture(length: .steps(7))
    let data = try TrainingFixture.data()
    let model = try TrainingFixture.model(data)
    let files = try (0..<2).map { _ in
      let folder = try CheckpointFolder()
      var seen: [Data] = []
      _ = try fixture.train(
        model, data, checkpoints: options(folder, resume: false, every: 3)
      ) { event in
        if case .step = event {
          seen.append(FileManager.default.contents(atPath: folder.path("run.ckpt")) ?? Data())
        }
      }
      return seen
    }
    #expect(files[0] == files[1])
    // The report of a step comes before its checkpoint.
    #expect(files[0][0] == files[0][2] && files[0][2] != files[0][3])
    #expect(files[0][3] == files[0][5] && files[0][5] != files[0][6])
  }

  @Test("without a number of steps they are written at the end of each epoch")
  func everyEpoch() throws {
    let fixture = TrainingFixture(length: .steps(9))
    let data = try TrainingFixture.data()
    let folder = try CheckpointFolder()
    var seen: [Data] = []
    _ = try fixture.train(
      TrainingFixture.model(data), data, checkpoints: options(folder, resume: false)
    ) { event in
      if case .step = event {
        seen.append(FileManager.default.contents(atPath: folder.path("run.ckpt")) ?? Data())
      }
    }
    let changes = (1..<9).filter { seen[$0] != seen[$0 - 1] }
    #expect(changes == [4, 8])
  }

  @Test("what a killed program left behind is removed, and nothing else")
  func leftovers() throws {
    let fixture = TrainingFixture(length: .steps(1))
    let data = try TrainingFixture.data()
    let folder = try CheckpointFolder()
    // No process can have the first number; the second one is this process.
    let names = [
      "run.ckpt.\(pid_t.max).12.tmp", "run.ckpt.\(getpid()).12.tmp", "run.ckpt.x.12.tmp",
      "run.ckpt.12.tmp", "other.ckpt.\(pid_t.max).12.tmp", "run.ckpt.\(pid_t.max).12.tmp.gz",
    ]
    for name in names { try Data().write(to: URL(fileURLWithPath: folder.path(name))) }
    _ = try fixture.train(
      TrainingFixture.model(data), data, checkpoints: options(folder, resume: false))
    let left = names.filter { FileManager.default.fileExists(atPath: folder.path($0)) }
    #expect(left == Array(names.dropFirst()))
  }

  @Test("another file can be gone on from, and is left alone")
  func branching() throws {
    let fixture = TrainingFixture(length: .steps(6))
    let data = try TrainingFixture.data()
    let model = try TrainingFixture.model(data)
    let folder = try CheckpointFolder()
    _ = try fixture.train(
      model, data, checkpoints: options(folder, resume: false), stoppingAfter: 2)
    let before = FileManager.default.contents(atPath: folder.path("run.ckpt"))
    let outcome = try fixture.train(
      model, data,
      checkpoints: CheckpointOptions(
        path: folder.path("other.ckpt"), resume: folder.path("run.ckpt"), program: "test 1"))
    #expect(outcome.model == (try fixture.train(model, data)).model)
    #expect(FileManager.default.contents(atPath: folder.path("run.ckpt")) == before)
  }

  @Test("a checkpoint that can no longer be written does not end the run")
  func lostFolder() throws {
    let fixture = TrainingFixture(length: .steps(4))
    let data = try TrainingFixture.data()
    let model = try TrainingFixture.model(data)
    let folder = try CheckpointFolder()
    var failures = 0
    let outcome = try fixture.train(
      model, data, checkpoints: options(folder, resume: false, every: 1)
    ) { event in
      if case .step(let progress) = event, progress.step == 2 {
        try? FileManager.default.removeItem(atPath: folder.path("run.ckpt"))
        try? FileManager.default.createDirectory(
          atPath: folder.path("run.ckpt"), withIntermediateDirectories: true)
      }
      if case .checkpointFailed = event { failures += 1 }
    }
    // After steps 2, 3 and 4, and once more at the end.
    #expect(failures == 4)
    #expect(outcome.model == (try fixture.train(model, data)).model)
  }
}

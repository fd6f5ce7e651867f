import Foundation
import QuantRuntime

/// Writes down what builtins ask for and gives stand-ins for its results: a model that counts as
/// trained with the numbers it had before, scores that are NaN. Nothing is computed and no file is
/// written; what would be saved can be loaded again.
final class PlannedWork: Work {
  let recorder: WorkRecorder
  /// What was saved, by its whole path; nil for what cannot be loaded.
  private var files: [String: Value?] = [:]

  init(_ interruption: Interruption) { recorder = WorkRecorder(interruption) }

  func train(_ task: TrainingTask, _ call: Call) throws -> ModelValue {
    if let checkpoints = task.checkpoints { try check(checkpoints, call) }
    let outcome = try recorder.training(
      task.model.content, on: task.data.content, task.configuration, at: call.place)
    var model = outcome.model
    let steps = outcome.history.epochs.last?.step ?? 0
    model.provenance.history.append("planned: \(task.words(steps: steps))")
    return ModelValue(content: model, history: outcome.history)
  }

  /// Finds what a training would find out about its checkpoints before it starts.
  private func check(_ options: CheckpointOptions, _ call: Call) throws {
    if let resume = options.resume {
      guard exists(resume) else { throw CheckpointError.missing(path: resume) }
      recorder.note(
        "the training in \(call.place) goes on from '\(resume)'; the plan counts it from its start")
    }
    guard options.path == options.resume || !exists(options.path) else {
      throw CheckpointError.exists(path: options.path)
    }
    files[whole(options.path)] = .some(nil)
  }

  func evaluate(_ task: EvaluationTask, _ call: Call) throws -> EvaluationValue {
    let (score, fingerprint) = try recorder.evaluation(
      task.model.content, on: task.data.content, batch: task.batch, at: call.place)
    return EvaluationValue(score, of: task, planned: fingerprint)
  }

  func compareFolded(_ task: FoldErrorTask, _ call: Call) throws -> LogitDifference {
    try recorder.foldError(
      task.model.content, on: task.data.content, images: task.images, at: call.place)
  }

  func profile(_ task: ProfileTask, _ call: Call) throws -> [StepTiming] {
    try recorder.profile(
      task.model.content, batch: task.batch, passes: task.passes, isTraining: task.isTraining,
      at: call.place)
  }

  func look<Result>(_ task: LookingTask<Result>, _ call: Call) throws -> Result {
    try task.standIn(
      recorder.looking(
        task.kind, task.model, on: task.data?.content, images: task.images, batch: task.batch,
        task.passes, facts: task.facts, at: call.place))
  }

  // MARK: - Sweeps

  func sweep(
    _ grid: SweepGrid, chosen: Int, _ call: Call, _ body: () throws -> Void
  ) throws {
    try recorder.sweep(grid, chosen: chosen, at: call.place, body)
  }

  func run(
    _ number: Int, _ labels: [Cell], _ body: () throws -> [SweepRows.Field]
  ) throws -> [SweepRows.Field] {
    try recorder.run(number, labels) {
      do {
        return try body()
      } catch let error as ScriptError {
        recorder.failRun(error.failure.message)
        throw error
      } catch let failure as any RuntimeFailure {
        recorder.failRun(failure.message)
        throw failure
      }
    }
  }

  // MARK: - Files

  func save(_ content: SavedContent, to path: String, _ call: Call) throws {
    if case .value(let value) = content {
      files[whole(path)] = .some(.host(value))
    } else {
      files[whole(path)] = .some(nil)
    }
  }

  func export(_ task: ExportTask, to path: String, _ call: Call) throws -> Deployer.Report {
    let report = try Deployer.plan(
      task.model, format: task.format, opset: task.opset, to: path)
    for file in report.files { files[whole(file)] = .some(nil) }
    return report
  }

  func load(_ path: String, _ call: Call) throws -> Value {
    try files[whole(path)].flatMap { $0 } ?? ModelBuiltins.read(path, call)
  }

  func exists(_ path: String) -> Bool {
    files[whole(path)] != nil || FileManager.default.fileExists(atPath: path)
  }

  private func whole(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  // MARK: - Checks

  /// What a script expects of its results cannot be told from stand-ins.
  func require(_ isMet: Bool, _ failure: @autoclosure () -> any Error) throws {}

  func remark(_ text: String, _ session: SessionContext) {}
}

extension Call {
  /// Where the call stands. In a pipe its span begins where the pipe does; then the last `|> name` says
  /// the line.
  fileprivate var place: WorkPlan.Place {
    let source = session.sources[span.source]
    let text = source.bytes[span.start..<span.end]
    let mark = Array("|> \(builtin.name)".utf8)
    let start =
      text.indices.last { text[$0...].starts(with: mark) } ?? span.start
    return WorkPlan.Place(source: source.name, line: source.position(of: start).line)
  }
}

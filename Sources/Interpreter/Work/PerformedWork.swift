import Foundation
import QuantRuntime

/// Does what builtins ask for: trains, scores, writes files.
final class PerformedWork: Work {
  func train(_ task: TrainingTask, _ call: Call) throws -> ModelValue {
    if let target = task.checkpoints?.path { try FileBuiltins.makeFolder(of: target) }
    let watcher = TrainingWatcher(call.session, task.model.content.name)
    defer { watcher.end() }
    let trainer = Trainer(
      task.configuration, rules: QuantizerCatalog.rules, interruption: call.session.interruption,
      report: watcher.report)
    let outcome = try task.data.tellingOfSkips(call) {
      try trainer.train(
        task.model.content, on: task.data.content, checkpoints: task.checkpoints)
    }
    return try finish(outcome, task, call)
  }

  private func finish(
    _ outcome: TrainingOutcome, _ task: TrainingTask, _ call: Call
  ) throws -> ModelValue {
    if let step = outcome.interruptedAfterStep {
      let interruption = call.session.interruption
      guard call.session.keepsPartialWork, !interruption.isUrgent, !interruption.endsProgram else {
        throw Interrupted()
      }
      interruption.answer()
      call.session.output.talk("training interrupted after step \(step); this is the model so far")
    }
    var model = outcome.model
    let steps = outcome.interruptedAfterStep ?? outcome.history.epochs.last?.step ?? 0
    model.provenance.history.append("trained \(task.words(steps: steps))")
    if outcome.interruptedAfterStep == nil {
      FoldBuiltins.tellError(of: model, on: task.data, call)
    }
    return ModelValue(
      content: model, history: outcome.history,
      work: TrainedWork(isSaved: task.checkpoints != nil))
  }

  func evaluate(_ task: EvaluationTask, _ call: Call) throws -> EvaluationValue {
    let (model, data) = (task.model.content, task.data.content)
    let progress = call.session.output.progress
    progress.begin("evaluate \(model.name)", total: data.test.count)
    defer { progress.end() }
    let result = try task.data.tellingOfSkips(call) {
      let report = { (done: Int) in progress.update(done, "images") }
      if let integer = task.integer {
        return try Evaluator.evaluate(
          integer.content, of: model, on: data, batch: task.batch,
          interruption: call.session.interruption, report: report)
      }
      return try Evaluator.evaluate(
        model, on: data, batch: task.batch, rules: QuantizerCatalog.rules,
        interruption: call.session.interruption, report: report)
    }
    return EvaluationValue(result, of: task)
  }

  func compareFolded(_ task: FoldErrorTask, _ call: Call) throws -> LogitDifference {
    try task.data.tellingOfSkips(call) {
      try FoldError.measure(
        task.model.content, on: task.data.content, images: task.images,
        rules: QuantizerCatalog.rules, interruption: call.session.interruption)
    }
  }

  func profile(_ task: ProfileTask, _ call: Call) throws -> [StepTiming] {
    let progress = call.session.output.progress
    progress.begin("profile \(task.model.content.name)", total: task.passes + 1)
    defer { progress.end() }
    return try Profiler.profile(
      task.model.content, batch: task.batch, passes: task.passes, isTraining: task.isTraining,
      rules: QuantizerCatalog.rules, interruption: call.session.interruption
    ) { progress.update($0, "passes") }
  }

  func look<Result>(_ task: LookingTask<Result>, _ call: Call) throws -> Result {
    let progress = call.session.output.progress
    progress.begin("\(call.builtin.name) \(task.model.name)", total: task.images)
    defer { progress.end() }
    guard let data = task.data else {
      return try task.perform(call.session.interruption) { progress.update($0, "passes") }
    }
    return try data.tellingOfSkips(call) {
      try task.perform(call.session.interruption) { progress.update($0, "images") }
    }
  }

  func sweep(
    _ grid: SweepGrid, chosen: Int, _ call: Call, _ body: () throws -> Void
  ) throws { try body() }

  func run(
    _ number: Int, _ labels: [Cell], _ body: () throws -> [SweepRows.Field]
  ) throws -> [SweepRows.Field] { try body() }

  func save(_ content: SavedContent, to path: String, _ call: Call) throws {
    try FileBuiltins.makeFolder(of: path)
    let interruption = call.session.interruption
    switch content {
    case .table(let table, append: true): try table.append(to: path, until: interruption)
    case .table(let table, append: false): try table.write(to: path, until: interruption)
    case .text(let text): try AtomicFile.write(Data(text.utf8), to: path)
    case .value(let value): try value.save(to: path)
    }
  }

  func export(_ task: ExportTask, to path: String, _ call: Call) throws -> Deployer.Report {
    try FileBuiltins.makeFolder(of: path)
    return try Deployer.write(
      task.model, format: task.format, opset: task.opset, to: path, access: call.session.files)
  }

  func load(_ path: String, _ call: Call) throws -> Value { try ModelBuiltins.read(path, call) }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  func require(_ isMet: Bool, _ failure: @autoclosure () -> any Error) throws {
    if !isMet { throw failure() }
  }

  func remark(_ text: String, _ session: SessionContext) { session.output.talk(text) }
}

extension TrainingTask {
  /// For the history of a model: `100 steps of 2 x 64 on synthetic, seed 1`.
  func words(steps: Int) -> String {
    let size =
      configuration.accumulate == 1
      ? "\(configuration.batch)" : "\(configuration.accumulate) x \(configuration.batch)"
    return "\(steps) steps of \(size) on \(data.content.name), seed \(configuration.seed)"
  }
}

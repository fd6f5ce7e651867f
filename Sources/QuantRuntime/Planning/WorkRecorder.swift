/// Writes down what a script would do, as it says so. A class because what does the work and what
/// reads the plan share it.
public final class WorkRecorder {
  /// What was written down so far.
  public private(set) var plan = WorkPlan()
  private let identity: WorkIdentity
  private var passPlaces: [PlannedPass: Int] = [:]
  private var openRuns: [Int] = []
  private var openSweeps: [Int] = []

  /// Trainings and scorings of a plan. A script with more waits for a result that never comes, or
  /// would never end anyway.
  public static let taskLimit = 100_000
  private let taskLimit: Int

  /// - Parameter interruption: stops the reading of large data sets.
  public init(_ interruption: Interruption, taskLimit: Int = taskLimit) {
    identity = WorkIdentity(interruption)
    self.taskLimit = taskLimit
  }

  // MARK: - Work

  /// A training: gives the model and the history as far as they are known before it.
  ///
  /// The model's quantizers count as initialized; losses and accuracies are NaN.
  /// - Throws: what the training would throw at its start; `PlanningError.tooMuch`.
  public func training(
    _ model: Model, on data: Dataset, _ configuration: TrainingConfiguration,
    at place: WorkPlan.Place
  ) throws -> TrainingOutcome {
    try configuration.check(model, data)
    let course = TrainingCourse(configuration, images: data.train.count)
    let fingerprint = try identity.training(model, data, configuration, steps: course.steps)
    let passes = configuration.accumulate
    let parts = try [(course.movingSteps, false), (course.steps - course.movingSteps, true)]
      .filter { $0.0 > 0 }
      .map { steps, isFrozen in
        WorkPlan.Part(
          pass: try pass(
            model.graph, configuration.batch, .train(frozenNorm: isFrozen)),
          count: steps * passes)
      }
    try add(
      .train, place, model, data.name, images: course.steps * configuration.imagesPerStep,
      steps: course.steps, batch: configuration.batch, parts, fingerprint)
    var result = model
    result.quantization?.isInitialized = true
    result.provenance.planned = fingerprint
    return TrainingOutcome(model: result, history: course.history)
  }

  /// A scoring of all test images: gives their number, all else is NaN.
  ///
  /// - Returns: the score and the fingerprint.
  /// - Throws: what the scoring would throw at its start; `PlanningError.tooMuch`.
  public func evaluation(
    _ model: Model, on data: Dataset, batch: Int, at place: WorkPlan.Place
  ) throws -> (score: Evaluation, fingerprint: String) {
    try Evaluator.check(model, data)
    let images = data.test.count
    let batch = min(batch, images)
    let steps = (images + batch - 1) / batch
    let fingerprint = try identity.scoring("evaluate", model, data, images: images, batch: batch)
    try add(
      .evaluate, place, model, data.name, images: images, steps: steps, batch: batch,
      [WorkPlan.Part(pass: try pass(model.graph, batch, .evaluate), count: steps)], fingerprint)
    let score = Evaluation(top1: .nan, top5: .nan, loss: .nan, count: images)
    return (score, fingerprint)
  }

  /// A comparison of a model with its folded form: both see every image.
  ///
  /// - Throws: what the comparison would throw at its start; `PlanningError.tooMuch`.
  public func foldError(
    _ model: Model, on data: Dataset, images: Int, at place: WorkPlan.Place
  ) throws -> LogitDifference {
    try Evaluator.check(model, data)
    let folded = try model.foldedForInference()
    let images = min(images, data.test.count)
    let batch = min(images, LogitDifference.largestBatch)
    let steps = (images + batch - 1) / batch
    let parts = try [model, folded].map {
      WorkPlan.Part(pass: try pass($0.graph, batch, .evaluate), count: steps)
    }
    try add(
      .foldError, place, model, data.name, images: 2 * images, steps: 2 * steps, batch: batch,
      parts,
      try identity.scoring("fold_error", model, data, images: images, batch: batch))
    return LogitDifference(difference: .nan, largestLogit: .nan, agreeing: 0, count: images)
  }

  /// Timed passes of a model on made-up images.
  ///
  /// - Returns: the steps of a pass, their times NaN.
  /// - Throws: what the profile would throw at its start; `PlanningError.tooMuch`.
  public func profile(
    _ model: Model, batch: Int, passes: Int, isTraining: Bool, at place: WorkPlan.Place
  ) throws -> [StepTiming] {
    let mode = isTraining ? PlannedPass.Mode.train(frozenNorm: false) : .evaluate
    let count = passes + Profiler.warmUp
    try add(
      .profile, place, model, "noise", images: count * batch, steps: count, batch: batch,
      [WorkPlan.Part(pass: try pass(model.graph, batch, mode), count: count)],
      identity.profile(model, batch: batch, passes: passes, isTraining: isTraining))
    return try PlannedPass(model.graph, batch: batch, mode: mode).outline().steps
  }

  /// Work that looks at images of a data set and is told by its passes.
  ///
  /// - Parameters:
  ///   - data: nil for noise.
  ///   - passes: each with how often it is made.
  ///   - facts: what the result depends on besides model, images and batch.
  /// - Returns: the fingerprint.
  /// - Throws: what compiling the passes would throw; `PlanningError.tooMuch`.
  public func looking(
    _ kind: WorkPlan.Task.Kind, _ model: Model, on data: Dataset?, images: Int, batch: Int,
    _ passes: [(pass: PlannedPass, count: Int)], facts: [String], at place: WorkPlan.Place
  ) throws -> String {
    let fingerprint = try identity.looking(
      kind.rawValue, model, data, images: images, batch: batch, facts)
    let parts = try passes.map { entry in
      WorkPlan.Part(
        pass: try pass(entry.pass.graph, entry.pass.batch, entry.pass.mode), count: entry.count)
    }
    let steps = passes.reduce(0) { $0 + $1.count }
    let seen = passes.reduce(0) { $0 + $1.count * $1.pass.batch }
    try add(
      kind, place, model, data?.name ?? "noise", images: seen, steps: steps, batch: batch, parts,
      fingerprint)
    return fingerprint
  }

  private func add(
    _ kind: WorkPlan.Task.Kind, _ place: WorkPlan.Place, _ model: Model, _ data: String,
    images: Int, steps: Int, batch: Int, _ parts: [WorkPlan.Part], _ fingerprint: String
  ) throws {
    guard plan.tasks.count < taskLimit else {
      throw PlanningError.tooMuch(limit: taskLimit)
    }
    plan.tasks.append(
      WorkPlan.Task(
        kind: kind, place: place, run: openRuns.last, model: model.name,
        data: data, images: images, steps: steps,
        batch: batch, parts: parts, fingerprint: fingerprint))
  }

  private func pass(_ graph: Graph, _ batch: Int, _ mode: PlannedPass.Mode) throws -> Int {
    let pass = PlannedPass(graph, batch: batch, mode: mode)
    if let place = passPlaces[pass] { return place }
    plan.passes.append(
      .init(pass: pass, memoryBytes: try pass.outline().memoryBytes, macs: try pass.macs()))
    passPlaces[pass] = plan.passes.count - 1
    return plan.passes.count - 1
  }

  /// Something that a reader of the plan has to know; said once.
  public func note(_ text: String) {
    if !plan.notes.contains(text) { plan.notes.append(text) }
  }

  // MARK: - Sweeps

  /// A sweep around what its runs write down.
  public func sweep<T>(
    _ grid: SweepGrid, chosen: Int, at place: WorkPlan.Place, _ body: () throws -> T
  ) rethrows -> T {
    plan.sweeps.append(
      .init(
        place: place, axes: grid.axes, cells: grid.count, chosen: chosen, parent: openRuns.last))
    openSweeps.append(plan.sweeps.count - 1)
    defer { openSweeps.removeLast() }
    return try body()
  }

  /// A run of the innermost open sweep.
  ///
  /// - Parameters:
  ///   - number: within its sweep, from 1.
  ///   - labels: what its values are called, one for each axis.
  public func run<T>(
    _ number: Int, _ labels: [Cell], _ body: () throws -> T
  ) rethrows -> T {
    guard let sweep = openSweeps.last else { preconditionFailure("a run is part of a sweep") }
    plan.runs.append(
      .init(sweep: sweep, number: number, labels: labels, parent: openRuns.last))
    let place = plan.runs.count - 1
    openRuns.append(place)
    defer { openRuns.removeLast() }
    return try body()
  }

  /// The innermost open run would fail.
  public func failRun(_ message: String) {
    if let run = openRuns.last { plan.runs[run].error = message }
  }
}

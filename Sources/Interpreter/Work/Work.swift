import QuantRuntime

/// What builtins do that takes long or leaves traces behind. A session that runs a script does it
/// (`PerformedWork`); one that plans a script writes it down (`PlannedWork`).
///
/// A builtin checks its arguments, hands the rest to the session's work and goes on with the result,
/// and knows of no second way. A builtin that takes longer than a moment or writes a file belongs
/// here.
protocol Work: AnyObject {
  func train(_ task: TrainingTask, _ call: Call) throws -> ModelValue
  func evaluate(_ task: EvaluationTask, _ call: Call) throws -> EvaluationValue
  func compareFolded(_ task: FoldErrorTask, _ call: Call) throws -> LogitDifference
  /// The steps of a pass with their times.
  func profile(_ task: ProfileTask, _ call: Call) throws -> [StepTiming]

  /// Work on a model that looks at images, see `LookingTask`.
  func look<Result>(_ task: LookingTask<Result>, _ call: Call) throws -> Result

  /// A sweep around its runs.
  ///
  /// - Parameter chosen: the cells to run.
  func sweep(_ grid: SweepGrid, chosen: Int, _ call: Call, _ body: () throws -> Void) throws
  /// One run of the innermost sweep.
  ///
  /// - Parameters:
  ///   - number: from 1.
  ///   - labels: what its values on the axes are called.
  func run(
    _ number: Int, _ labels: [Cell], _ body: () throws -> [SweepRows.Field]
  ) throws -> [SweepRows.Field]

  func save(_ content: SavedContent, to path: String, _ call: Call) throws
  /// What a model was written to, after reading it again.
  func export(_ task: ExportTask, to path: String, _ call: Call) throws -> Deployer.Report
  /// What `load` gives for a path.
  func load(_ path: String, _ call: Call) throws -> Value
  func exists(_ path: String) -> Bool

  /// Fails unless what a script expects is so.
  func require(_ isMet: Bool, _ failure: @autoclosure () -> any Error) throws
  /// Says something about how the work went, such as how long it took.
  func remark(_ text: String, _ session: SessionContext)
}

struct TrainingTask {
  var model: ModelValue
  var data: DatasetValue
  var configuration: TrainingConfiguration
  var checkpoints: CheckpointOptions?
}

struct EvaluationTask {
  var model: ModelValue
  /// The model in integers, if these are to be scored.
  var integer: IntegerValue?
  var data: DatasetValue
  /// Images of one pass.
  var batch: Int
}

struct FoldErrorTask {
  var model: ModelValue
  var data: DatasetValue
  var images: Int
}

struct ProfileTask {
  var model: ModelValue
  /// Images of one pass.
  var batch: Int
  var passes: Int
  /// Passes go backward too.
  var isTraining: Bool
}

/// Work on a model that looks at images and says itself how it is done: calibration, comparisons.
struct LookingTask<Result> {
  var kind: WorkPlan.Task.Kind
  var model: Model
  /// nil looks at noise.
  var data: DatasetValue?
  var images: Int
  /// Images of one pass.
  var batch: Int
  /// What it is made of, each with how often: for a plan's time and memory.
  var passes: [(pass: PlannedPass, count: Int)]
  /// What its result depends on besides model, data, images and batch.
  var facts: [String] = []
  /// - Parameter report: to be called with the images done so far.
  var perform: (_ interruption: Interruption, _ report: (Int) -> Void) throws -> Result
  /// What a plan goes on with, given the name of the work.
  var standIn: (_ fingerprint: String) throws -> Result
}

/// What `save` writes.
enum SavedContent {
  /// With `append`, behind the rows of the file.
  case table(Table, append: Bool)
  case text(String)
  case value(any SavableValue)
}

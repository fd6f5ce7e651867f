import Foundation
import QuantRuntime

/// Training.
enum TrainingBuiltins {
  static let all = [train]

  static let data = Parameter("data", .host("dataset"), "A data set.")
  /// What the examples begin with.
  static let setting =
    "let data = dataset(\"synthetic\", train: 64, test: 32, size: 16)\n"
    + "let net = model(\"resnet20\", for: data)\n"

  static func dataset(_ call: Call) -> DatasetValue {
    call.value("data", as: DatasetValue.self)
  }

  private static let train = Builtin(
    "train", family: "training", "A model trained on the training images of a data set.",
    details: """
      The model given is not changed. Each epoch takes the images in a new order drawn from the
      session's seed and drops those that do not fill a step. A quantized model is first initialized
      from the first batch: each scale behind the already quantized layers before it.
      With `accumulate: k` a step averages the gradients of k batches; steps and schedules count
      updates, batch norm and the scales of quantizers see one batch at a time. `freeze_bn_after`
      lets batch norm use its running statistics from then on, and leave them alone.

      An interruption ends the training after the step it is in. At the prompt the model so far is
      the result; a script stops. `checkpoint: "run.ckpt"` saves the progress at the start, every
      `every` steps or else every epoch, at an interruption and at the end. After whatever stopped
      the program, `resume: true` goes on from there, with the same model, data, settings and seed,
      and ends in the same bytes as a run that was never stopped. `resume: exists("run.ckpt")`
      begins when there is nothing to go on from.
      """,
    parameters: [ModelBuiltins.modelParameter, data] + settings + checkpointSettings,
    result: .host("model"),
    examples: [
      .init(
        setting
          + "net |> train(data, steps: 2, batch: 16, lr: constant(peak: 0.1)) |> history |> count",
        "1"),
      .init(
        setting + "let settings = (steps: 2, batch: 8, accumulate: 2, lr: constant(peak: 0.1))\n"
          + "let whole = train(net, data, ...settings, checkpoint: \"run.ckpt\")\n"
          + "train(net, data, ...settings, checkpoint: \"run.ckpt\", resume: true) == whole",
        "true"),
    ]
  ) { call in
    let task = TrainingTask(
      model: ModelBuiltins.value(call), data: dataset(call),
      configuration: try configuration(call), checkpoints: try checkpoints(call))
    return try call.blaming({ culprit($0, call) }) {
      .host(try call.session.work.train(task, call))
    }
  }.checking { call in
    switch (call.isGiven("epochs"), call.isGiven("steps")) {
    case (true, true), (false, false): throw lengthFailure
    default: break
    }
    if call.isGiven("freeze_bn_after") == true, call.isGiven("freeze_bn_after_steps") == true {
      throw freezeFailure
    }
    let asks = call.isGiven("every") == true || call.constant("resume") == .bool(true)
    if asks, call.isGiven("checkpoint") == false, !call["resume"].isNamed("string") {
      throw checkpointFailure
    }
  }

  /// The parameter whose argument a failure is about; nil when it is no single one.
  private static func culprit(_ failure: any RuntimeFailure, _ call: Call) -> String? {
    switch failure {
    case CheckpointError.exists: "checkpoint"
    case is CheckpointError: call["resume"] == .bool(true) ? "checkpoint" : "resume"
    case TrainingError.batchTooLarge: call.int("accumulate") == 1 ? "batch" : "accumulate"
    default: culpritAmongData(failure)
    }
  }

  /// The parameter to blame for a failure of a model on data.
  static func culpritAmongData(_ failure: any RuntimeFailure) -> String? {
    switch failure {
    case TrainingError.imageShape, TrainingError.classCount: "data"
    case TrainingError.notInitialized: "model"
    default: nil
    }
  }

  private static let lengthFailure = ValueError.builtin(
    code: "train.length", message: "'train' needs either 'epochs:' or 'steps:'", help: nil)
  private static let freezeFailure = ValueError.builtin(
    code: "train.freeze",
    message: "'train' takes either 'freeze_bn_after:' or 'freeze_bn_after_steps:'", help: nil)
  private static let checkpointFailure = ValueError.builtin(
    code: "train.checkpoint", message: "'train' needs 'checkpoint:' with a file for this",
    help: "such as checkpoint: \"run.ckpt\"")

  private static let settings = [
    Parameter(
      "epochs", .optional(.int(1...100_000)), default: .nil, needsLabel: true,
      "Passes over the data; or give 'steps'."),
    Parameter(
      "steps", .optional(.int(1...1_000_000_000)), default: .nil, needsLabel: true,
      "Updates in all; or give 'epochs'."),
    Parameter(
      "batch", .int(1...65_536), default: .int(64), needsLabel: true,
      "Images that pass through the network at once."),
    Parameter(
      "accumulate", .int(1...65_536), default: .int(1), needsLabel: true, "Batches of a step."),
    Parameter(
      "optimizer", .host("optimizer"),
      default: .host(OptimizerValue(content: AnyOptimizer(SGD()))),
      needsLabel: true, "How a step changes the weights."),
    Parameter("lr", .host("schedule"), needsLabel: true, "The learning rate's course."),
    Parameter(
      "label_smoothing", .float(0...0.999), default: .float(0), needsLabel: true,
      "Weight of the uniform distribution in the targets."),
    Parameter(
      "freeze_bn_after", .optional(.float(0...100_000)), default: .nil, needsLabel: true,
      "Epochs after which batch norm keeps its running statistics."),
    Parameter(
      "freeze_bn_after_steps", .optional(.int(0...1_000_000_000)), default: .nil, needsLabel: true,
      "The same in steps."),
  ]

  private static let checkpointSettings = [
    Parameter(
      "checkpoint", .optional(.path(.write)), default: .nil, needsLabel: true,
      "A file to save the progress in."),
    Parameter(
      "every", .optional(.int(1...1_000_000_000)), default: .nil, needsLabel: true,
      "Steps from one checkpoint to the next; nil for an epoch."),
    Parameter(
      "resume", .oneOf([.bool, .path(.read)]), default: .bool(false), needsLabel: true,
      "Goes on from the checkpoint, or from another file."),
  ]

  private static func configuration(_ call: Call) throws -> TrainingConfiguration {
    let optimizer = call.value("optimizer", as: OptimizerValue.self)
    return TrainingConfiguration(
      length: try length(call), batch: call.int("batch"), accumulate: call.int("accumulate"),
      optimizer: optimizer.content, groups: optimizer.groups.groups,
      learningRate: call.value("lr", as: ScheduleValue.self).content,
      labelSmoothing: call.float("label_smoothing"), frozenNormAfter: try freeze(call),
      seed: call.session.seed)
  }

  private static func freeze(_ call: Call) throws -> TrainingTime? {
    switch (call.isGiven("freeze_bn_after"), call.isGiven("freeze_bn_after_steps")) {
    case (true, true): throw freezeFailure
    case (true, false): return .epochs(call.float("freeze_bn_after"))
    case (false, true): return .steps(call.int("freeze_bn_after_steps"))
    case (false, false): return nil
    }
  }

  private static func length(_ call: Call) throws -> TrainingConfiguration.Length {
    switch (call.isGiven("epochs"), call.isGiven("steps")) {
    case (true, false): return .epochs(call.int("epochs"))
    case (false, true): return .steps(call.int("steps"))
    default: throw lengthFailure
    }
  }

  /// - Throws: when there is no file to write and no file to read, but an option that needs one.
  private static func checkpoints(_ call: Call) throws -> CheckpointOptions? {
    let path = call.isGiven("checkpoint") ? call.string("checkpoint") : nil
    var resume: String?
    switch call["resume"] {
    case .string(let text): resume = text.value
    case .bool(true): resume = path
    default: break
    }
    guard let target = path ?? resume else {
      guard call["resume"] == .bool(false), !call.isGiven("every") else {
        throw checkpointFailure
      }
      return nil
    }
    // Without a file of its own the run goes on in the one that it reads.
    if path == nil { try call.checkWriting(target, of: "resume") }
    return CheckpointOptions(
      path: target, every: call.isGiven("every") ? call.int("every") : nil, resume: resume,
      program: "mqsh \(Version.number)")
  }
}

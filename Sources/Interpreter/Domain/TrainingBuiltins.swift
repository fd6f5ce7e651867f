import Foundation
import QuantRuntime

/// An optimizer's settings as a value of the language.
struct OptimizerValue: HostValue, Equatable {
  let content: SGD
  var typeName: String { "optimizer" }
  var summary: String {
    "sgd(momentum: \(content.momentum), nesterov: \(content.nesterov), "
      + "weight_decay: \(content.weightDecay))"
  }
}

/// A learning rate's course as a value of the language.
struct ScheduleValue: HostValue, Equatable {
  let content: LearningRate
  var typeName: String { "schedule" }
  var summary: String {
    let common = "peak: \(content.peak), start: \(content.start), warmup: \(content.warmupEpochs)"
    return switch content.decay {
    case .constant: "constant(\(common))"
    case .cosine(let end): "cosine(\(common), end: \(end))"
    case .step(let epochs, let factor): "step(\(common), at: \(epochs), factor: \(factor))"
    }
  }
}

/// A score as a value of the language: it says what was scored.
struct EvaluationValue: HostValue, Equatable {
  let content: Evaluation
  /// What ran: `float32`, or bits and backend.
  let arithmetic: String
  let model: String
  let data: String

  var typeName: String { "evaluation" }
  var summary: String {
    String(
      format: "top-1 %.2f %%, top-5 %.2f %%, loss %.4f on %d images of %@ (%@, %@)",
      content.top1 * 100, content.top5 * 100, content.loss, content.count, data, model, arithmetic)
  }
  var fieldNames: [String] { ["top1", "top5", "loss", "count", "arithmetic", "model", "data"] }
  func field(_ name: String) -> Value? {
    switch name {
    case "top1": .float(content.top1)
    case "top5": .float(content.top5)
    case "loss": .float(content.loss)
    case "count": .int(content.count)
    case "arithmetic": .text(arithmetic)
    case "model": .text(model)
    case "data": .text(data)
    default: nil
    }
  }
}

/// Training and evaluation.
enum TrainingBuiltins {
  static let all = [train, evaluate, sgd, cosine, constant, step]

  private static let data = Parameter("data", .host("dataset"), "A data set.")
  private static let setting =
    "let data = dataset(\"synthetic\", train: 64, test: 32, size: 16)\n"
    + "let net = model(\"resnet20\", for: data)\n"

  private static let train = Builtin(
    "train", family: "training", "A model trained on the training images of a data set.",
    details: """
      The model given is not changed. Each epoch takes the images in a new order drawn from the
      session's seed and drops those that do not fill a batch. A quantized model is first initialized
      from the first batch: each scale behind the already quantized layers before it.

      An interruption ends the training after the step it is in. At the prompt the model so far is
      the result; a script stops.
      """,
    parameters: [
      ModelBuiltins.modelParameter, data,
      Parameter(
        "epochs", .optional(.int(1...100_000)), default: .nil, needsLabel: true,
        "Passes over the data; or give 'steps'."),
      Parameter(
        "steps", .optional(.int(1...1_000_000_000)), default: .nil, needsLabel: true,
        "Batches in all; or give 'epochs'."),
      Parameter(
        "batch", .int(1...65_536), default: .int(64), needsLabel: true, "Images of a step."),
      Parameter(
        "optimizer", .host("optimizer"), default: .host(OptimizerValue(content: SGD())),
        needsLabel: true, "How a step changes the weights."),
      Parameter("lr", .host("schedule"), needsLabel: true, "The learning rate's course."),
      Parameter(
        "label_smoothing", .float(0...0.999), default: .float(0), needsLabel: true,
        "Weight of the uniform distribution in the targets."),
    ],
    result: "model",
    examples: [
      .init(
        setting
          + "net |> train(data, steps: 2, batch: 16, lr: constant(peak: 0.1)) |> history |> count",
        "1")
    ]
  ) { call in
    let model = ModelBuiltins.value(call)
    let data = dataset(call)
    let configuration = TrainingConfiguration(
      length: try length(call), batch: call.int("batch"),
      optimizer: call.value("optimizer", as: OptimizerValue.self).content,
      learningRate: call.value("lr", as: ScheduleValue.self).content,
      labelSmoothing: call.float("label_smoothing"),
      seed: call.session.seed)
    let progress = call.session.output.progress
    var hasBegun = false
    defer { progress.end() }
    let trainer = Trainer(
      configuration, rules: QuantizerCatalog.rules, interruption: call.session.interruption
    ) { state in
      if !hasBegun { progress.begin("train \(model.content.name)", total: state.steps) }
      hasBegun = true
      progress.update(
        state.step,
        String(format: "epoch %d/%d  loss %.3f", state.epoch, state.epochs, state.loss))
    }
    let outcome = try data.tellingOfSkips(call) {
      try trainer.train(model.content, on: data.content)
    }
    return try finish(outcome, configuration, data, call)
  }

  private static func finish(
    _ outcome: TrainingOutcome, _ configuration: TrainingConfiguration, _ data: DatasetValue,
    _ call: Call
  ) throws -> Value {
    if let step = outcome.interruptedAfterStep {
      guard call.session.isInteractive, !call.session.interruption.isUrgent else {
        throw Interrupted()
      }
      call.session.interruption.clear()
      call.session.output.talk("training interrupted after step \(step); this is the model so far")
    }
    var model = outcome.model
    let steps = outcome.interruptedAfterStep ?? outcome.history.epochs.last?.step ?? 0
    model.provenance.history.append(
      "trained \(steps) steps of \(configuration.batch) on \(data.content.name), "
        + "seed \(configuration.seed)")
    return .host(ModelValue(content: model, history: outcome.history))
  }

  private static func length(_ call: Call) throws -> TrainingConfiguration.Length {
    switch (call.isGiven("epochs"), call.isGiven("steps")) {
    case (true, false): return .epochs(call.int("epochs"))
    case (false, true): return .steps(call.int("steps"))
    default: throw call.failure("train.length", "'train' needs either 'epochs:' or 'steps:'")
    }
  }

  private static func dataset(_ call: Call) -> DatasetValue {
    call.value("data", as: DatasetValue.self)
  }

  private static let evaluate = Builtin(
    "evaluate", family: "training", "Scores a model on the test images of a data set.",
    details: """
      `top1` and `top5` are shares from 0 to 1, `loss` is the mean cross entropy without label
      smoothing, `count` the number of images, `arithmetic` says what ran: float32, or which bits
      were simulated for which backend.
      """,
    parameters: [
      ModelBuiltins.modelParameter, data,
      Parameter(
        "batch", .int(1...65_536), default: .int(250), needsLabel: true, "Images of one pass."),
    ],
    result: "evaluation", examples: [.init(setting + "evaluate(net, data).count", "32")]
  ) { call in
    let model = ModelBuiltins.value(call)
    let data = dataset(call)
    let progress = call.session.output.progress
    progress.begin("evaluate \(model.content.name)", total: data.content.test.count)
    defer { progress.end() }
    let result = try data.tellingOfSkips(call) {
      try Evaluator.evaluate(
        model.content, on: data.content, batch: call.int("batch"), rules: QuantizerCatalog.rules,
        interruption: call.session.interruption
      ) { progress.update($0, "images") }
    }
    guard let result else { throw Interrupted() }
    return .host(
      EvaluationValue(
        content: result, arithmetic: model.state, model: model.content.name,
        data: data.content.name))
  }

  private static let sgd = Builtin(
    "sgd", family: "training", "Stochastic gradient descent with momentum and weight decay.",
    details: """
      d = g + weight_decay w;  v = momentum v + d;  w = w - lr (nesterov ? d + momentum v : v).
      Weight decay reaches every trained tensor, batch norm and the scales of quantizers included.
      """,
    parameters: [
      Parameter("momentum", .float(0...0.9999), default: .float(0.9), needsLabel: true, "0 to 1."),
      Parameter(
        "nesterov", .bool, default: .bool(true), needsLabel: true, "Looks a step ahead."),
      Parameter(
        "weight_decay", .float(0...1), default: .float(1e-4), needsLabel: true, "L2 penalty."),
    ],
    result: "optimizer",
    examples: [.init("sgd()", "sgd(momentum: 0.9, nesterov: true, weight_decay: 0.0001)")]
  ) { call in
    .host(
      OptimizerValue(
        content: SGD(
          momentum: call.float("momentum"), nesterov: call.bool("nesterov"),
          weightDecay: call.float("weight_decay"))))
  }

  private static let rate = ParameterType.float(0...1_000)
  private static let courseParameters = [
    Parameter("peak", rate, needsLabel: true, "The highest rate."),
    Parameter(
      "start", rate, default: .float(0), needsLabel: true, "The rate of the first warm-up step."),
    Parameter(
      "warmup", .float(0...100_000), default: .float(0), needsLabel: true,
      "Epochs of linear warm-up; fractions are allowed."),
  ]

  private static func course(_ call: Call, _ decay: LearningRate.Decay) -> Value {
    .host(
      ScheduleValue(
        content: LearningRate(
          decay, peak: call.float("peak"), start: call.float("start"),
          warmupEpochs: call.float("warmup"))))
  }

  private static let cosine = Builtin(
    "cosine", family: "training", "A learning rate that falls along half a cosine wave.",
    details: "After the warm-up: lr = end + (peak - end) (1 + cos(pi t)) / 2, t from 0 to 1.",
    parameters: courseParameters + [
      Parameter("end", rate, default: .float(0), needsLabel: true, "The rate of the last step.")
    ],
    result: "schedule",
    examples: [
      .init(
        "cosine(peak: 0.1, warmup: 1)", "cosine(peak: 0.1, start: 0.0, warmup: 1.0, end: 0.0)")
    ]
  ) { course($0, .cosine(end: $0.float("end"))) }

  private static let constant = Builtin(
    "constant", family: "training", "A learning rate that stays at its peak.",
    parameters: courseParameters, result: "schedule",
    examples: [.init("constant(peak: 0.01)", "constant(peak: 0.01, start: 0.0, warmup: 0.0)")]
  ) { course($0, .constant) }

  private static let step = Builtin(
    "step", family: "training", "A learning rate that falls by a factor at given epochs.",
    parameters: courseParameters + [
      Parameter("at", .list, needsLabel: true, "The epochs, counted from 0, that start lower."),
      Parameter("factor", .float(0...1), default: .float(0.1), needsLabel: true, "Of each fall."),
    ],
    result: "schedule", examples: [.init("step(peak: 0.1, at: [30, 60])")]
  ) { call in
    let epochs = try call.elements("at").map { value in
      guard let epoch = value.number else {
        throw ArgumentError.type(
          parameter: "at", function: "step", expected: "list of numbers", found: value.typeName)
      }
      return epoch
    }
    return course(call, .step(atEpochs: epochs, factor: call.float("factor")))
  }
}

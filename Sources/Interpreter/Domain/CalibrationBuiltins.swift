import QuantRuntime

/// Quantizing without training.
enum CalibrationBuiltins {
  static let all = [calibrate, recalibrate]

  /// Makes the model of the examples ready for its name `q`.
  static let setting =
    TrainingBuiltins.setting
    + "let q = quantize(net, static_uniform(bits: 8), backend: tensorrt)\n"

  static let images = Parameter(
    "images", .int(1...10_000_000), default: .int(1024), needsLabel: true,
    "Training images to look at, drawn with the session's seed.")
  static let batch = Parameter(
    "batch", .int(1...65_536), default: .int(64), needsLabel: true, "Images of one pass.")
  static let activations = Parameter(
    "activations", .optional(.host("observer")), default: .nil, needsLabel: true,
    "Finds the ranges of activations.")
  static let weights = Parameter(
    "weights", .optional(.host("observer")), default: .nil, needsLabel: true,
    "Finds the ranges of weights.")
  static let augment = Parameter(
    "augment", .bool, default: .bool(false), needsLabel: true,
    "Whether the images are augmented as for training.")

  private static let calibrate = Builtin(
    "calibrate", family: "post-training",
    "A quantized model whose scales are found from images, without training.",
    details: """
      Each observer sees the values of the float network: weights once, activations over all images.
      Then every quantizer covers what its observer found. What the quantizers knew before is
      forgotten. An observer that is not given is the one that the quantizer was made with, or else
      mse() for activations and min_max() for weights.
      MQBench, appendix C.3, which takes 4096 images, augmented: images: 4096, augment: true.
      """,
    parameters: [
      ModelBuiltins.modelParameter, TrainingBuiltins.data, images,
      activations, weights, batch, augment,
    ],
    result: .host("model"),
    examples: [
      .init(setting + "evaluate(calibrate(q, data, images: 64), data).count", "32"),
      .init(setting + "calibrate(q, data, images: 32, activations: kl()).backend", "\"tensorrt\""),
    ]
  ) { call in
    let model = ModelBuiltins.value(call)
    let data = TrainingBuiltins.dataset(call)
    let configuration = configuration(call, model.content)
    let words =
      "calibrated on \(configuration.images) images of \(data.content.name), "
      + "activations \(ObserverValue(content: configuration.activations).summary), weights "
      + "\(ObserverValue(content: configuration.weights).summary), seed \(configuration.seed)"
    return try modelFrom(call, .calibrate, words, facts: ["\(configuration)"]) { stop, report in
      try Calibrator.calibrate(
        model.content, on: data.content, configuration, rules: QuantizerCatalog.rules,
        interruption: stop, report: report)
    }
  }

  private static let recalibrate = Builtin(
    "recalibrate_bn", family: "post-training",
    "A model whose batch norm has new running statistics, found with quantization on.",
    details: """
      Quantized values have another mean and variance than those that training counted. Each batch
      norm takes the statistics of its batch, and their averages over all images replace the running
      ones. Not for models whose batch norm is folded away. Ranges that follow the batch in training
      (the ends of pact and dorefa) do so here.
      MQBench, appendix C.3.
      """,
    parameters: [ModelBuiltins.modelParameter, TrainingBuiltins.data, images, batch, augment],
    result: .host("model"),
    examples: [
      .init(TrainingBuiltins.setting + "recalibrate_bn(net, data, images: 64).name", "\"resnet20\"")
    ]
  ) { call in
    let model = ModelBuiltins.value(call)
    let data = TrainingBuiltins.dataset(call)
    let (images, batch) = (call.int("images"), call.int("batch"))
    let augments = call.bool("augment")
    let words =
      "batch norm recalibrated on \(images) images of \(data.content.name), "
      + "seed \(call.session.seed)"
    return try modelFrom(
      call, .recalibrate, words, facts: ["augment \(augments)", "seed \(call.session.seed)"]
    ) { stop, report in
      try NormRecalibration.recalibrate(
        model.content, on: data.content, images: images, batch: batch, augments: augments,
        seed: call.session.seed, rules: QuantizerCatalog.rules, interruption: stop,
        report: report)
    }
  }

  /// What `images`, `batch`, `augment` and the two observers of a call ask for.
  static func configuration(_ call: Call, _ model: Model) -> CalibrationConfiguration {
    func observer(_ name: String, _ site: FakeQuant.Site, _ standard: String) -> ObserverChoice {
      call.host(name, as: ObserverValue.self)?.content
        ?? model.quantization?.observer(of: site) ?? ObserverChoice(standard)
    }
    return CalibrationConfiguration(
      images: call.int("images"), batch: call.int("batch"),
      activations: observer("activations", .activation, "mse"),
      weights: observer("weights", .weight, "min_max"), augments: call.bool("augment"),
      seed: call.session.seed)
  }

  /// A model made from the call's one by looking at images.
  ///
  /// - Parameter rounds: how often at each.
  static func modelFrom(
    _ call: Call, _ kind: WorkPlan.Task.Kind, _ words: String, facts: [String], rounds: Int = 1,
    _ perform: @escaping (Interruption, (Int) -> Void) throws -> Model
  ) throws -> Value {
    let model = ModelBuiltins.value(call)
    let (images, batch) = (call.int("images"), min(call.int("batch"), call.int("images")))
    let pass = PlannedPass(model.content.graph, batch: batch, mode: .evaluate)
    var result = try call.blaming(culprit) {
      try call.session.work.look(
        LookingTask(
          kind: kind, model: model.content, data: TrainingBuiltins.dataset(call),
          images: images * rounds, batch: batch,
          passes: [(pass, rounds * ((images + batch - 1) / batch))], facts: facts,
          perform: perform, standIn: model.content.planned), call)
    }
    let tense = result.provenance.planned == nil ? "" : "planned: "
    result.provenance.history.append(tense + words)
    return .host(ModelValue(content: result, history: model.history, work: model.work))
  }

  /// The parameter to blame for a failure.
  static func culprit(_ failure: any RuntimeFailure) -> String? {
    switch failure {
    case CalibrationError.tooFewImages: "images"
    case is CalibrationError, QuantizeError.notQuantized: "model"
    default: TrainingBuiltins.culpritAmongData(failure)
    }
  }
}

extension Model {
  /// What a plan goes on with in the place of a model that it does not make.
  func planned(_ fingerprint: String) -> Model {
    var result = self
    result.quantization?.isInitialized = true
    result.provenance.planned = fingerprint
    return result
  }
}

import QuantRuntime

/// Networks as they are deployed, and how they differ from their simulation.
enum DeploymentBuiltins {
  static let all = [integer, gap, agreement, bench]

  /// Makes a calibrated model of the name `q` for examples.
  static let setting =
    TrainingBuiltins.setting
    + "let q = quantize(net, static_uniform(bits: 8), backend: snpe)"
    + " |> calibrate(data, images: 32)\n"

  private static let integer = Builtin(
    "integer", family: "deployment",
    "A quantized model in the integers that its backend computes with.",
    details: """
      Weights and activations become codes, sums have 32 bits, biases are rounded to a step of the
      sum, and what comes out is rescaled by the arithmetic of the backend (`requantization` of
      `backends()`), with its rounding. `evaluate` scores it, `gap` compares it with its simulation,
      printing it lists its operations. What the backend keeps in float stays float32.
      """,
    parameters: [ModelBuiltins.modelParameter], result: .host("integer_model"),
    examples: [
      .init(setting + "integer(q).arithmetic", "\"fixed_point\""),
      .init(setting + "evaluate(integer(q), data).count", "32"),
    ]
  ) { call in
    let model = ModelBuiltins.value(call)
    return try call.blaming("model") {
      .host(
        IntegerValue(
          content: try IntegerNetwork(model.content, rules: QuantizerCatalog.rules), model: model))
    }
  }

  private static let gap = Builtin(
    "gap", family: "deployment",
    "How far a quantized model's integers are from its simulation, layer by layer.",
    details: """
      Both run on the first test images. `off` is the share of codes that are not equal, `far` of
      those more than one step apart, `saturated` of integer codes at an end of the grid; `first` is
      the first quantizer with a code that is off. Everything is then run again with one rule of the
      integers made that of the simulation: `rules` has what is off without it, and `cause` names the
      one that most of the differences are due to.
      """,
    parameters: [
      ModelBuiltins.modelParameter, TrainingBuiltins.data,
      Parameter(
        "images", .int(1...1_000_000), default: .int(64), needsLabel: true,
        "Test images to compare on."),
    ],
    result: .host("gap"),
    examples: [
      .init(setting + "gap(q, data, images: 4).arithmetic", "\"fixed_point\""),
      .init(setting + "gap(q, data, images: 4).layers |> where { row in row.off > 0.01 } |> count"),
    ]
  ) { call in
    let model = ModelBuiltins.value(call)
    let data = TrainingBuiltins.dataset(call)
    let images = min(call.int("images"), data.content.test.count)
    return try call.blaming(culprit) {
      let network = try IntegerNetwork(model.content, rules: QuantizerCatalog.rules)
      let runs = model.content.quantization.map { Gap.runs(for: $0.profile) } ?? 1
      let pass = PlannedPass(model.content.graph, batch: min(images, 8), mode: .evaluate)
      let task = LookingTask(
        kind: .gap, model: model.content, data: data, images: images * runs, batch: pass.batch,
        passes: [(pass, 2 * runs * ((images + pass.batch - 1) / pass.batch))],
        perform: { stop, report in
          GapValue(
            content: try Gap.measure(
              model.content, on: data.content, images: images, rules: QuantizerCatalog.rules,
              interruption: stop, report: report), model: model.content.name,
            data: data.content.name)
        },
        standIn: {
          GapValue(
            content: Gap(planned: network, images: images), model: model.content.name,
            data: data.content.name, planned: $0)
        })
      return .host(try call.session.work.look(task, call))
    }
  }

  private static let agreement = Builtin(
    "agreement", family: "deployment",
    "How often two models have the same first choice, labels not asked.",
    details: """
      `agreement` is the share of images with the same largest logit, `difference` the largest
      difference of two logits, `relative` that over the largest logit of the first model. Either can
      be a model in integers.
      """,
    parameters: [
      Parameter("a", EvaluationBuiltins.subject.type, "A model, or one in integers."),
      Parameter("b", EvaluationBuiltins.subject.type, "Another one."), TrainingBuiltins.data,
      Parameter(
        "images", .int(1...1_000_000), default: .int(256), needsLabel: true,
        "Test images to compare on."),
    ],
    result: .record,
    examples: [.init(setting + "agreement(q, q, data, images: 16).agreement", "1.0")]
  ) { call in
    let data = TrainingBuiltins.dataset(call)
    let images = min(call.int("images"), data.content.test.count)
    let (first, second) = (subject(call, "a"), subject(call, "b"))
    let batch = min(images, LogitDifference.largestBatch)
    let passes = [first.0, second.0].map {
      (PlannedPass($0.graph, batch: batch, mode: .evaluate), (images + batch - 1) / batch)
    }
    let found = try call.blaming({ blamed($0, first.0, second.0) }) {
      try call.session.work.look(
        LookingTask(
          kind: .agreement, model: first.0, data: data, images: images, batch: batch,
          passes: passes, facts: ["with \(second.0.provenance), \(second.1 != nil)"],
          perform: { stop, report in
            try LogitDifference.measure(
              first, second, on: data.content, images: images, rules: QuantizerCatalog.rules,
              interruption: stop, report: report)
          },
          standIn: { _ in
            LogitDifference(difference: .nan, largestLogit: .nan, agreeing: 0, count: images)
          }), call)
    }
    return try .record([
      "agreement": .float(found.difference.isNaN ? .nan : found.agreement),
      "difference": .float(found.difference), "relative": .float(found.relative),
      "count": .int(found.count),
    ])
  }

  private static let bench = Builtin(
    "bench", family: "deployment", "How long a pass of a model takes on this machine.",
    details: """
      Of a float model, a simulated one or one in integers, on noise, all threads. `median_ms` and
      `least_ms` are those of one pass over `batch` images; the first passes are not counted. `profile`
      says where the time of a float or simulated model goes.
      """,
    parameters: [
      EvaluationBuiltins.subject,
      Parameter(
        "batch", .int(1...65_536), default: .int(1), needsLabel: true, "Images of one pass."),
      Parameter(
        "passes", .int(1...100_000), default: .int(20), needsLabel: true,
        "Passes that are timed."),
    ],
    result: .record,
    examples: [
      .init("bench(\(ModelBuiltins.small), batch: 2, passes: 3).batch", "2"),
      .init(setting + "bench(integer(q), passes: 3).arithmetic", nil),
    ]
  ) { call in
    let (model, integers) = subject(call, "model")
    let (batch, passes) = (call.int("batch"), call.int("passes"))
    let state =
      call.host("model", as: IntegerValue.self)?.state ?? ModelValue(content: model).state
    let pass = PlannedPass(model.graph, batch: batch, mode: .evaluate)
    let found = try call.blaming(culprit) {
      try call.session.work.look(
        LookingTask(
          kind: .bench, model: model, data: nil, images: passes, batch: batch,
          passes: [(pass, passes)], facts: ["integer \(integers != nil)"],
          perform: { stop, report in
            try InferenceTiming.measure(
              model, integers, batch: batch, passes: passes, rules: QuantizerCatalog.rules,
              interruption: stop, report: report)
          }, standIn: { _ in InferenceTiming(batch: batch, threads: 0, seconds: []) }), call)
    }
    return try .record([
      "model": .text(model.name), "arithmetic": .text(state), "batch": .int(found.batch),
      "threads": .int(found.threads), "passes": .int(passes),
      "median_ms": .float(found.median * 1000), "least_ms": .float(found.shortest * 1000),
      "images_per_s": .float(found.imagesPerSecond),
    ])
  }

  private static func subject(_ call: Call, _ name: String) -> (Model, IntegerNetwork?) {
    if let integer = call.host(name, as: IntegerValue.self) {
      return (integer.model.content, integer.content)
    }
    return (call.value(name, as: ModelValue.self).content, nil)
  }

  /// The parameter to blame for a failure.
  static func culprit(_ failure: any RuntimeFailure) -> String? {
    failure is IntegerError ? "model" : TrainingBuiltins.culpritAmongData(failure)
  }

  private static func blamed(
    _ failure: any RuntimeFailure, _ first: Model, _ second: Model
  ) -> String? {
    guard case TrainingError.notInitialized = failure else {
      return TrainingBuiltins.culpritAmongData(failure)
    }
    return first.needsInitialization ? "a" : "b"
  }
}

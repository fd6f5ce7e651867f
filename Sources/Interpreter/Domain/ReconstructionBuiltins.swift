import Foundation
import QuantRuntime

/// Choosing the rounding of weights by training pieces of a network.
enum ReconstructionBuiltins {
  static let all = ReconstructionCatalog.all.map(builtin) + [blocks]

  private static func builtin(_ method: ReconstructionMethod) -> Builtin {
    Builtin(
      method.name, family: "post-training", method.summary, details: details(of: method),
      parameters: [ModelBuiltins.modelParameter, TrainingBuiltins.data] + settings(method),
      result: .host("model"),
      examples: [
        .init(
          CalibrationBuiltins.setting
            + "q |> calibrate(data, images: 32) |> \(method.name)(data, images: 32, steps: 2, "
            + "batch: 4) |> evaluate(data)")
      ]
    ) { call in
      let configuration = configuration(call, method)
      let words =
        "\(method.name) on \(configuration.images) images of "
        + "\(TrainingBuiltins.dataset(call).content.name), \(configuration.steps) steps of "
        + "\(configuration.batch), seed \(configuration.seed)"
      return try reconstructed(call, configuration, words)
    }
  }

  private static func details(of method: ReconstructionMethod) -> String {
    let unit =
      switch method.rule {
      case .layers: "Each layer is trained for itself"
      case .blocks:
        "Residual structures are trained as a whole, other layers in chains of up to three "
          + "(`blocks(m)` shows them)"
      }
    let scales =
      method.learnsScales
      ? " The scales of activations in it are trained too, where they are scales." : ""
    let drop =
      method.drop > 0
      ? " In each step a share of \(Display.number(method.drop)) of the activations stays in float."
      : ""
    return """
      \(method.citation).
      \(unit): every weight goes to the level below or above it, so that the output stays near that of \
      the float network although the input is quantized.\(scales)\(drop)
      loss = sum over channels of (y - y float)^2, mean over images and pixels,
      + regularization * sum of 1 - |2 h - 1|^beta, beta from 20 to 2 after the warm-up; Adam.
      The result is folded for inference. The model has to be calibrated; other units than those of the
      rule are announced.
      """
  }

  private static func settings(_ method: ReconstructionMethod) -> [Parameter] {
    [
      Parameter(
        "images", .int(1...1_000_000), default: .int(256), needsLabel: true,
        "Training images to look at, drawn with the session's seed."),
      Parameter(
        "steps", .int(1...1_000_000), default: .int(2000), needsLabel: true,
        "Steps of each unit; the papers take 20,000."),
      Parameter(
        "batch", .int(1...4096), default: .int(32), needsLabel: true, "Images of a step."),
      Parameter(
        "lr", .float(1e-9...1), default: .float(1e-3), needsLabel: true,
        "Adam's learning rate of the rounding."),
      Parameter(
        "regularization", .float(0...100), default: .float(0.01), needsLabel: true,
        "Weight of the term that makes every rounding a decision; 0.1 for mobile networks."),
      Parameter(
        "warmup", .float(0...0.99), default: .float(0.2), needsLabel: true,
        "Share of steps before that term sets in."),
    ]
      + (method.learnsScales
        ? [
          Parameter(
            "scale_lr", .float(0...1), default: .float(4e-5), needsLabel: true,
            "Adam's learning rate of activations' scales, falling to 0.")
        ] : [])
      + (method.drop > 0
        ? [
          Parameter(
            "drop", .float(0...0.999), default: .float(method.drop), needsLabel: true,
            "Share of activations that stay in float.")
        ] : [])
  }

  private static func configuration(
    _ call: Call, _ method: ReconstructionMethod
  ) -> ReconstructionConfiguration {
    var method = method
    if method.drop > 0 { method.drop = call.float("drop") }
    return ReconstructionConfiguration(
      method: method, images: call.int("images"), steps: call.int("steps"),
      batch: call.int("batch"), rate: call.float("lr"),
      scaleRate: method.learnsScales ? call.float("scale_lr") : 0,
      regularization: call.float("regularization"), warmup: call.float("warmup"),
      seed: call.session.seed)
  }

  private static func reconstructed(
    _ call: Call, _ configuration: ReconstructionConfiguration, _ words: String
  ) throws -> Value {
    let (model, data) = (ModelBuiltins.value(call), TrainingBuiltins.dataset(call))
    let graph = try model.content.foldedForInference().graph
    let units = max(
      (try? graph.withoutQuantizers().reconstructionUnits(configuration.method.rule))?.count ?? 1, 1
    )
    let pass = PlannedPass(
      model.content.graph, batch: configuration.batch, mode: .train(frozenNorm: true))
    let output = call.session.output
    let task = LookingTask(
      kind: .reconstruct, model: model.content, data: data, images: units,
      batch: configuration.batch,
      // Together the units are about one network, and each is trained for all steps.
      passes: [(pass, configuration.steps)], facts: ["\(configuration)"],
      perform: { stop, report in
        let reconstruction = Reconstruction(
          configuration, rules: QuantizerCatalog.rules, interruption: stop)
        return try reconstruction.reconstruct(model.content, on: data.content) { event in
          switch event {
          case .planned(let units, let fallback):
            output.talk(
              "\(configuration.method.name): \(units.count) units"
                + (fallback.map { "; \($0)" } ?? ""))
          case .unit(let outcome, let done):
            output.talk(outcome.words)
            report(done)
          }
        }
      },
      standIn: model.content.planned)
    var result = try call.blaming(culprit) { try call.session.work.look(task, call) }
    let tense = result.provenance.planned == nil ? "" : "planned: "
    result.provenance.history.append(tense + words)
    return .host(ModelValue(content: result, history: model.history, work: model.work))
  }

  private static func culprit(_ failure: any RuntimeFailure) -> String? {
    switch failure {
    case ReconstructionError.memory: "images"
    case is ReconstructionError: "model"
    default: CalibrationBuiltins.culprit(failure)
    }
  }

  private static let blocks = Builtin(
    "blocks", family: "post-training", "The units that brecq and qdrop train as a whole.",
    details: """
      A residual structure is one unit; other layers form chains of up to three. `rule: "layers"` shows
      those of adaround.
      """,
    parameters: [
      ModelBuiltins.modelParameter,
      Parameter(
        "rule", .choice(UnitRule.allCases.map(\.rawValue)), default: .text("blocks"),
        needsLabel: true, "Blocks, or each layer for itself."),
    ],
    result: .table,
    examples: [.init("count(blocks(\(ModelBuiltins.small)))", "11")]
  ) { call in
    let graph = try ModelBuiltins.value(call).content.foldedForInference().graph
    let rule = UnitRule(rawValue: call.string("rule")) ?? .blocks
    return .table(
      Table(
        columns: ["unit", "kind", "layers", "input", "output"],
        rows: try graph.withoutQuantizers().reconstructionUnits(rule).enumerated().map {
          index, unit in
          [
            .int(index + 1), .text(unit.kind.rawValue),
            .text(unit.layers.joined(separator: " ")), .text(unit.input), .text(unit.output),
          ]
        }))
  }
}

extension Reconstruction.UnitOutcome {
  /// `layer1.0.conv1, layer1.0.conv2: error 0.52 -> 0.11, 3.1 % of weights moved`.
  fileprivate var words: String {
    String(
      format: "  %@: square error %.3g -> %.3g, %.1f %% of weights not on the nearest level",
      unit.layers.joined(separator: ", "), before, after, moved * 100)
  }
}

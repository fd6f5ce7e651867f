import QuantRuntime

/// One network on several backends.
enum WhatIfBuiltins {
  static let all = [whatif]

  private static let whatif = Builtin(
    "whatif", family: "deployment",
    "What a quantized model would score on other backends, simulated and in integers.",
    details: """
      The float network behind it is quantized for each backend with the same algorithms, bits and
      selectors, calibrated anew on the same images, and scored on all test images: `simulated` and
      `integer` are top-1. `off` is the share of codes that differ between the two, of the first 16
      test images, `first` the quantizer where they part, `cause` the rule that most of it is due to,
      see gap. `note` says why a number is missing. Scales that were trained are not taken along.
      """,
    parameters: [
      ModelBuiltins.modelParameter, TrainingBuiltins.data,
      Parameter(
        "backends", .optional(.list), default: .nil, needsLabel: true,
        "A list of backends; nil for all that are built in."),
      CalibrationBuiltins.images, CalibrationBuiltins.activations, CalibrationBuiltins.weights,
      CalibrationBuiltins.batch, CalibrationBuiltins.augment,
    ],
    result: .table,
    examples: [
      .init(
        DeploymentBuiltins.setting
          + "whatif(q, data, backends: [tensorrt, snpe], images: 32).backend",
        "[\"tensorrt\", \"snpe\"]")
    ]
  ) { call in
    let model = ModelBuiltins.value(call).content
    let data = TrainingBuiltins.dataset(call)
    let profiles = try profiles(call)
    let configuration = CalibrationBuiltins.configuration(call, model)
    let images = BackendComparison.images(of: configuration, data.content) * profiles.count
    let pass = PlannedPass(model.graph, batch: configuration.batch, mode: .evaluate)
    let rows = try call.blaming(culprit) {
      try call.session.work.look(
        LookingTask(
          kind: .whatif, model: model, data: data, images: images, batch: configuration.batch,
          passes: [(pass, (images + configuration.batch - 1) / configuration.batch)],
          facts: ["\(configuration)", "\(profiles.map(\.name))"],
          perform: { stop, report in
            try BackendComparison.compare(
              model, on: data.content, profiles, configuration, rules: QuantizerCatalog.rules,
              interruption: stop, report: report)
          },
          standIn: { name in
            profiles.map { BackendComparison.Row(backend: $0.name, note: "planned: \(name)") }
          }), call)
    }
    return .table(table(rows))
  }

  private static func profiles(_ call: Call) throws -> [HardwareProfile] {
    guard case .list(let list) = call["backends"] else { return HardwareCatalog.all }
    guard !list.elements.isEmpty else {
      throw call.failure("whatif.empty", "there is no backend in the list")
    }
    return try list.elements.map { element in
      guard case .host(let box) = element, let backend = box.value as? BackendValue else {
        throw ArgumentError.type(
          parameter: "backends", function: call.builtin.name, expected: "list of backends",
          found: "list with \(element.typeName)")
      }
      return backend.content
    }
  }

  private static func table(_ rows: [BackendComparison.Row]) -> Table {
    Table(
      columns: [
        "backend", "arithmetic", "simulated", "integer", "off", "first", "cause", "note",
      ],
      rows: rows.map { row in
        [
          .text(row.backend), text(row.arithmetic?.rawValue), number(row.simulated?.top1),
          number(row.integer?.top1), number(row.gap?.steps.share), text(row.gap?.first?.name),
          text(row.gap?.cause?.name), text(row.note),
        ]
      })
  }

  private static func text(_ value: String?) -> Cell { value.map { .text($0) } ?? .empty }
  private static func number(_ value: Double?) -> Cell { value.map { .float($0) } ?? .empty }

  /// The parameter to blame for a failure.
  private static func culprit(_ failure: any RuntimeFailure) -> String? {
    failure is BackendComparisonError ? "model" : CalibrationBuiltins.culprit(failure)
  }
}

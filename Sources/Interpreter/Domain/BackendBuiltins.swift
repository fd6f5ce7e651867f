import QuantRuntime

/// Backends, and what goes together with them.
enum BackendBuiltins {
  static let all = backends + [table, supports, rules]

  /// One name for each profile of the catalog.
  private static let backends = HardwareCatalog.all.map { profile in
    Builtin(
      constant: profile.name, family: "backends", summary(profile),
      details: profile.facts.dropFirst().map { "\($0.label): \($0.value)" }.joined(separator: "\n"),
      result: .host("backend"), value: .host(BackendValue(content: profile)),
      examples: [.init("\(profile.name).name", "\"\(profile.name)\"")])
  }

  private static func summary(_ profile: HardwareProfile) -> String {
    profile.integerArithmetic
      ? "\(profile.provider): \(profile.hardware)."
      : "No hardware: quantization as papers simulate it."
  }

  private static let table = Builtin(
    "backends", family: "backends", "The hardware profiles, a row each.",
    details: "Copies with other fields are made by `with`, kept by `save` and read by `load`.",
    result: .table,
    examples: [.init("\"tensorrt\" in backends().name", "true")]
  ) { _ in
    .table(
      Table(
        columns: HardwareCatalog.all.first?.facts.map(\.label) ?? [],
        rows: HardwareCatalog.all.map { $0.facts.map { .text($0.value) } }))
  }

  private static let supports = Builtin(
    "supports", family: "backends",
    "Which algorithms can be simulated for which backends, and why not.",
    details: """
      `weights` and `activations` say whether `quantize` takes the algorithm there; `rule` and
      `reason` name the first rule that is broken. Without an algorithm or a backend, all of them.
      `legality_rules()` lists the rules.
      """,
    parameters: [
      Parameter(
        "algorithm", .optional(.oneOf([.name(.algorithms), .host("quantizer")])), default: .nil,
        "A quantizer by name, or with its settings."),
      Parameter("backend", .optional(.host("backend")), default: .nil, "A backend."),
      Parameter(
        "fold", .optional(.oneOf([.anyInt, .name(.folds)])), default: .nil, needsLabel: true,
        "A folding strategy by number or name; nil for the backend's."),
    ], result: .table,
    examples: [.init("supports(\"lsq\", tensorrt).weights", "[true]")]
  ) { call in
    let choice = call.host("algorithm", as: QuantizerValue.self)?.content
    let backend = call.host("backend", as: BackendValue.self)?.content
    do {
      let rows = try algorithms(call["algorithm"]).flatMap { algorithm in
        try (backend.map { [$0] } ?? HardwareCatalog.all).map { profile in
          try row(algorithm, profile, choice, call["fold"])
        }
      }
      return .table(
        Table(
          columns: ["algorithm", "backend", "weights", "activations", "rule", "reason"],
          rows: rows))
    } catch let error as QuantizeError {
      let parameter = if case .unknownFold = error { "fold" } else { "algorithm" }
      throw ArgumentError.refused(
        parameter: parameter, function: call.builtin.name, reason: error)
    }
  }

  private static let rules = Builtin(
    "legality_rules", family: "backends", "What decides which algorithm can go where.",
    details: "A request is told about the first rule that it breaks.", result: .table,
    examples: [.init("legality_rules().rule[0]", "\"site\"")]
  ) { _ in
    .table(
      Table(
        columns: ["rule", "summary"],
        rows: LegalityRules.summaries.map { [.text($0.name), .text($0.summary)] }))
  }

  private static func algorithms(_ value: Value) throws -> [QuantizerAlgorithm] {
    switch value {
    case .string(let name): [try QuantizerCatalog.algorithm(name.value)]
    case .host(let box):
      try (box.value as? QuantizerValue).map {
        [try QuantizerCatalog.algorithm($0.content.algorithm)]
      } ?? []
    default: QuantizerCatalog.all
    }
  }

  private static func row(
    _ algorithm: QuantizerAlgorithm, _ profile: HardwareProfile, _ choice: QuantizerChoice?,
    _ fold: Value
  ) throws -> [Cell] {
    let strategy = try FoldingCatalog.strategy(
      QuantizationBuiltins.fold(fold) ?? profile.defaultFold)
    let verdicts = [FakeQuant.Site.weight, .activation].map { site in
      Legality(
        algorithm, at: site, on: profile, fold: strategy, bits: choice?.bits,
        granularity: choice?.granularity)
    }
    let broken = verdicts.lazy.compactMap(\.prohibition).first
    let notes = profile.notes(graphMode: profile.graphMode, fold: strategy.name)
    let reason = broken?.reason ?? notes.first
    return [
      .text(algorithm.name), .text(profile.name),
      .bool(verdicts[0].prohibition == nil), .bool(verdicts[1].prohibition == nil),
      broken.map { .text($0.rule) } ?? .empty, reason.map { .text($0) } ?? .empty,
    ]
  }
}

extension Legality {
  fileprivate var prohibition: Prohibition? {
    if case .forbidden(let prohibition) = self { prohibition } else { nil }
  }
}

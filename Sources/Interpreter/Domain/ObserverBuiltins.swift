import QuantRuntime

/// An observer with its setting, as a value of the language.
struct ObserverValue: HostValue, Equatable {
  let content: ObserverChoice
  static let type = HostType("observer", fields: ["name": .string])
  var summary: String {
    guard let kind = try? ObserverCatalog.kind(content.name), let setting = kind.setting else {
      return "\(content.name)()"
    }
    let value = content.setting ?? setting.standard
    return "\(content.name)(\(setting.name): \(Display.number(value)))"
  }
  func field(_ name: String) -> Value? { name == "name" ? .text(content.name) : nil }
}

/// What finds the range that a quantizer covers.
enum ObserverBuiltins {
  static let all = observers.map(\.pure) + [table]

  /// One builtin for each observer of the catalog.
  private static let observers = ObserverCatalog.all.map { kind in
    Builtin(
      kind.name, family: "quantization", kind.summary, details: details(of: kind),
      parameters: kind.setting.map(parameter).map { [$0] } ?? [],
      result: .host("observer"),
      examples: [
        .init("\(kind.name)().name", "\"\(kind.name)\""),
        .init("lsq(bits: 4, observer: \(kind.name)())"),
      ]
    ) { call in
      .host(
        ObserverValue(
          content: ObserverChoice(kind.name, setting: kind.setting.map { call.float($0.name) })))
    }
  }

  private static func parameter(_ setting: ObserverSetting) -> Parameter {
    Parameter(
      setting.name, .float(setting.range), default: .float(setting.standard), needsLabel: true,
      setting.summary)
  }

  /// Formula, source, memory and what differs from the authors' code.
  private static func details(of kind: ObserverKind) -> String {
    ([kind.formula, "Source: \(kind.source).", "Keeps \(kind.memory) for each scale."]
      + kind.deviations).joined(separator: "\n")
  }

  private static let table = Builtin(
    "observers", family: "quantization", "What can find the range that a quantizer covers.",
    details: """
      A learned quantizer starts from such a range with `lsq(bits: 4, observer: mse())`. `memory` is
      what an observer keeps of all batches together, for each scale.
      """,
    result: .table,
    examples: [.init("\"mse\" in observers().name", "true")]
  ) { _ in
    .table(
      Table(
        columns: ["name", "setting", "default", "formula", "memory", "source"],
        rows: ObserverCatalog.all.map { kind in
          [
            .text(kind.name), kind.setting.map { .text($0.name) } ?? .empty,
            kind.setting.map { .float($0.standard) } ?? .empty, .text(kind.formula),
            .text(kind.memory), .text(kind.source),
          ]
        }))
  }
}

import Lang

/// The parameters of whatever can be called.
struct CallSignature {
  struct Place {
    var name: String
    var type: ParameterType
    /// What completion says about it.
    var detail: String
    var hasLabel = true
    var hasPosition = true
    var isVariadic = false

    var candidate: Completions.Candidate { .init(name + ": ", label: name + ":", detail: detail) }
  }

  var places: [Place]

  /// The parameter that the argument at the cursor is for.
  func parameter(at call: CompletionPlace.OpenCall) -> Place? {
    if let label = call.label { return places.first { $0.hasLabel && $0.name == label } }
    let positions = places.filter(\.hasPosition)
    let count = call.arguments.count { $0.label == nil } + (call.piped == nil ? 0 : 1)
    if count < positions.count { return positions[count] }
    return positions.last.flatMap { $0.isVariadic ? $0 : nil }
  }

  /// The parameters that can be named and have no argument yet.
  func labels(leftBy call: CompletionPlace.OpenCall) -> [Place] {
    let labels = Set(call.arguments.compactMap(\.label))
    let count = call.arguments.count { $0.label == nil } + (call.piped == nil ? 0 : 1)
    let positioned = Set(places.filter(\.hasPosition).prefix(count).map(\.name))
    return places.filter {
      $0.hasLabel && !labels.contains($0.name) && !positioned.contains($0.name)
    }
  }
}

extension Completer {
  /// The parameters of a builtin or of a function of the session.
  func signature(of function: String) -> CallSignature? {
    switch value(function) {
    case .function(let function)?:
      return CallSignature(places: function.code.parameters.map(\.callPlace))
    case .builtin(let reference)?: return signature(of: reference.builtin)
    case .some: return nil
    case nil: return builtin(function).flatMap { $0.constant == nil ? signature(of: $0) : nil }
    }
  }

  private func signature(of builtin: Builtin) -> CallSignature {
    CallSignature(
      places: builtin.parameters.map { parameter in
        .init(
          name: parameter.name, type: parameter.type, detail: parameter.brief,
          hasLabel: !parameter.isVariadic && !parameter.collectsLabels,
          hasPosition: !parameter.needsLabel, isVariadic: parameter.isVariadic)
      })
  }

  /// The values that fit a parameter and have names.
  func values(of type: ParameterType) -> [Completions.Candidate] {
    switch type {
    case .bool: return ["true", "false"].map { .init($0, detail: "bool") }
    case .choice, .name:
      return words(of: type).map { .init("\"\($0.name)\"", label: $0.name, detail: $0.summary) }
    case .host(let name): return values(ofHost: name)
    case .oneOf(let types): return types.flatMap { values(of: $0) }
    case .optional(let type): return values(of: type)
    case .any, .int, .float, .string, .path, .layer, .list, .sequence, .record, .function,
      .callback:
      return []
    }
  }

  private func values(ofHost name: String) -> [Completions.Candidate] {
    let own = variables.filter { $0.value.typeName == name }
    let others = builtins.filter { $0.result.canBe(host: name) }
    // Names that are values, what gives them, and what can give something else as well.
    let ranked = [
      others.filter { $0.constant != nil },
      others.filter { $0.constant == nil && $0.result.isOne },
      others.filter { $0.constant == nil && !$0.result.isOne },
    ]
    return own.map { .init($0.name, detail: Display.brief($0.value)) }
      + ranked.joined().map { .init($0.name, detail: $0.summary) }
  }

  /// The strings that a parameter takes.
  func words(of type: ParameterType) -> [Vocabulary.Entry] {
    switch type {
    case .choice(let choices): choices.map { .init(name: $0, summary: "") }
    case .name(let vocabulary): vocabulary.entries()
    case .oneOf(let types): types.flatMap { words(of: $0) }
    case .optional(let type): words(of: type)
    default: []
    }
  }
}

extension Parameter {
  /// Its type, its default and what it is for.
  fileprivate var brief: String {
    let limits = type.limits.isEmpty ? "" : ", " + type.limits
    let value = defaultValue.map { " = \(Display.inline($0))" } ?? ""
    return "\(type.description)\(limits)\(value)  \(summary)"
  }
}

extension ArgumentBinder.Place {
  fileprivate var callPlace: CallSignature.Place {
    .init(
      name: name, type: .any, detail: defaultText.map { "any value = \($0)" } ?? "any value",
      hasLabel: hasLabel, hasPosition: !needsLabel, isVariadic: isVariadic)
  }
}

extension ResultType {
  fileprivate var isOne: Bool { if case .oneOf = self { false } else { true } }

  fileprivate func canBe(host name: String) -> Bool {
    switch self {
    case .host(let own): own == name
    case .oneOf(let types): types.contains { $0.canBe(host: name) }
    default: false
    }
  }
}

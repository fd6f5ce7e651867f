import Lang

extension Completer {
  /// What a name, or nothing yet, can become: values that fit the argument, labels, and where there is
  /// something to go by, any name.
  func names(_ request: CompletionRequest) -> [Completions.Candidate] {
    if request.place.piped != nil { return request.matching(stages(request)) }
    var special: [Completions.Candidate] = []
    if let call = request.place.call, request.place.isAlone {
      let signature = signature(of: call.function)
      if let parameter = signature?.parameter(at: call) {
        special = request.matching(values(of: parameter.type), by: { $0.label })
      }
      if call.label == nil, !call.isInList {
        special += request.matching((signature?.labels(leftBy: call) ?? []).map(\.candidate))
      }
    }
    if request.word.isEmpty, !special.isEmpty { return special }
    return special + request.matching(ownNames(request) + variableNames + builtinNames + keywords)
  }

  // MARK: - Any names

  /// What the entry itself has declared.
  private func ownNames(_ request: CompletionRequest) -> [Completions.Candidate] {
    let rest = Array(request.before[..<request.place.word.lowerBound])
    return PieceList(rest, from: 0).declaredNames.reversed().map { name in
      .init(name, detail: value(name).map { Display.brief($0) } ?? "of this entry")
    }
  }

  var variableNames: [Completions.Candidate] {
    variables.map { .init($0.name, detail: Display.brief($0.value)) }
  }

  private var builtinNames: [Completions.Candidate] {
    builtins.map { .init($0.name, detail: $0.summary) }
  }

  private var keywords: [Completions.Candidate] {
    Keyword.allCases.map { .init($0.rawValue, detail: "keyword") }
  }

  /// Functions behind a pipe: those first that are made for what comes out of it.
  private func stages(_ request: CompletionRequest) -> [Completions.Candidate] {
    let type = request.place.piped.map { self.type(of: $0, request) } ?? .unknown
    let functions = builtins.filter { $0.constant == nil && !$0.parameters.isEmpty }
    let admitting = functions.filter { $0.parameters[0].type.admits(type) }
    let special = admitting.filter { $0.parameters[0].type.isSpecific }
    let own = variables.filter { if case .function = $0.value { true } else { false } }
    return special.map { .init($0.name, detail: $0.summary) }
      + own.map { .init($0.name, detail: Display.brief($0.value)) }
      + admitting.map { .init($0.name, detail: $0.summary) }
  }

  /// What is known of an expression in the text, by what the session and the entry itself declare.
  private func type(of expression: Range<Int>, _ request: CompletionRequest) -> StaticType {
    let pieces = PieceList(Array(request.before[..<expression.lowerBound]), from: 0)
    return type(request.text(expression), request.text(0..<pieces.endOfStatements))
  }

  // MARK: - Fields

  func fields(of base: Range<Int>, _ request: CompletionRequest) -> [Completions.Candidate] {
    let value = value(atPath: request.text(base))
    return request.matching(fields(of: value.map { .value($0) } ?? type(of: base, request)))
  }

  private func fields(of type: StaticType) -> [Completions.Candidate] {
    if case .value(.host(let box)) = type {
      return box.value.fieldNames.map { name in
        .init(name, detail: box.value.field(name).map { Display.brief($0) } ?? "")
      }
    }
    let fields = type.recordFields ?? type.name.flatMap { HostType.named($0) }?.fields ?? []
    return fields.map { .init($0.label, detail: $0.type.brief) }
  }

  /// The value of a variable, or of fields of fields of it: these need no checker, which does not
  /// follow variables that may change.
  func value(atPath path: String) -> Value? {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false).map {
      $0.filter { !$0.isWhitespace }
    }
    guard let first = parts.first, let value = value(String(first)) else { return nil }
    return parts.dropFirst().reduce(value) { value, part in
      value.flatMap { try? Access.field(String(part), of: $0) }
    }
  }
}

extension Display {
  /// A value in a listing: its type and what it is, in a few words.
  static func brief(_ value: Value) -> String {
    switch value {
    case .host(let box): box.value.summary
    case .function, .builtin: "function \(inline(value))"
    default: "\(value.typeName) \(inline(value))"
    }
  }
}

extension StaticType {
  fileprivate var brief: String { constant.map { Display.brief($0) } ?? name ?? "" }
}

extension ParameterType {
  /// Whether it takes more than any value.
  fileprivate var isSpecific: Bool {
    switch self {
    case .any: false
    case .optional(let type): type.isSpecific
    default: true
    }
  }
}

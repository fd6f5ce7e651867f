import Lang

/// What completion and listings at the prompt ask for. Every answer describes the session as it is
/// now; nothing is run to find it.
extension Session {
  /// A variable of the prompt, for `:vars`.
  public struct Variable: Hashable, Sendable {
    public var name: String
    public var type: String
    /// Its value on one line, cut off where it gets long.
    public var summary: String
    public var isMutable: Bool
  }

  /// The variables that have values, sorted by name.
  public func variables() -> [Variable] {
    thread.run {
      module.variables.map { name, value in
        Variable(
          name: name, type: value.typeName, summary: Display.inline(value),
          isMutable: module.names[name]?.isMutable ?? false)
      }
    }
  }

  /// The names of the builtins.
  public var builtinNames: Set<String> { Set(context.builtins.map(\.name)) }

  /// Names that can be used now: variables, builtins and keywords, sorted.
  public func visibleNames() -> [String] {
    thread.run {
      let names =
        module.variables.map(\.name) + context.builtins.map(\.name)
        + Keyword.allCases.map(\.rawValue)
      return Array(Set(names)).sorted()
    }
  }

  /// The labels that a call of the named function takes, in their order, with a word on each: its
  /// type and what it is for. A function of the session has labels without words.
  public func labels(of function: String) -> [(label: String, summary: String)] {
    thread.run {
      if let own = module.variables.first(where: { $0.name == function })?.value,
        case .function(let function) = own
      {
        return function.code.parameters.map { ($0.name, "") }
      }
      let builtin = context.builtins.first { $0.name == function }
      return (builtin?.parameters ?? []).filter { !$0.isVariadic && !$0.collectsLabels }
        .map { ($0.name, "\($0.type.description): \($0.summary)") }
    }
  }

  /// The fields behind a variable, or behind one of its fields: `run`, `run.model`.
  public func fieldNames(of path: String) -> [String] {
    thread.run {
      let parts = path.split(separator: ".").map(String.init)
      guard let first = parts.first,
        var value = module.variables.first(where: { $0.name == first })?.value
      else { return [] }
      for part in parts.dropFirst() {
        guard let inner = try? Access.field(part, of: value) else { return [] }
        value = inner
      }
      switch value {
      case .record(let record): return record.labels
      case .host(let box): return box.value.fieldNames
      default: return []
      }
    }
  }
}

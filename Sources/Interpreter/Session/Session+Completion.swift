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

  /// What the text at the cursor can become.
  ///
  /// - Parameters:
  ///   - text: an entry, complete or not.
  ///   - cursor: a byte of it, or its end.
  public func completions(of text: [UInt8], at cursor: Int) -> Completions {
    thread.run {
      Completer(
        variables: module.variables, builtins: context.builtins,
        type: { self.type(of: $0, after: $1) }, files: Completer.files
      ).complete(text, at: cursor)
    }
  }

  /// What the checker knows of an expression, with what is declared in front of it if that is whole.
  private func type(of expression: String, after declarations: String) -> StaticType {
    let name = "completed_expression"
    // Texts that were only looked at are not kept.
    let sources = context.sources
    defer { context.sources = sources }
    for before in [declarations, ""] {
      let text = "\(before)\nlet \(name) = (\(expression))"
      let source = context.sources.add(name: "", bytes: Array(text.utf8))
      guard
        let result = try? context.frontEnd.analyze(source, globals: module.names, isPrompt: true)
          .result, let slot = result.globals[name]?.slot
      else { continue }
      let checker = Checker(
        result.program, result.resolution, context: context,
        module: .init(earlier: { self.module.type(ofSlot: $0) }))
      return checker.globals[slot] ?? .unknown
    }
    return .unknown
  }
}

/// What the resolver rejects.
enum NameError: PhaseError {
  /// `known` are the names that could be meant.
  case unknown(Name, known: [String], use: Use)
  case beforeDeclaration(Name, declaration: Span)
  case duplicate(Name, first: Span)
  case immutable(Name, declaration: Span, kind: DeclarationKind)
  case assignedBuiltin(Name)
  case duplicateParameter(Name, first: Span)
  case duplicateLabel(Name, first: Span)
  case outsideLoop(Span, word: String)
  case outsideFunction(Span)
  case nestedImport(Span)

  /// What an unknown name was there for.
  enum Use {
    case value
    /// Behind `//`, which begins a comment elsewhere.
    case divisor
    case assignment
  }

  var diagnostic: Diagnostic {
    switch self {
    case .unknown(let name, let known, let use):
      Diagnostic(
        code: "name.unknown", message: "unknown name '\(name.text)'",
        primary: .init(name.span, "not found"), help: Self.help(name.text, known, use))
    case .beforeDeclaration(let name, let declaration):
      Diagnostic(
        code: "name.before_declaration", message: "'\(name.text)' is used before it is declared",
        primary: .init(name.span, "used here"), secondary: [.init(declaration, "declared here")])
    case .duplicate(let name, let first):
      Diagnostic(
        code: "name.duplicate", message: "'\(name.text)' is declared twice",
        primary: .init(name.span, "second declaration"),
        secondary: [.init(first, "first declaration")])
    case .immutable(let name, let declaration, let kind):
      Diagnostic(
        code: "name.immutable", message: "'\(name.text)' cannot be assigned",
        primary: .init(name.span, "assigned here"),
        secondary: [.init(declaration, "declared here as \(Self.description(kind))")],
        help: Self.help(kind))
    case .assignedBuiltin(let name):
      Diagnostic(
        code: "name.builtin", message: "'\(name.text)' is built in and cannot be assigned",
        primary: .init(name.span), help: "declare your own with 'let' or 'var'")
    case .duplicateParameter(let name, let first):
      Diagnostic(
        code: "name.duplicate_parameter", message: "two parameters are named '\(name.text)'",
        primary: .init(name.span), secondary: [.init(first, "first one")])
    case .duplicateLabel(let name, let first):
      Diagnostic(
        code: "name.duplicate_label", message: "label '\(name.text)' is given twice",
        primary: .init(name.span), secondary: [.init(first, "first one")])
    case .outsideLoop(let span, let word):
      Diagnostic(
        code: "syntax.outside_loop", message: "'\(word)' stands outside of a loop",
        primary: .init(span))
    case .outsideFunction(let span):
      Diagnostic(
        code: "syntax.outside_function", message: "'return' stands outside of a function",
        primary: .init(span))
    case .nestedImport(let span):
      Diagnostic(
        code: "syntax.nested_import", message: "'import' stands inside of a block",
        primary: .init(span), help: "move it to the top level of the file")
    }
  }

  private static func help(_ name: String, _ known: [String], _ use: Use) -> String? {
    if use != .assignment, let help = ForeignWords.help(onName: name, known: known) { return help }
    if let nearest = Suggestion.nearest(to: name, among: known) {
      return "did you mean '\(nearest)'?"
    }
    switch use {
    case .value: return nil
    case .divisor: return Habit.comment.help
    case .assignment: return "declare it with 'let', or with 'var' if it changes"
    }
  }

  private static func description(_ kind: DeclarationKind) -> String {
    switch kind {
    case .constant: "a constant"
    case .variable: "a variable"
    case .function: "a function"
    case .parameter: "a parameter"
    case .loopVariable: "a loop variable"
    case .module: "a module"
    }
  }

  private static func help(_ kind: DeclarationKind) -> String? {
    switch kind {
    case .constant: "declare it with 'var'"
    case .parameter, .loopVariable: "copy it to a 'var' first"
    case .variable, .function, .module: nil
    }
  }
}

/// What the parser rejects.
enum SyntaxError: PhaseError, Error {
  /// `wanted` says what could stand here: "an expression", "')'".
  case expected(wanted: String, found: Token, habit: Habit?)
  case chained(Span, first: Span, isRange: Bool)
  case immutableTarget(Span, isField: Bool)
  case invalidTarget(Span)
  case positionalAfterLabel(Span)
  case tooDeep(Span, limit: Int)
  case chainTooLong(Span, limit: Int)
  case interpolatedPath(Span)
  case pipeIntoValue(Span)
  case missingSeparator(found: Token, habit: Habit?)
  case unlabelledRecordElement(Span)

  var diagnostic: Diagnostic {
    switch self {
    case .expected(let wanted, let found, let habit):
      Diagnostic(
        code: "syntax.expected", message: "\(wanted) is needed before \(found.kind.description)",
        primary: .init(found.span, "\(wanted) is missing"), help: habit?.help)
    case .chained(let span, let first, let isRange):
      Diagnostic(
        code: isRange ? "syntax.chained_range" : "syntax.chained_comparison",
        message: isRange ? "ranges do not chain" : "comparisons do not chain",
        primary: .init(span, "second operator"), secondary: [.init(first, "first operator")],
        help: isRange ? nil : "join two comparisons with 'and'")
    case .immutableTarget(let span, let isField):
      Diagnostic(
        code: "syntax.immutable",
        message: "values are immutable: \(isField ? "a field" : "an element") cannot be assigned",
        primary: .init(span),
        help: isField ? "make a changed copy: x = with(x, field: value)" : "build a new list")
    case .invalidTarget(let span):
      Diagnostic(
        code: "syntax.target", message: "only a variable can be assigned",
        primary: .init(span, "not a variable"), help: "comparison is written '=='")
    case .positionalAfterLabel(let span):
      Diagnostic(
        code: "syntax.positional_after_label",
        message: "arguments without a label come before those with one", primary: .init(span))
    case .tooDeep(let span, let limit):
      Diagnostic(
        code: "syntax.too_deep", message: "expressions nest more than \(limit) levels deep",
        primary: .init(span))
    case .chainTooLong(let span, let limit):
      Diagnostic(
        code: "syntax.too_deep", message: "an expression chains more than \(limit) operations",
        primary: .init(span), help: "name a part of it with 'let'")
    case .interpolatedPath(let span):
      Diagnostic(
        code: "syntax.import_path", message: "an import path is a plain string",
        primary: .init(span))
    case .pipeIntoValue(let span):
      Diagnostic(
        code: "syntax.pipe", message: "a pipe leads into a call or a function's name",
        primary: .init(span, "cannot take the piped value"))
    case .missingSeparator(let found, let habit):
      Diagnostic(
        code: "syntax.separator", message: "a statement ends before \(found.kind.description)",
        primary: .init(found.span, "a new line or ';' is missing before this"), help: habit?.help)
    case .unlabelledRecordElement(let span):
      Diagnostic(
        code: "syntax.record", message: "the elements of a record have labels",
        primary: .init(span, "no label"), help: "write (name: value), or [a, b] for a list")
    }
  }
}

import Lang
import QuantRuntime

/// A parameter that a script declares at its top level with `let x = param("name", default, ...)`;
/// on the command line it is `--name value`.
public struct ScriptParameter: Hashable, Sendable {
  public var name: String
  /// As written in the script; nil for a parameter without a default.
  public var defaultText: String?
  public var help: String

  /// The declarations in a program, found without running it. Only calls whose name is a plain
  /// string count, anywhere at the top level.
  static func declared(in program: Program) -> [ScriptParameter] {
    program.statements.compactMap { statement in
      switch statement.kind {
      case .binding(_, _, let value), .expression(let value): declaration(value)
      default: nil
      }
    }
  }

  private static func declaration(_ expression: Expression) -> ScriptParameter? {
    guard case .call(let callee, let arguments, _) = expression.kind,
      case .name(let function) = callee.kind, function.text == "param",
      let first = arguments.first, case .positional(let nameExpression) = first.kind,
      let name = nameExpression.plainText
    else { return nil }
    var result = ScriptParameter(name: name, defaultText: nil, help: "")
    for argument in arguments.dropFirst() {
      switch argument.kind {
      case .positional(let value): result.defaultText = value.literalText
      case .labelled(let label, let value) where label.text == "help":
        result.help = value.plainText ?? ""
      case .labelled(let label, let value) where label.text == "default":
        result.defaultText = value.literalText
      default: break
      }
    }
    return result
  }
}

extension Expression {
  fileprivate var plainText: String? {
    guard case .string(let pieces) = kind, pieces.count == 1, case .text(let text) = pieces[0]
    else { return nil }
    return text
  }

  fileprivate var literalText: String {
    switch kind {
    case .integer(let value): String(value)
    case .float(let value): Display.number(value)
    case .bool(let value): String(value)
    case .unary(.negate, let inner): "-" + inner.literalText
    default: plainText ?? "..."
    }
  }
}

/// A command line that does not fit the script's parameters.
enum ParameterError: RuntimeFailure {
  case unknown(name: String, known: [String])
  case missing(name: String)
  case type(name: String, value: String, expected: String)

  var code: String {
    switch self {
    case .unknown: "param.unknown"
    case .missing: "param.missing"
    case .type: "param.type"
    }
  }

  var message: String {
    switch self {
    case .unknown(let name, _): "the script has no parameter '--\(name)'"
    case .missing(let name): "the script needs '--\(name)'"
    case .type(let name, let value, let expected):
      "'--\(name)' takes a value of type \(expected), not '\(value)'"
    }
  }

  var help: String? {
    guard case .unknown(let name, let known) = self else { return nil }
    return Suggestion.nearest(to: name, among: known).map { "did you mean '--\($0)'?" }
  }

  var notes: [String] {
    guard case .unknown(_, let known) = self else { return [] }
    return [
      known.isEmpty ? "it declares none" : Noun.listed(known.map { "--\($0)" }, "parameter")
    ]
  }
}

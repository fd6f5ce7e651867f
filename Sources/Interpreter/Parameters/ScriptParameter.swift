import Lang
import QuantRuntime

/// A parameter that a script declares with `let x = param("name", default, ...)`; on the command line
/// it is `--name value`.
public struct ScriptParameter: Sendable {
  public var name: String
  /// As it is written on a command line; nil for a parameter that must be given, or whose default is
  /// nil or is computed.
  public var defaultText: String?
  public var help: String
  /// Whether the script cannot run without it.
  public var isRequired: Bool
  /// What it takes; nil where only running the script shows that.
  var form: ParameterForm?
  /// The call that declares it.
  var span: Span

  /// Whether it can stand without a value: `--name` for true, `--no-name` for false.
  public var isFlag: Bool { form?.element == .bool && form?.isList == false }
  /// The values it can have, as they are written on a command line; empty for others.
  public var choices: [String] { form?.choices.map(ParameterForm.text) ?? [] }

  /// Whether an option means this parameter: a dash stands for an underscore as well.
  public func isNamed(_ option: String) -> Bool { Self.folded(name) == Self.folded(option) }

  private static func folded(_ name: String) -> String { name.replacing("-", with: "_") }
}

// MARK: - Finding declarations

extension ScriptParameter {
  /// The declarations in a text, found without running it: calls of `param` at its top level whose
  /// name is a plain string, also within a larger expression. Of several for one name the first
  /// counts.
  static func declared(in program: Program) -> [ScriptParameter] {
    guard !program.statements.contains(where: \.declaresParam) else { return [] }
    var search = Search()
    for statement in program.statements {
      switch statement.kind {
      case .binding(_, _, let value), .expression(let value), .assignment(_, _, let value):
        search.visit(value)
      default: continue
      }
    }
    return search.found
  }

  /// Goes through what is evaluated whenever a statement is: not into functions and branches.
  private struct Search {
    private(set) var found: [ScriptParameter] = []

    mutating func visit(_ expression: Expression) {
      if let parameter = ScriptParameter(expression) {
        if !found.contains(where: { $0.isNamed(parameter.name) }) { found.append(parameter) }
        return
      }
      switch expression.kind {
      case .nil, .bool, .integer, .float, .name, .function: return
      case .string(let pieces):
        for case .expression(let inner) in pieces { visit(inner) }
      case .list(let elements):
        for element in elements { visit(element) }
      case .record(let arguments): visit(arguments)
      case .unary(_, let operand), .field(let operand, _), .logical(_, let operand, _):
        visit(operand)
      case .binary(_, let left, let right, _), .range(let left, let right, _),
        .index(let left, let right):
        visit(left)
        visit(right)
      case .call(let callee, let arguments, _):
        visit(callee)
        visit(arguments)
      case .if(let branches, _):
        if let first = branches.first { visit(first.condition) }
      }
    }

    private mutating func visit(_ arguments: [Argument]) {
      for argument in arguments {
        switch argument.kind {
        case .positional(let value), .labelled(_, let value), .spread(let value): visit(value)
        }
      }
    }
  }

  /// Nil for anything but a call of `param` with a plain name.
  private init?(_ expression: Expression) {
    guard case .call(let callee, let arguments, _) = expression.kind,
      case .name(let function) = callee.kind, function.text == "param"
    else { return nil }
    var given: [String: Expression] = [:]
    let places = ["name", "default"]
    var isPlain = true
    for (index, argument) in arguments.enumerated() {
      switch argument.kind {
      case .positional(let value) where index < places.count: given[places[index]] = value
      case .labelled(let label, let value): given[label.text] = value
      case .positional, .spread: isPlain = false
      }
    }
    guard case .string(let name)? = given["name"]?.literal else { return nil }
    self.name = name.value
    help = if case .string(let text)? = given["help"]?.literal { text.value } else { "" }
    isRequired = given["default"] == nil && isPlain
    defaultText = given["default"]?.literal.flatMap { value in
      if case .nil = value { nil } else { ParameterForm.text(value) }
    }
    form = isPlain ? ParameterForm(given) : nil
    span = expression.span
  }
}

extension ParameterForm {
  /// Nil where an argument is no literal, or the declaration is wrong.
  fileprivate init?(_ arguments: [String: Expression]) {
    var values: [String: Value] = [:]
    for (label, expression) in arguments {
      guard let value = expression.literal else { return nil }
      values[label] = value
    }
    guard
      let form = try? ParameterForm(
        default: values["default"] ?? .missing, type: values["type"] ?? .nil,
        minimum: values["min"] ?? .nil, maximum: values["max"] ?? .nil,
        choices: values["choices"] ?? .nil)
    else { return nil }
    self = form
  }
}

extension Statement {
  /// Whether it gives the name `param` another meaning.
  fileprivate var declaresParam: Bool {
    switch kind {
    case .binding(let name, _, _), .function(let name, _), .import(_, _, let name):
      name.text == "param"
    default: false
    }
  }
}

extension Expression {
  /// The value of a literal, of a negative number, and of a list of these.
  fileprivate var literal: Value? {
    switch kind {
    case .nil: return .nil
    case .bool(let value): return .bool(value)
    case .integer(let value): return .int(value)
    case .float(let value): return .float(value)
    case .string(let pieces):
      if pieces.isEmpty { return .text("") }
      guard pieces.count == 1, case .text(let text) = pieces[0] else { return nil }
      return .text(text)
    case .list(let elements):
      let values = elements.map(\.literal)
      guard values.allSatisfy({ $0 != nil }) else { return nil }
      return try? .list(values.compactMap { $0 })
    case .unary(.negate, let operand): return operand.literal.flatMap { try? Arithmetic.negate($0) }
    default: return nil
    }
  }
}

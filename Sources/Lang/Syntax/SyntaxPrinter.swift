/// Writes a syntax tree as nested lists, one statement a line: what parser tests compare.
///
///     let a = 1 + x * 2      (let a (+ 1 (* x 2)))
public struct SyntaxPrinter {
  public init() {}

  /// One line for each statement; blocks go on with two more spaces.
  public func print(_ program: Program) -> String {
    lines(program.statements, indent: "").joined(separator: "\n")
  }

  private func lines(_ statements: [Statement], indent: String) -> [String] {
    statements.map { indent + text($0, indent) + ($0.isSilenced ? " ;" : "") }
  }

  private func text(_ statement: Statement, _ indent: String) -> String {
    func show(_ value: Expression) -> String { text(value, indent) }
    func show(_ body: Block) -> String { text(body, indent) }
    switch statement.kind {
    case .binding(let name, let isMutable, let value):
      return "(\(isMutable ? "var" : "let") \(name.text) \(show(value)))"
    case .function(let name, let function):
      return "(func \(name.text) \(text(function, indent)))"
    case .assignment(.name(let name), let operation, let value):
      return "(\(operation?.rawValue ?? "")= \(name.text) \(show(value)))"
    case .expression(let value): return show(value)
    case .return(let value): return "(return\(value.map { " " + show($0) } ?? ""))"
    case .for(let name, let sequence, let body):
      return "(for \(name.text) \(show(sequence)) \(show(body)))"
    case .while(let condition, let body): return "(while \(show(condition)) \(show(body)))"
    case .break: return "(break)"
    case .continue: return "(continue)"
    case .import(let path, _, let alias): return "(import \(quoted(path)) \(alias.text))"
    }
  }

  private func text(_ block: Block, _ indent: String) -> String {
    guard !block.statements.isEmpty else { return "{}" }
    let inner = lines(block.statements, indent: indent + "  ").joined(separator: "\n")
    return "{\n\(inner)\n\(indent)}"
  }

  private func text(_ function: FunctionLiteral, _ indent: String) -> String {
    let parameters = function.parameters.map { parameter in
      parameter.name.text + (parameter.defaultValue.map { ": " + text($0, indent) } ?? "")
    }
    return "[\(parameters.joined(separator: ", "))] \(text(function.body, indent))"
  }

  private func text(_ expression: Expression, _ indent: String) -> String {
    func show(_ value: Expression) -> String { text(value, indent) }
    switch expression.kind {
    case .nil: return "nil"
    case .bool(let value): return String(value)
    case .integer(let value): return String(value)
    case .float(let value): return String(value)
    case .string(let pieces): return text(pieces, indent)
    case .name(let name): return name.text
    case .list(let elements): return "[" + elements.map(show).joined(separator: ", ") + "]"
    case .record(let elements): return "(record" + text(elements, indent) + ")"
    case .unary(let operation, let value): return "(\(operation.rawValue) \(show(value)))"
    case .binary(let operation, let left, let right, _):
      return "(\(operation.rawValue) \(show(left)) \(show(right)))"
    case .logical(let operation, let left, let right):
      return "(\(operation.rawValue) \(show(left)) \(show(right)))"
    case .range(let low, let high, let isClosed):
      return "(\(isClosed ? "..." : "..<") \(show(low)) \(show(high)))"
    case .call(let callee, let arguments, let isPiped):
      return "(\(isPiped ? "pipe" : "call") \(show(callee))\(text(arguments, indent)))"
    case .index(let base, let index): return "(index \(show(base)) \(show(index)))"
    case .field(let base, let name): return "(. \(show(base)) \(name.text))"
    case .function(let function): return "(closure \(text(function, indent)))"
    case .if(let branches, let otherwise): return text(branches, otherwise, indent)
    }
  }

  private func text(_ branches: [IfBranch], _ otherwise: Block?, _ indent: String) -> String {
    let parts = branches.map { "(if \(text($0.condition, indent)) \(text($0.body, indent)))" }
    let last = otherwise.map { ["(else \(text($0, indent)))"] } ?? []
    let all = parts + last
    return all.count == 1 ? all[0] : "(cond \(all.joined(separator: " ")))"
  }

  private func text(_ arguments: [Argument], _ indent: String) -> String {
    arguments.map { argument in
      switch argument.kind {
      case .positional(let value): " " + text(value, indent)
      case .labelled(let name, let value): " \(name.text): " + text(value, indent)
      case .spread(let value): " ..." + text(value, indent)
      }
    }.joined()
  }

  private func text(_ pieces: [StringPiece], _ indent: String) -> String {
    let parts = pieces.map { piece in
      switch piece {
      case .text(let text): quoted(text)
      case .expression(let value): text(value, indent)
      }
    }
    return parts.count == 1 && !isInterpolated(pieces)
      ? parts[0] : parts.isEmpty ? "\"\"" : "(string \(parts.joined(separator: " ")))"
  }

  private func isInterpolated(_ pieces: [StringPiece]) -> Bool {
    pieces.contains { if case .expression = $0 { true } else { false } }
  }

  private func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: Self.isEscaped) else { return "\"\(text)\"" }
    return "\""
      + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n") + "\""
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
  }
}

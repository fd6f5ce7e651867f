import Lang

/// The names that a program, or a part of one, assigns after their declaration, wherever that is.
struct AssignedNames {
  private(set) var names: Set<String> = []
  /// Whether something is called, which could assign variables outside.
  private(set) var hasCalls = false

  mutating func visit(_ statements: [Statement]) {
    for statement in statements { visit(statement) }
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .binding(_, _, let value): visit(value)
    case .function(_, let function): visit(function)
    case .assignment(.name(let name), _, let value):
      names.insert(name.text)
      visit(value)
    case .expression(let value): visit(value)
    case .return(let value): if let value { visit(value) }
    case .for(_, let sequence, let body):
      visit(sequence)
      visit(body.statements)
    case .while(let condition, let body):
      visit(condition)
      visit(body.statements)
    case .break, .continue, .import: break
    }
  }

  private mutating func visit(_ function: FunctionLiteral) {
    for case let value? in function.parameters.map(\.defaultValue) { visit(value) }
    visit(function.body.statements)
  }

  mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .nil, .bool, .integer, .float, .name: break
    case .string(let pieces):
      for case .expression(let piece) in pieces { visit(piece) }
    case .list(let elements): for element in elements { visit(element) }
    case .record(let arguments): visit(arguments)
    case .unary(_, let operand), .field(let operand, _): visit(operand)
    case .binary(_, let left, let right, _), .logical(_, let left, let right),
      .range(let left, let right, _), .index(let left, let right):
      visit(left)
      visit(right)
    case .call(let callee, let arguments, _):
      hasCalls = true
      visit(callee)
      visit(arguments)
    case .function(let function): visit(function)
    case .if(let branches, let otherwise):
      for branch in branches {
        visit(branch.condition)
        visit(branch.body.statements)
      }
      if let otherwise { visit(otherwise.statements) }
    }
  }

  private mutating func visit(_ arguments: [Argument]) {
    for argument in arguments { visit(argument.value) }
  }
}

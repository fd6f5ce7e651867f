import Lang

extension CodeCompiler {
  /// The register that holds the value: that of the variable itself for a plain local one.
  mutating func value(of expression: Expression) -> Int32 {
    if case .name(let name) = expression.kind, let slot = plainLocal(name) { return slot }
    let target = temporary()
    evaluate(expression, into: target)
    return target
  }

  /// Computes the value into a register; temporaries in use before stay untouched.
  mutating func evaluate(_ expression: Expression, into target: Int32) {
    let before = mark
    defer { release(to: before) }
    let span = expression.span
    switch expression.kind {
    case .nil: emit(.constant, target, constant(.nil), 0, span)
    case .bool(let value): emit(.constant, target, constant(.bool(value)), 0, span)
    case .integer(let value): emit(.constant, target, constant(.int(value)), 0, span)
    case .float(let value): emit(.constant, target, constant(.float(value)), 0, span)
    case .string(let pieces): string(pieces, into: target, span)
    case .name(let name): read(name, into: target)
    case .list(let elements):
      let first = consecutive(elements)
      emit(.list, target, first, Int32(elements.count), span)
    case .record(let elements):
      let (first, shape) = arguments(elements)
      emit(.record, target, first, shape, span)
    case .unary(let operation, let operand):
      let value = value(of: operand)
      emit(operation == .not ? .not : .negate, target, value, 0, span)
    case .binary(let operation, let left, let right, let operatorSpan):
      let (a, b) = operands(left, right)
      emit(opcode(operation), target, a, b, operatorSpan.joined(with: span))
    case .logical(let operation, let left, let right):
      logical(operation, left, right, into: target)
    case .range(let lower, let upper, let isClosed):
      let (a, b) = operands(lower, upper)
      emit(isClosed ? .closedRange : .halfOpenRange, target, a, b, span)
    case .call(let callee, let arguments, _):
      call(callee, arguments, into: target, span)
    case .index(let base, let index):
      let (a, b) = operands(base, index)
      emit(.index, target, a, b, span)
    case .field(let base, let name):
      let value = value(of: base)
      emit(.field, target, value, constant(.text(name.text)), name.span)
    case .function(let function):
      emit(.move, target, closure(function, span), 0, span)
    case .if(let branches, let otherwise):
      conditional(branches, otherwise, into: target, span)
    }
  }

  func opcode(_ operation: BinaryOperator) -> Opcode {
    switch operation {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .integerDivide: .integerDivide
    case .remainder: .remainder
    case .power: .power
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    case .contains: .contains
    }
  }

  /// Left before right. A variable on the left is copied when the right side could assign it.
  private mutating func operands(_ left: Expression, _ right: Expression) -> (Int32, Int32) {
    var a = value(of: left)
    if right.containsBlock {
      let copy = temporary()
      emit(.move, copy, a, 0, left.span)
      a = copy
    }
    return (a, value(of: right))
  }

  private mutating func consecutive(_ expressions: [Expression]) -> Int32 {
    let first = mark
    let registers = expressions.map { _ in temporary() }
    for (expression, register) in zip(expressions, registers) {
      evaluate(expression, into: register)
    }
    return first
  }

  private mutating func string(_ pieces: [StringPiece], into target: Int32, _ span: Span) {
    if pieces.isEmpty {
      emit(.constant, target, constant(.text("")), 0, span)
      return
    }
    if pieces.count == 1, case .text(let text) = pieces[0] {
      emit(.constant, target, constant(.text(text)), 0, span)
      return
    }
    let first = mark
    let registers = pieces.map { _ in temporary() }
    for (piece, register) in zip(pieces, registers) {
      switch piece {
      case .text(let text): emit(.constant, register, constant(.text(text)), 0, span)
      case .expression(let expression): evaluate(expression, into: register)
      }
    }
    emit(.interpolate, target, first, Int32(pieces.count), span)
  }

  private mutating func logical(
    _ operation: LogicalOperator, _ left: Expression, _ right: Expression, into target: Int32
  ) {
    let result = temporary()
    evaluate(left, into: result)
    let skip = emit(
      operation == .and ? .jumpIfFalse : .jumpIfTrue, result, 0, 0, left.span)
    evaluate(right, into: result)
    emit(.checkBool, result, 0, 0, right.span)
    patch(skip)
    emit(.move, target, result, 0, left.span)
  }

  private mutating func conditional(
    _ branches: [IfBranch], _ otherwise: Block?, into target: Int32, _ span: Span
  ) {
    var ends: [Int] = []
    for branch in branches {
      let before = mark
      let test = value(of: branch.condition)
      let next = emit(.jumpIfFalse, test, 0, 0, branch.condition.span)
      release(to: before)
      block(branch.body, into: target)
      ends.append(emit(.jump, 0, 0, 0, span))
      patch(next)
    }
    if let otherwise {
      block(otherwise, into: target)
    } else {
      emit(.constant, target, constant(.nil), 0, span)
    }
    for end in ends { patch(end) }
  }

  // MARK: - Calls and closures

  private mutating func call(
    _ callee: Expression, _ arguments: [Argument], into target: Int32, _ span: Span
  ) {
    let function = temporary()
    evaluate(callee, into: function)
    let (_, shape) = self.arguments(arguments)
    emit(.call, target, function, shape, span)
  }

  /// Evaluates arguments into consecutive registers; gives the first and the index of their shape.
  private mutating func arguments(_ arguments: [Argument]) -> (first: Int32, shape: Int32) {
    let first = consecutive(arguments.map(\.value))
    draft.calls.append(CallShape(arguments))
    return (first, Int32(draft.calls.count - 1))
  }

  mutating func closure(_ function: FunctionLiteral, _ span: Span) -> Int32 {
    draft.children.append(CodeCompiler.compile(function, resolution))
    draft.childCaptures.append(resolution.functions[function.id]?.captures ?? [])
    let target = temporary()
    emit(.closure, target, Int32(draft.children.count - 1), 0, span)
    return target
  }
}

extension Expression {
  /// Whether statements run inside of it, which could assign variables.
  var containsBlock: Bool {
    switch kind {
    case .if: true
    case .binary(_, let a, let b, _), .logical(_, let a, let b), .range(let a, let b, _),
      .index(let a, let b):
      a.containsBlock || b.containsBlock
    case .unary(_, let a), .field(let a, _): a.containsBlock
    case .list(let elements): elements.contains(where: \.containsBlock)
    case .call(let callee, let arguments, _):
      callee.containsBlock || arguments.contains(where: \.containsBlock)
    case .record(let elements): elements.contains(where: \.containsBlock)
    case .string(let pieces):
      pieces.contains { if case .expression(let e) = $0 { e.containsBlock } else { false } }
    default: false
    }
  }
}

extension Argument {
  fileprivate var containsBlock: Bool {
    switch kind {
    case .positional(let value), .labelled(_, let value), .spread(let value): value.containsBlock
    }
  }
}

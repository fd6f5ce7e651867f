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
      let (a, b) = operands(lower, upper, canBeConstants: false)
      emit(isClosed ? .closedRange : .halfOpenRange, target, a, b, span)
    case .call(let callee, let arguments, _):
      call(callee, arguments, into: target, span)
    case .index(let base, let index):
      if case .string(let pieces) = index.kind, pieces.count == 1, case .text(let name) = pieces[0]
      {
        draft.fields.append(FieldSite(name))
        let value = value(of: base)
        emit(.indexByName, target, value, Int32(draft.fields.count - 1), span)
        return forget(value, unless: target, span)
      }
      let (a, b) = operands(base, index, canBeConstants: false)
      emit(.index, target, a, b, span)
      forget(a, unless: target, span)
    case .field(let base, let name):
      let value = value(of: base)
      draft.fields.append(FieldSite(name.text))
      emit(.field, target, value, Int32(draft.fields.count - 1), name.span)
      forget(value, unless: target, name.span)
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
  mutating func operands(
    _ left: Expression, _ right: Expression, canBeConstants: Bool = true
  ) -> (Int32, Int32) {
    var a = canBeConstants ? operand(left) : value(of: left)
    if case .name(let name) = left.kind, a == plainLocal(name),
      right.couldAssign(name, isOwn: true)
    {
      let copy = temporary()
      emit(.move, copy, a, 0, left.span)
      a = copy
    }
    return (a, canBeConstants ? operand(right) : value(of: right))
  }

  /// Empties a temporary that a list or a record was read from: it would be a second owner of what a
  /// variable holds, which then could not grow in its place.
  private mutating func forget(_ register: Int32, unless target: Int32, _ span: Span) {
    if isTemporary(register), register != target { emit(.release, register, 0, 0, span) }
  }

  /// A register, or the constant of a literal.
  mutating func operand(_ expression: Expression) -> Int32 {
    switch expression.kind {
    case .nil: ~constant(.nil)
    case .bool(let value): ~constant(.bool(value))
    case .integer(let value): ~constant(.int(value))
    case .float(let value): ~constant(.float(value))
    case .string(let pieces):
      switch pieces.first {
      case nil: ~constant(.text(""))
      case .text(let text) where pieces.count == 1: ~constant(.text(text))
      default: value(of: expression)
      }
    default: value(of: expression)
    }
  }

  mutating func consecutive(_ expressions: [Expression]) -> Int32 {
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
    var template = Template()
    var values: [Expression] = []
    for piece in pieces {
      switch piece {
      case .text(let text): template.literals[values.count] += text
      case .expression(let value):
        values.append(value)
        template.literals.append("")
      }
    }
    draft.templates.append(template)
    let place = Int32(draft.templates.count - 1)
    emit(.interpolate, target, consecutive(values), place, span)
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
      let next = jumps(when: false, branch.condition)
      block(branch.body, into: target)
      ends.append(emit(.jump, 0, 0, 0, span))
      for jump in next { patch(jump) }
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
    draft.calls.append(CallSite(CallShape(arguments)))
    return (first, Int32(draft.calls.count - 1))
  }

  mutating func closure(_ function: FunctionLiteral, _ span: Span) -> Int32 {
    draft.children.append(
      .init(
        code: CodeCompiler.compile(function, resolution),
        captures: resolution.functions[function.id]?.captures ?? []))
    let target = temporary()
    emit(.closure, target, Int32(draft.children.count - 1), 0, span)
    return target
  }
}

extension Expression {
  /// Whether computing it could assign a variable.
  ///
  /// - Parameter isOwn: whether only the statements of this function can, and none that it calls.
  func couldAssign(_ name: Name, isOwn: Bool) -> Bool {
    var found = AssignedNames()
    found.visit(self)
    return found.names.contains(name.text) || (!isOwn && found.hasCalls)
  }
}

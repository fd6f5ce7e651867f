import Lang

extension CodeCompiler {
  mutating func statement(_ statement: Statement, isTopLevel: Bool = false) {
    let before = mark
    defer { release(to: before) }
    switch statement.kind {
    case .binding(let name, _, let value):
      if let slot = plainLocal(name) {
        evaluate(value, into: slot)
      } else {
        store(self.value(of: value), to: name)
      }
    case .function(let name, let function):
      // Those of the top level were made before its first statement.
      if !isTopLevel { localFunction(name, function) }
    case .assignment(.name(let name), let operation, let value):
      assignment(name, operation, value, statement.span)
    case .expression(let expression):
      _ = self.value(of: expression)
    case .return(let value):
      let result = value.map { self.value(of: $0) } ?? load(.nil, statement.span)
      emit(.giveBack, result, 0, 0, statement.span)
    case .for(let name, let sequence, let body):
      forLoop(name, sequence, body)
    case .while(let condition, let body):
      whileLoop(condition, body, statement.span)
    case .break:
      let jump = emit(.jump, 0, 0, 0, statement.span)
      loops[loops.count - 1].breaks.append(jump)
    case .continue:
      emit(.loop, loops[loops.count - 1].start, 0, 0, statement.span)
    case .import(let path, let pathSpan, let alias):
      draft.imports.append((path, pathSpan))
      let module = temporary()
      emit(.importModule, module, Int32(draft.imports.count - 1), 0, pathSpan)
      store(module, to: alias)
    }
  }

  /// A function that captures itself finds a box, which gets its value afterwards.
  private mutating func localFunction(_ name: Name, _ function: FunctionLiteral) {
    guard case .local(let slot, isBoxed: true)? = resolution.bindings[name.id] else {
      store(closure(function, name.span), to: name)
      return
    }
    emit(.makeBox, Int32(slot), load(.missing, name.span), 0, name.span)
    emit(.storeBox, Int32(slot), closure(function, name.span), 0, name.span)
  }

  private mutating func assignment(
    _ name: Name, _ operation: BinaryOperator?, _ value: Expression, _ span: Span
  ) {
    guard let operation else {
      // What grows in place is also written x = x + y.
      if case .binary(.add, let left, let right, let operatorSpan) = value.kind,
        case .name(let read) = left.kind, read.text == name.text
      {
        return assignment(name, .add, right, operatorSpan.joined(with: value.span))
      }
      if let slot = plainLocal(name), value.isComputedLast {
        evaluate(value, into: slot)
      } else {
        store(self.value(of: value), to: name, isDeclaration: false)
      }
      return
    }
    // What is on the right could assign the variable, which is read before.
    if operation == .add, !value.couldAssign(name, isOwn: plainLocal(name) != nil) {
      return addition(to: name, value, span)
    }
    let isDirect = plainLocal(name) != nil && !value.couldAssign(name, isOwn: true)
    let left = isDirect ? plainLocal(name) ?? 0 : temporary()
    if !isDirect { read(name, into: left) }
    let right = operand(value)
    let result = plainLocal(name) ?? left
    emit(opcode(operation), result, left, right, span)
    if plainLocal(name) == nil { store(result, to: name, isDeclaration: false) }
  }

  /// Adds to a variable where it is.
  private mutating func addition(to name: Name, _ value: Expression, _ span: Span) {
    if let slot = plainLocal(name), case .list(let elements) = value.kind, !elements.isEmpty {
      let first = consecutive(elements)
      emit(.append, slot, first, Int32(elements.count), span)
      return
    }
    let addend = operand(value)
    switch resolution.bindings[name.id] {
    case .local(let slot, let isBoxed)?:
      emit(isBoxed ? .addToBox : .addTo, Int32(slot), addend, 0, span)
    case .captured(let index, _)?: emit(.addToCapturedBox, Int32(index), addend, 0, span)
    case .global(let slot)?:
      emit(.addToGlobal, Int32(slot), addend, constant(.text(name.text)), span)
    case .builtin?, nil: preconditionFailure("the resolver let '\(name.text)' be assigned")
    }
  }

  private mutating func forLoop(_ name: Name, _ sequence: Expression, _ body: Block) {
    // The sequence and, above it, its position and end.
    let iterator = temporary()
    _ = temporary()
    _ = temporary()
    evaluate(sequence, into: iterator)
    emit(.startIteration, iterator, 0, 0, sequence.span)
    let start = position
    let element = plainLocal(name) ?? temporary()
    let next = emit(.nextElement, element, iterator, 0, sequence.span)
    loops.append(LoopState(start: start))
    if plainLocal(name) == nil { store(element, to: name) }
    for statement in body.statements { self.statement(statement) }
    emit(.loop, start, 0, 0, body.span)
    patch(next)
    endLoop()
    emit(.release, iterator, 0, 0, sequence.span)
  }

  private mutating func whileLoop(_ condition: Expression, _ body: Block, _ span: Span) {
    let start = position
    loops.append(LoopState(start: start))
    let exits = jumps(when: false, condition)
    for statement in body.statements { self.statement(statement) }
    emit(.loop, start, 0, 0, span)
    for exit in exits { patch(exit) }
    endLoop()
  }

  private mutating func endLoop() {
    for jump in loops.removeLast().breaks { patch(jump) }
  }

  /// Runs a block; the result is the value of its last statement when that is an expression.
  mutating func block(_ block: Block, into target: Int32) {
    for (index, statement) in block.statements.enumerated() {
      if index == block.statements.count - 1, case .expression(let last) = statement.kind {
        evaluate(last, into: target)
        return
      }
      self.statement(statement)
    }
    emit(.constant, target, constant(.nil), 0, block.span)
  }

  mutating func blockValue(_ block: Block) -> Int32 {
    let target = temporary()
    self.block(block, into: target)
    return target
  }
}

extension Expression {
  /// Whether its result is written by one last instruction, so that it can go straight into a
  /// variable that the expression itself reads.
  fileprivate var isComputedLast: Bool {
    switch kind {
    case .binary, .unary, .call, .index, .field, .integer, .float, .bool, .nil, .list, .record: true
    default: false
    }
  }
}

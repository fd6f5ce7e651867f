import Lang

extension CodeCompiler {
  /// Goes away when a condition has a given result, and on to the next instruction otherwise.
  ///
  /// Comparisons jump by themselves, and `and` and `or` become jumps, so that no bool is made to be
  /// tested at once.
  ///
  /// - Returns: the jumps, which wait for their targets.
  mutating func jumps(when sense: Bool, _ condition: Expression) -> [Int] {
    let before = mark
    defer { release(to: before) }
    switch condition.kind {
    case .logical(let operation, let left, let right):
      // `and` is decided by a false, `or` by a true.
      if (operation == .or) == sense {
        return jumps(when: sense, left) + jumps(when: sense, right)
      }
      let decided = jumps(when: !sense, left)
      let result = jumps(when: sense, right)
      for jump in decided { patch(jump) }
      return result
    case .unary(.not, let operand):
      return jumps(when: !sense, operand)
    case .binary(let operation, let left, let right, let operatorSpan):
      guard let opcode = operation.jump else { break }
      let (a, b) = operands(left, right)
      let jump = emit(opcode, 0, a, b, operatorSpan.joined(with: condition.span))
      draft.instructions[jump].sense = sense
      return [jump]
    default: break
    }
    let test = value(of: condition)
    return [emit(sense ? .jumpIfTrue : .jumpIfFalse, test, 0, 0, condition.span)]
  }
}

extension BinaryOperator {
  /// The comparison that jumps; nil for what is no comparison.
  fileprivate var jump: Opcode? {
    switch self {
    case .equal: .jumpEqual
    case .notEqual: .jumpNotEqual
    case .less: .jumpLess
    case .lessOrEqual: .jumpLessOrEqual
    case .greater: .jumpGreater
    case .greaterOrEqual: .jumpGreaterOrEqual
    default: nil
    }
  }
}

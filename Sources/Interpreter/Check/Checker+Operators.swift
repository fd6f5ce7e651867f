import Lang

extension Checker {
  mutating func unary(
    _ operation: UnaryOperator, _ operand: Expression, _ span: Span
  ) -> StaticType {
    let type = type(of: operand)
    switch operation {
    case .not:
      if let name = type.name, name != "bool" { report(ValueError.condition(type: name), at: span) }
      if case .value(.bool(let value)) = type { return .value(.bool(!value)) }
      return .bool
    case .negate:
      if let name = type.name, !type.isNumber {
        report(ValueError.operand(operation: "-", type: name), at: span)
        return .unknown
      }
      if let value = type.constant, let result = try? Arithmetic.negate(value) {
        return .value(result)
      }
      return type.isNumber ? type.withoutValue : .unknown
    }
  }

  mutating func binary(
    _ operation: BinaryOperator, _ left: StaticType, _ right: StaticType, at span: Span
  ) -> StaticType {
    if let value = folded(operation, left, right) { return .value(value) }
    guard fits(operation, left, right) else {
      report(
        ValueError.operands(
          operation: operation.rawValue, left: left.name ?? "value", right: right.name ?? "value"),
        at: span)
      return .unknown
    }
    switch operation {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .contains: return .bool
    case .divide: return .float
    case .add where left.isNamed("string") && right.isNamed("string"): return .string
    case .add where left.isNamed("list") && right.isNamed("list"):
      return .list(of: left.element.joined(with: right.element))
    // An int to a negative int is a float.
    case .power: return left.isNamed("float") || right.isNamed("float") ? .float : .unknown
    default:
      if left.isNamed("int") && right.isNamed("int") { return .int }
      return left.isNumber && right.isNumber ? .float : .unknown
    }
  }

  /// The result for two known numbers or two known strings compared; a failure is left to the run,
  /// which may never come here.
  private func folded(
    _ operation: BinaryOperator, _ left: StaticType, _ right: StaticType
  ) -> Value? {
    guard let a = left.constant, let b = right.constant, left.isNumber, right.isNumber,
      operation != .contains
    else { return nil }
    return try? Arithmetic.apply(operation, a, b)
  }

  /// False where no value of the two types goes with the operator. One type is enough to know for an
  /// operand that goes with nothing.
  private func fits(
    _ operation: BinaryOperator, _ left: StaticType, _ right: StaticType
  ) -> Bool {
    switch operation {
    case .equal, .notEqual: return true
    case .add: return fits([["int", "float"], ["string"], ["list"]], left, right)
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      return fits([["int", "float"], ["string"]], left, right)
    case .contains:
      switch right.name {
      case nil, "list", "range": return true
      case "string", "record": return left.name == nil || left.isNamed("string")
      default: return false
      }
    default: return fits([["int", "float"]], left, right)
    }
  }

  /// Whether both can be of one of the groups. Both types have to be known to report them: a message
  /// that names one operand alone would not be that of the run.
  private func fits(_ groups: [[String]], _ left: StaticType, _ right: StaticType) -> Bool {
    guard let a = left.name, let b = right.name else { return true }
    return groups.contains { $0.contains(a) && $0.contains(b) }
  }
}

extension StaticType {
  /// The type alone.
  var withoutValue: StaticType {
    guard case .value(let value) = self else { return self }
    if let plain = Plain(rawValue: value.typeName) { return .plain(plain) }
    switch value {
    case .list: return .list(of: element)
    case .record: return .record(recordFields)
    case .host(let box): return .host(box.value.typeName)
    default: return self
    }
  }
}

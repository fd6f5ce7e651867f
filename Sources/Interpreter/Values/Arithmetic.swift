import Foundation
import Lang
import QuantRuntime

/// The operators on values. Integers stay integers and never wrap; an int meets a float as a float.
enum Arithmetic {
  static func apply(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Value {
    switch operation {
    case .add: try add(a, b)
    case .subtract: try numeric(operation, a, b, { $0.subtractingReportingOverflow($1) }, -)
    case .multiply: try numeric(operation, a, b, { $0.multipliedReportingOverflow(by: $1) }, *)
    case .divide: try divide(a, b)
    case .integerDivide: try floorDivide(a, b)
    case .remainder: try remainder(a, b)
    case .power: try power(a, b)
    case .equal: .bool(a == b)
    case .notEqual: .bool(a != b)
    case .less: .bool(try order(operation, a, b).map { $0 < 0 } ?? false)
    case .lessOrEqual: .bool(try order(operation, a, b).map { $0 <= 0 } ?? false)
    case .greater: .bool(try order(operation, a, b).map { $0 > 0 } ?? false)
    case .greaterOrEqual: .bool(try order(operation, a, b).map { $0 >= 0 } ?? false)
    case .contains: .bool(try contains(a, in: b, until: Interruption()))
    }
  }

  static func negate(_ value: Value) throws -> Value {
    switch value {
    case .int(let x):
      let (result, overflow) = (0).subtractingReportingOverflow(x)
      guard !overflow else { throw ValueError.overflow(operation: "-") }
      return .int(result)
    case .float(let x): return .float(-x)
    default: throw ValueError.operand(operation: "-", type: value.typeName)
    }
  }

  private static func numeric(
    _ operation: BinaryOperator, _ a: Value, _ b: Value,
    _ ints: (Int, Int) -> (partialValue: Int, overflow: Bool), _ floats: (Double, Double) -> Double
  ) throws -> Value {
    if case .int(let x) = a, case .int(let y) = b {
      let (result, overflow) = ints(x, y)
      guard !overflow else { throw ValueError.overflow(operation: operation.rawValue) }
      return .int(result)
    }
    let (x, y) = try floatOperands(operation, a, b)
    return .float(floats(x, y))
  }

  private static func floatOperands(
    _ operation: BinaryOperator, _ a: Value, _ b: Value
  ) throws -> (Double, Double) {
    guard let x = a.number, let y = b.number else {
      throw ValueError.operands(
        operation: operation.rawValue, left: a.typeName, right: b.typeName)
    }
    return (x, y)
  }

  private static func add(_ a: Value, _ b: Value) throws -> Value {
    switch (a, b) {
    case (.string(let x), .string(let y)):
      return .string(try Text.joining(x, y))
    case (.list(let x), .list(let y)): return .list(try List(joining: x, y))
    default: return try numeric(.add, a, b, { $0.addingReportingOverflow($1) }, +)
    }
  }

  /// `/` always gives a float.
  private static func divide(_ a: Value, _ b: Value) throws -> Value {
    let (x, y) = try floatOperands(.divide, a, b)
    guard y != 0 else { throw ValueError.divisionByZero }
    return .float(x / y)
  }

  /// Rounds towards minus infinity, so that a == a // b * b + a % b with 0 <= a % b for b > 0.
  private static func floorDivide(_ a: Value, _ b: Value) throws -> Value {
    if case .int(let x) = a, case .int(let y) = b {
      guard y != 0 else { throw ValueError.divisionByZero }
      let (quotient, overflow) = x.dividedReportingOverflow(by: y)
      guard !overflow else { throw ValueError.overflow(operation: "//") }
      return .int(x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient)
    }
    let (x, y) = try floatOperands(.integerDivide, a, b)
    guard y != 0 else { throw ValueError.divisionByZero }
    return .float((x / y).rounded(.down))
  }

  /// Has the sign of the divisor.
  private static func remainder(_ a: Value, _ b: Value) throws -> Value {
    if case .int(let x) = a, case .int(let y) = b {
      guard y != 0 else { throw ValueError.divisionByZero }
      let rest = y == -1 ? 0 : x % y
      return .int(rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest)
    }
    let (x, y) = try floatOperands(.remainder, a, b)
    guard y != 0 else { throw ValueError.divisionByZero }
    let rest = x.truncatingRemainder(dividingBy: y)
    return .float(rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest)
  }

  /// An int to a non-negative int is an int, everything else a float.
  private static func power(_ a: Value, _ b: Value) throws -> Value {
    guard case .int(var base) = a, case .int(var exponent) = b, exponent >= 0 else {
      let (x, y) = try floatOperands(.power, a, b)
      guard x != 0 || y >= 0 else { throw ValueError.divisionByZero }
      return .float(pow(x, y))
    }
    var result = 1
    while exponent > 0 {
      if exponent & 1 == 1 {
        let (product, overflow) = result.multipliedReportingOverflow(by: base)
        guard !overflow else { throw ValueError.overflow(operation: "**") }
        result = product
      }
      exponent >>= 1
      if exponent > 0 {
        let (square, overflow) = base.multipliedReportingOverflow(by: base)
        guard !overflow else { throw ValueError.overflow(operation: "**") }
        base = square
      }
    }
    return .int(result)
  }

  /// The order of two numbers or two strings; nil when one is NaN.
  static func order(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Int? {
    switch (a, b) {
    case (.int(let x), .int(let y)): return x < y ? -1 : x > y ? 1 : 0
    case (.float(let x), .float(let y)):
      return x.isNaN || y.isNaN ? nil : x < y ? -1 : x > y ? 1 : 0
    case (.int(let x), .float(let y)): return Value.compare(x, y)
    case (.float(let x), .int(let y)): return Value.compare(y, x).map { -$0 }
    case (.string(let x), .string(let y)):
      return x < y ? -1 : x == y ? 0 : 1
    default:
      throw ValueError.operands(
        operation: operation.rawValue, left: a.typeName, right: b.typeName)
    }
  }

  /// - Throws: `ValueError.operands`, `Interrupted`.
  static func contains(
    _ a: Value, in b: Value, until interruption: Interruption
  ) throws -> Bool {
    if case .string(let x) = a, case .string(let y) = b {
      return try TextSearch.contains(y, x, until: interruption)
    }
    switch (a, b) {
    case (_, .list(let list)): return list.elements.contains(a)
    case (.int(let x), .range(let range)): return range.lower <= x && x < range.upper
    case (_, .range): return false
    case (.string(let x), .record(let record)): return record.labels.contains(x.value)
    default:
      throw ValueError.operands(operation: "in", left: a.typeName, right: b.typeName)
    }
  }
}

extension Value {
  /// The value as a float, if it is a number.
  var number: Double? {
    switch self {
    case .int(let x): Double(x)
    case .float(let x): x
    default: nil
    }
  }
}

import Foundation
import Lang

/// Functions of numbers and of lists of numbers.
enum NumberBuiltins {
  static let all =
    [
      function("sqrt", "The square root.", example: ("sqrt(2.25)", "1.5")) { $0.squareRoot() },
      function("exp", "The exponential function.", example: ("exp(0)", "1.0")) { exp($0) },
      function("log", "The natural logarithm.", example: ("log(1)", "0.0")) { log($0) },
      function("log2", "The logarithm to base 2.", example: ("log2(8)", "3.0")) { log2($0) },
      rounding("floor", "The largest int not above a number.", .down, ("floor(-1.5)", "-2")),
      rounding("ceil", "The smallest int not below a number.", .up, ("ceil(1.2)", "2")),
      rounding(
        "round", "The nearest int, halves to the even one, as quantizers round.",
        .toNearestOrEven, ("round(2.5)", "2")),
      abs, int, float, fixed, sum, mean, std, smallest, largest,
    ]

  private static func function(
    _ name: String, _ summary: String, example: (String, String),
    _ f: @escaping @Sendable (Double) -> Double
  ) -> Builtin {
    Builtin(
      name, family: "numbers", summary,
      parameters: [Parameter("x", .anyFloat, "A number.")], result: .float,
      examples: [.init(example.0, example.1)]
    ) { .float(f($0.float("x"))) }
  }

  private static func rounding(
    _ name: String, _ summary: String, _ rule: FloatingPointRoundingRule,
    _ example: (String, String)
  ) -> Builtin {
    Builtin(
      name, family: "numbers", summary,
      parameters: [Parameter("x", .anyFloat, "A number.")], result: .int,
      examples: [.init(example.0, example.1)]
    ) { call in
      if case .int(let x) = call["x"] { return .int(x) }
      return .int(try integer(call.float("x").rounded(rule)))
    }
  }

  private static func integer(_ x: Double) throws -> Int {
    guard let value = Int(exactly: x) else { throw ValueError.overflow(operation: "int") }
    return value
  }

  private static let abs = Builtin(
    "abs", family: "numbers", "The absolute value.",
    parameters: [Parameter("x", .oneOf([.anyInt, .anyFloat]), "A number.")], result: .number,
    examples: [.init("abs(-3)", "3")]
  ) { call in
    if case .int(let x) = call["x"], x >= 0 { return .int(x) }
    if case .int = call["x"] { return try Arithmetic.negate(call["x"]) }
    return .float(Swift.abs(call.float("x")))
  }

  private static let int = Builtin(
    "int", family: "numbers", "A number or a text as an int; fractions are cut off.",
    parameters: [Parameter("x", .oneOf([.anyFloat, .string]), "A number, or the text of an int.")],
    result: .int, examples: [.init("int(2.9)", "2"), .init("int(\"42\")", "42")]
  ) { call in
    // Most texts are a few digits and nothing else.
    if let number = call.ifText("x", { $0.withBytes(Decimal.read) }) { return .int(number) }
    guard case .string(let text) = call["x"] else {
      return .int(try integer(call.float("x").rounded(.towardZero)))
    }
    guard let value = Int(text.value.trimmingCharacters(in: .whitespaces)) else {
      throw call.failure("number.invalid", "'\(text.value)' is not the text of an int")
    }
    return .int(value)
  }

  private static let float = Builtin(
    "float", family: "numbers", "A number or a text as a float.",
    parameters: [Parameter("x", .oneOf([.anyFloat, .string]), "A number, or its text.")],
    result: .float, examples: [.init("float(2)", "2.0"), .init("float(\"1e-3\")", "0.001")]
  ) { call in
    guard case .string(let text) = call["x"] else { return .float(call.float("x")) }
    guard let value = Double(text.value.trimmingCharacters(in: .whitespaces)) else {
      throw call.failure("number.invalid", "'\(text.value)' is not the text of a number")
    }
    return .float(value)
  }

  private static let fixed = Builtin(
    "fixed", family: "numbers", "A number as text with a fixed number of decimals.",
    parameters: [
      Parameter("x", .anyFloat, "A number."),
      Parameter("decimals", .int(0...17), default: .int(2), "Digits behind the point."),
    ],
    result: .string, examples: [.init("fixed(2 / 3, 3)", "\"0.667\"")]
  ) { call in
    .text(String(format: "%.\(call.int("decimals"))f", call.float("x")))
  }

  private static let sum = Builtin(
    "sum", family: "numbers", "The sum of a list; 0 for an empty one.",
    parameters: [Parameter("values", .sequence, "Numbers.")], result: .number,
    examples: [.init("sum(1...4)", "10")]
  ) { call in
    try call.elements("values").reduce(.int(0)) { try Arithmetic.apply(.add, $0, $1) }
  }

  private static let mean = Builtin(
    "mean", family: "numbers", "The arithmetic mean of a list.",
    parameters: [Parameter("values", .sequence, "Numbers, at least one.")], result: .float,
    examples: [.init("mean([1, 2, 6])", "3.0")]
  ) { call in
    let numbers = try numbers(call, atLeast: 1)
    return .float(numbers.reduce(0, +) / Double(numbers.count))
  }

  private static let std = Builtin(
    "std", family: "numbers", "The standard deviation of a list.",
    details: "The sample's, divided by n - 1, or with `population: true` divided by n.",
    parameters: [
      Parameter("values", .sequence, "Numbers: two or more, or one for a population."),
      Parameter(
        "population", .bool, default: .bool(false), needsLabel: true, "Divide by n, not n - 1."),
    ],
    result: .float, examples: [.init("std([1, 3])", "1.4142135623730951")]
  ) { call in
    let isPopulation = call.bool("population")
    let numbers = try numbers(call, atLeast: isPopulation ? 1 : 2)
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return .float((squares / Double(numbers.count - (isPopulation ? 0 : 1))).squareRoot())
  }

  private static func numbers(_ call: Call, atLeast count: Int) throws -> [Double] {
    let values = try call.elements("values")
    guard values.count >= count else {
      throw call.failure(
        "list.too_short",
        "'\(call.builtin.name)' needs at least \(count) value\(count == 1 ? "" : "s"), not \(values.count)"
      )
    }
    return try values.map { value in
      guard let number = value.number else {
        throw ValueError.operand(operation: call.builtin.name, type: value.typeName)
      }
      return number
    }
  }

  private static let smallest = extremum("min", "smallest", .less, ("min(3, 1, 2)", "1"))
  private static let largest = extremum("max", "largest", .greater, ("max([3, 1, 2])", "3"))

  private static func extremum(
    _ name: String, _ word: String, _ operation: BinaryOperator, _ example: (String, String)
  ) -> Builtin {
    Builtin(
      name, family: "numbers", "The \(word) of its arguments, or of one list.",
      parameters: [Parameter("values", .any, isVariadic: true, "Numbers or strings, or a list.")],
      result: .any, examples: [.init(example.0, example.1)]
    ) { call in
      var values = try call.elements("values")
      if values.count == 1 {
        switch values[0] {
        case .list, .range: values = try values[0].iterated(until: call.session.interruption)
        default: break
        }
      }
      guard var best = values.first else {
        throw call.failure("list.too_short", "'\(name)' needs at least one value")
      }
      for value in values.dropFirst() {
        if try Arithmetic.apply(operation, value, best) == .bool(true) { best = value }
      }
      return best
    }
  }
}

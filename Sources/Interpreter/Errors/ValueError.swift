import Lang
import QuantRuntime

/// What can go wrong with values while a script runs: facts, with their words below.
enum ValueError: RuntimeFailure, Equatable {
  static let stringLimit = 100_000_000

  case overflow(operation: String)
  case divisionByZero
  case operand(operation: String, type: String)
  case operands(operation: String, left: String, right: String)
  case condition(type: String)
  case tooLarge(what: String, unit: String, limit: Int)
  case tooDeep(limit: Int)
  case notCallable(type: String)
  case notIterable(type: String)
  case notIndexable(type: String)
  case indexType(type: String)
  case indexRange(index: Int, count: Int)
  case unknownField(name: String, type: String, known: [String])
  case rangeBound(type: String)
  case spread(type: String)
  case uninitialized(name: String)
  case callDepth(limit: Int)
  case expectation(message: String, details: [String])
  /// An error that a builtin states in its own words.
  case builtin(code: String, message: String, help: String?)

  /// - Throws: `tooLarge` for a string of more bytes than are allowed.
  static func checkText(_ bytes: Int) throws {
    guard bytes <= stringLimit else {
      throw tooLarge(what: "string", unit: "bytes", limit: stringLimit)
    }
  }

  var code: String {
    switch self {
    case .overflow: "number.overflow"
    case .divisionByZero: "number.division_by_zero"
    case .operand, .operands: "type.operator"
    case .condition: "type.condition"
    case .tooLarge: "limit.size"
    case .tooDeep: "limit.depth"
    case .notCallable: "type.not_callable"
    case .notIterable: "type.not_iterable"
    case .notIndexable: "type.not_indexable"
    case .indexType: "type.index"
    case .indexRange: "index.range"
    case .unknownField: "name.unknown_field"
    case .rangeBound: "type.range"
    case .spread: "type.spread"
    case .uninitialized: "name.uninitialized"
    case .callDepth: "limit.call_depth"
    case .expectation: "expect.failed"
    case .builtin(let code, _, _): code
    }
  }

  var message: String {
    switch self {
    case .overflow(let operation): "the result of '\(operation)' does not fit into 64 bits"
    case .divisionByZero: "division by zero"
    case .operand(let operation, let type): "'\(operation)' does not take \(Noun.withArticle(type))"
    case .operands(let operation, let left, let right):
      "'\(operation)' does not take \(Noun.withArticle(left)) and \(Noun.withArticle(right))"
    case .condition(let type): "a condition is true or false, not \(Noun.withArticle(type))"
    case .tooLarge(let what, let unit, let limit): "a \(what) has at most \(limit) \(unit)"
    case .tooDeep(let limit): "values nest at most \(limit) levels deep"
    case .notCallable(let type): "\(Noun.withArticle(type)) is not a function"
    case .notIterable(let type): "\(Noun.withArticle(type)) has no elements to go through"
    case .notIndexable(let type): "\(Noun.withArticle(type)) has no elements to pick"
    case .indexType(let type): "an index is an int, not \(Noun.withArticle(type))"
    case .indexRange(let index, let count):
      "index \(index) is outside of \(Noun.counted(count, "element"))"
    case .unknownField(let name, let type, _): "\(Noun.withArticle(type)) has no field '\(name)'"
    case .rangeBound(let type): "the bounds of a range are ints, not \(Noun.withArticle(type))"
    case .spread(let type): "'...' spreads a record, not \(Noun.withArticle(type))"
    case .uninitialized(let name): "'\(name)' has no value yet"
    case .callDepth(let limit): "calls nest more than \(limit) deep"
    case .expectation(let message, _): message
    case .builtin(_, let message, _): message
    }
  }

  var help: String? {
    switch self {
    case .unknownField(let name, let type, let known):
      Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
        ?? Self.helpOnMethod(name, of: type)
    case .operands("+", "string", _), .operands("+", _, "string"), .operands("%", "string", _):
      #"values stand in a string as \(x)"#
    case .condition: "compare it: x != nil, x > 0"
    case .overflow: "use floats: 1.0 instead of 1"
    case .builtin(_, _, let help): help
    default: nil
    }
  }

  /// For those who look for methods.
  private static func helpOnMethod(_ name: String, of type: String) -> String? {
    if type == "list", ["add", "append", "push"].contains(name) {
      return "make a longer list: xs + [x]"
    }
    let function = ["len", "length", "size"].contains(name) ? "count" : name
    guard BuiltinCatalog.all.contains(where: { $0.name == function && $0.constant == nil }) else {
      return nil
    }
    return "there are no methods: write \(function)(x), or x |> \(function)"
  }

  var notes: [String] {
    switch self {
    case .unknownField(_, _, let known) where !known.isEmpty && known.count <= 12:
      [Noun.listed(known, "field")]
    case .expectation(_, let details): details
    default: []
    }
  }
}

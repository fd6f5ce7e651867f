import Lang
import QuantRuntime

/// A value of the language: immutable, equal by content, 16 bytes in memory.
///
/// Everything that does not fit into 8 bytes is boxed in a final class, because the interpreter
/// copies values all the time and a string in place would make each copy half as large again.
public enum Value: @unchecked Sendable {
  case `nil`
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(Text)
  case list(List)
  case range(IntRange)
  case record(Record)
  case function(Function)
  case builtin(BuiltinReference)
  /// A value of the runtime: a model, a data set, a table.
  case host(HostBox)
  /// A variable shared by closures; only ever in registers and captures.
  case box(Box)
  /// An argument that was left out, or a global that has no value yet; never seen by scripts.
  case missing
}

/// A boxed string.
public final class Text: Sendable {
  public let value: String
  init(_ value: String) { self.value = value }
}

/// A boxed list with its nesting depth, which is bounded so that printing, comparing and freeing
/// never run out of stack.
public final class List: Sendable {
  static let sizeLimit = 10_000_000
  static let depthLimit = 1_000
  public let elements: [Value]
  let depth: Int

  /// - Throws: `ValueError` for a list that is too long or nests too deep.
  init(_ elements: [Value]) throws {
    guard elements.count <= Self.sizeLimit else {
      throw ValueError.tooLarge(what: "list", limit: Self.sizeLimit)
    }
    depth = try nestingDepth(elements)
    self.elements = elements
  }
}

/// `lower ..< upper`; a closed range is stored with its upper bound raised by one.
public final class IntRange: Sendable {
  public let lower: Int
  public let upper: Int

  init(_ lower: Int, _ upper: Int) {
    self.lower = lower
    self.upper = max(lower, upper)
  }

  public var count: Int { upper.subtractingReportingOverflow(lower).partialValue }
}

/// Labelled values in the order they were written; labels are unique.
public final class Record: Sendable {
  public let labels: [String]
  public let values: [Value]
  let depth: Int

  init(_ labels: [String], _ values: [Value]) throws {
    depth = try nestingDepth(values)
    self.labels = labels
    self.values = values
  }

  public subscript(label: String) -> Value? {
    labels.firstIndex(of: label).map { values[$0] }
  }
}

/// A function of the script with what it captured.
public final class Function: @unchecked Sendable {
  let code: Code
  let captures: [Value]
  /// The globals of the file that it was written in.
  let module: Module

  init(code: Code, captures: [Value], module: Module) {
    self.code = code
    self.captures = captures
    self.module = module
  }
}

/// A built-in function as a value.
public final class BuiltinReference: Sendable {
  let builtin: Builtin
  init(_ builtin: Builtin) { self.builtin = builtin }
}

/// A mutable variable that several closures see.
public final class Box: @unchecked Sendable {
  var value: Value
  init(_ value: Value) { self.value = value }
}

/// A boxed value of the runtime.
public final class HostBox: Sendable {
  public let value: any HostValue
  init(_ value: any HostValue) { self.value = value }
}

private func nestingDepth(_ elements: [Value]) throws -> Int {
  var depth = 0
  for element in elements {
    switch element {
    case .list(let list): depth = max(depth, list.depth)
    case .record(let record): depth = max(depth, record.depth)
    default: break
    }
  }
  guard depth < List.depthLimit else { throw ValueError.tooDeep(limit: List.depthLimit) }
  return depth + 1
}

// MARK: - Making values

extension Value {
  public static func text(_ value: String) -> Value { .string(Text(value)) }

  /// - Throws: `ValueError` for a list that is too long or nests too deep.
  public static func list(_ elements: [Value]) throws -> Value { .list(try List(elements)) }

  /// - Throws: `ValueError` when the values nest too deep.
  public static func record(_ fields: KeyValuePairs<String, Value>) throws -> Value {
    .record(try Record(fields.map(\.key), fields.map(\.value)))
  }

  public static func record(_ fields: [(String, Value)]) throws -> Value {
    .record(try Record(fields.map(\.0), fields.map(\.1)))
  }

  public static func host(_ value: any HostValue) -> Value { .host(HostBox(value)) }

  /// What messages call the type.
  public var typeName: String {
    switch self {
    case .nil: "nil"
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .string: "string"
    case .list: "list"
    case .range: "range"
    case .record: "record"
    case .function, .builtin: "function"
    case .host(let box): box.value.typeName
    case .box, .missing: "nothing"
    }
  }
}

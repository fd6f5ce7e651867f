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

// MARK: - Making values

extension Value {
  public static func text(_ value: String) -> Value { .string(Text.make(value)) }

  /// - Throws: `ValueError` for a list that is too long or nests too deep.
  public static func list(_ elements: [Value]) throws -> Value { .list(try List(elements)) }

  /// - Throws: `ValueError` when the values nest too deep.
  public static func record(_ fields: KeyValuePairs<String, Value>) throws -> Value {
    .record(try .make(fields.map(\.key), fields.map(\.value)))
  }

  public static func record(_ fields: [(String, Value)]) throws -> Value {
    .record(try .make(fields.map(\.0), fields.map(\.1)))
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

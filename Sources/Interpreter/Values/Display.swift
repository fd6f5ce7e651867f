import Foundation

/// How values look as text.
enum Display {
  /// As a script would write it: strings quoted.
  static func inline(_ value: Value) -> String {
    switch value {
    case .nil: "nil"
    case .bool(let x): x ? "true" : "false"
    case .int(let x): String(x)
    case .float(let x): number(x)
    case .string(let text): quoted(text.value)
    case .list(let list): "[" + list.elements.map(inline).joined(separator: ", ") + "]"
    case .range(let range): "\(range.lower)..<\(range.upper)"
    case .record(let record):
      "("
        + zip(record.labels, record.values).map { "\($0): \(inline($1))" }.joined(separator: ", ")
        + ")"
    case .function(let function):
      "\(function.code.name)(\(function.code.parameters.map(\.name).joined(separator: ", ")))"
    case .builtin(let reference): reference.builtin.name
    case .host(let box): box.value.summary
    case .box, .missing: ""
    }
  }

  /// As `print` and interpolation write it: strings as they are.
  static func plain(_ value: Value) -> String {
    if case .string(let text) = value { return text.value }
    return inline(value)
  }

  /// As the prompt shows it, on one or more lines.
  static func long(_ value: Value, width: Int) -> String {
    if case .host(let box) = value { return box.value.display(width: width) }
    return inline(value)
  }

  /// The shortest text that reads back as the same number; a float always has a dot or an exponent.
  static func number(_ x: Double) -> String {
    if x.isNaN { return "nan" }
    if x.isInfinite { return x < 0 ? "-inf" : "inf" }
    return "\(x)"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 32 || scalar.value == 127:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

import Foundation
import QuantRuntime

/// Writes values as text, up to a number of bytes.
struct Display {
  /// Bytes of a value inside of a message.
  private static let messageLimit = 200
  /// Bytes that the prompt shows of a value; `print` writes all of it.
  private static let promptLimit = 20_000

  private var text = ""
  private let limit: Int
  private let interruption: Interruption?
  /// Whether nothing more is to be written.
  private var isFull: Bool {
    text.utf8.count > limit || (interruption?.isRequested ?? false)
  }

  private init(limit: Int, interruption: Interruption? = nil) {
    self.limit = limit
    self.interruption = interruption
  }

  /// As `print` and interpolation write it: a string as it is, those inside of others quoted.
  ///
  /// - Throws: `ValueError.tooLarge` for more than a string can hold; `Interrupted`.
  static func plain(_ value: Value, until interruption: Interruption) throws -> String {
    switch value {
    case .string(let text): return text.value
    case .int(let number): return String(number)
    case .bool(let isTrue): return isTrue ? "true" : "false"
    default: break
    }
    var display = Display(limit: ValueError.stringLimit, interruption: interruption)
    display.write(value)
    try interruption.check()
    try ValueError.checkText(display.text.utf8.count)
    return display.text
  }

  /// For messages and help: as a script would write it, cut off where it gets long.
  static func inline(_ value: Value) -> String { cut(value, messageLimit) }

  /// As the prompt shows it, on one or more lines.
  static func long(_ value: Value, in area: TextArea) -> String {
    if case .host(let box) = value { return box.value.display(in: area) }
    return cut(value, promptLimit)
  }

  private static func cut(_ value: Value, _ limit: Int) -> String {
    var display = Display(limit: limit)
    display.write(value)
    guard display.isFull else { return display.text }
    let end = display.text.utf8.index(display.text.startIndex, offsetBy: limit)
    return display.text[..<end] + " ..."
  }

  /// The shortest text that reads back as the same number; a float always has a dot or an exponent.
  static func number(_ x: Double) -> String {
    if x.isNaN { return "nan" }
    if x.isInfinite { return x < 0 ? "-inf" : "inf" }
    return "\(x)"
  }

  // MARK: - Writing

  private mutating func write(_ value: Value) {
    switch value {
    case .nil: text += "nil"
    case .bool(let x): text += x ? "true" : "false"
    case .int(let x): text += String(x)
    case .float(let x): text += Self.number(x)
    case .string(let content): quote(content.value)
    case .list(let list): write(list)
    case .range(let range): text += "\(range.lower)..<\(range.upper)"
    case .record(let record): write(record)
    case .function(let function):
      let names = function.code.parameters.map(\.name).joined(separator: ", ")
      text += "\(function.code.name)(\(names))"
    case .builtin(let reference): text += reference.builtin.name
    case .host(let box): text += box.value.summary
    case .box, .missing: break
    }
  }

  private mutating func write(_ list: List) {
    text += "["
    for (index, element) in list.elements.enumerated() {
      if isFull { return }
      if index > 0 { text += ", " }
      write(element)
    }
    text += "]"
  }

  private mutating func write(_ record: Record) {
    text += "("
    for (index, label) in record.labels.enumerated() {
      if isFull { return }
      if index > 0 { text += ", " }
      text += label + ": "
      write(record[index])
    }
    text += ")"
  }

  private mutating func quote(_ content: String) {
    if Self.needsNoEscape(content) {
      text += "\"" + content + "\""
      return
    }
    text += "\""
    for scalar in content.unicodeScalars {
      if isFull { return }
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case _ where scalar.value < 32 || scalar.value == 127:
        text += "\\u{\(String(scalar.value, radix: 16))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  /// Whether a string is written as it is, between quotes.
  static func needsNoEscape(_ content: String) -> Bool {
    var content = content
    return content.withUTF8 { bytes in
      !bytes.contains { $0 < 32 || $0 == 34 || $0 == 92 || $0 == 127 }
    }
  }
}

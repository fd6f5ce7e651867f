import QuantRuntime

/// Writes values for people and for files: tables in the session's format, the rest as text.
struct Printer {
  private let output: SessionOutput
  private let interruption: Interruption

  init(_ session: SessionContext) {
    output = session.output
    interruption = session.interruption
  }

  /// What `print` writes for its arguments, newline included.
  ///
  /// - Throws: `ValueError.tooLarge` for a value of more text than a string can hold; `Interrupted`.
  func text(_ values: [Value]) throws -> String {
    if values.count == 1, let table = values[0].asTable {
      return try output.format.text(table, in: output.area, until: interruption)
    }
    return try values.map { try Display.plain($0, until: interruption) }.joined(separator: " ")
      + "\n"
  }

  /// What the prompt shows for a value.
  ///
  /// - Throws: `Interrupted`.
  func echo(_ value: Value) throws -> String {
    if case .host(let box) = value, let table = box.value.table {
      let text = try output.format.text(table, in: output.area, until: interruption)
      guard output.format.isForTerminals else { return text }
      return text + box.value.notes(in: output.area).map { $0 + "\n" }.joined()
    }
    let text = Display.long(value, in: output.area)
    return text.hasSuffix("\n") ? text : text + "\n"
  }
}

extension Value {
  /// The table of a host value that is one.
  fileprivate var asTable: Table? {
    guard case .host(let box) = self else { return nil }
    return box.value.table
  }
}

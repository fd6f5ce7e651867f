import QuantRuntime

/// A table as a value of the language.
struct TableValue: HostValue, Equatable {
  let content: Table
  /// The columns whose course the prompt draws below the table.
  var curves: [String] = []

  static let type = HostType("table", isOpen: true)
  var summary: String {
    "table of \(Noun.counted(content.rows.count, "row")), "
      + Noun.counted(content.columns.count, "column")
  }
  func display(in area: TextArea) -> String { TableFormat.table.text(content, in: area) }
  func notes(in area: TextArea) -> [String] {
    Curve.lines(
      curves.compactMap { name in
        (try? content.column(name)).map { Curve(name: name, values: $0.map { $0.number ?? .nan }) }
      }, in: area)
  }
  /// Columns read like fields and give lists.
  var fieldNames: [String] { content.columns }
  func field(_ name: String) -> Value? {
    guard let cells = try? content.column(name) else { return nil }
    return try? .list(cells.map(Value.init))
  }
  var table: Table? { content }

  static func == (a: TableValue, b: TableValue) -> Bool { a.content == b.content }
}

extension Value {
  init(_ cell: Cell) {
    switch cell {
    case .empty: self = .nil
    case .bool(let x): self = .bool(x)
    case .int(let x): self = .int(x)
    case .float(let x): self = .float(x)
    case .text(let x): self = .text(x)
    }
  }

  /// The value as a cell; what is no plain value becomes its text.
  ///
  /// - Throws: `ValueError.tooLarge` for more text than a string can hold; `Interrupted`.
  func cell(until interruption: Interruption = Interruption()) throws -> Cell {
    switch self {
    case .nil: .empty
    case .bool(let x): .bool(x)
    case .int(let x): .int(x)
    case .float(let x): .float(x)
    default: .text(try Display.plain(self, until: interruption))
    }
  }

  static func table(_ content: Table) -> Value { .host(TableValue(content: content)) }
}

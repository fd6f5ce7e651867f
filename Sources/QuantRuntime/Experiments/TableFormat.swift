import Foundation

/// How a table is written.
public enum TableFormat: String, Sendable, CaseIterable {
  /// Aligned columns for a terminal.
  case table
  /// The same with lines around the cells.
  case box
  /// RFC 4180, but with plain newlines.
  case csv
  case tsv
  /// One array of objects.
  case json
  /// One object a line.
  case jsonl
  /// A pipe table of Markdown.
  case md
  /// A `tabular` of LaTeX with the rules of its package `booktabs`.
  case latex

  /// The ending of files in this format; nil for those that are fitted to a terminal.
  public var suffix: String? {
    switch self {
    case .table, .box: nil
    case .latex: "tex"
    default: rawValue
    }
  }

  /// Whether it is for looking at, and leaves out what finds no room.
  public var isForTerminals: Bool { suffix == nil }

  /// - Throws: `TableError.unknownFormat`.
  public init(path: String) throws(TableError) {
    let suffix = PathName(path).suffix.lowercased()
    guard let format = Self.allCases.first(where: { $0.suffix == suffix }) else {
      throw .unknownFormat(path: path)
    }
    self = format
  }

  /// The whole table as text, ending in a newline.
  ///
  /// Numbers are written so that they read back the same, but for `table`, `box`, `md` and `latex`,
  /// which round to six significant digits. JSON has no NaN and no infinity: they become null there.
  public func text(_ table: Table, in area: TextArea = TextArea()) -> String {
    text(table, in: area, cutAt: Interruption())
  }

  /// As `text(_:in:)`, but gives up when a stop is requested.
  ///
  /// - Throws: `Interrupted`.
  public func text(
    _ table: Table, in area: TextArea = TextArea(), until interruption: Interruption
  ) throws(Interrupted) -> String {
    let text = text(table, in: area, cutAt: interruption)
    try interruption.check()
    return text
  }

  /// After an interruption rows may be missing.
  private func text(_ table: Table, in area: TextArea, cutAt interruption: Interruption) -> String {
    let rows = table.rows.lazy.prefix { _ in !interruption.isRequested }
    return switch self {
    case .table: AlignedTable(table, width: area.width, cutAt: interruption).text
    case .box:
      AlignedTable(
        table, width: area.width, frame: area.isUnicode ? .box : .plainBox, cutAt: interruption
      ).text
    case .latex: LaTeXTable(table).text(rows)
    case .csv: lines(table.columns, rows) { Self.csvField($0) }
    case .tsv: lines(table.columns, rows, separator: "\t") { Self.tsvField($0) }
    case .json: Self.json(table.columns, rows)
    case .jsonl: rows.map { Self.object(table.columns, $0) + "\n" }.joined()
    case .md: Self.markdown(table, rows)
    }
  }

  /// The rows alone, for appending to a file of the same columns; nil where that is impossible.
  ///
  /// - Throws: `Interrupted`.
  func appendix(
    _ table: Table, until interruption: Interruption
  ) throws(Interrupted) -> String? {
    switch self {
    case .csv, .tsv:
      String(
        try text(table, until: interruption).dropFirst(text(Table(columns: table.columns)).count))
    case .jsonl: try text(table, until: interruption)
    case .table, .box, .json, .md, .latex: nil
    }
  }

  private func lines(
    _ columns: [String], _ rows: some Sequence<[Cell]>, separator: String = ",",
    _ field: (String) -> String
  ) -> String {
    func line(_ row: [String]) -> String {
      // A lone empty field would be an empty line, which readers skip.
      let isBlank = self == .csv && row == [""]
      return (isBlank ? "\"\"" : row.map(field).joined(separator: separator)) + "\n"
    }
    return rows.reduce(into: line(columns)) { $0 += line($1.map(\.exact)) }
  }

  private static func csvField(_ text: String) -> String {
    guard text.utf8.contains(where: { [44, 34, 10, 13].contains($0) }) else { return text }
    return "\"" + escaped(text) { $0 == "\"" ? "\"\"" : nil } + "\""
  }

  /// TSV has no quoting; what would break a line is written as an escape.
  private static func tsvField(_ text: String) -> String {
    escaped(text) { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\t": "\\t"
      case "\n": "\\n"
      case "\r": "\\r"
      default: nil
      }
    }
  }

  /// Replaces scalars and not characters: a carriage return with a newline is one character, and so
  /// is a quotation mark under an accent.
  static func escaped(
    _ text: String, _ replacement: (Unicode.Scalar) -> String?
  ) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let new = replacement(scalar) {
        result.append(contentsOf: new.unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func json(_ columns: [String], _ rows: some Sequence<[Cell]>) -> String {
    let objects = rows.map { "  " + object(columns, $0) }
    return objects.isEmpty ? "[]\n" : "[\n" + objects.joined(separator: ",\n") + "\n]\n"
  }

  private static func object(_ columns: [String], _ row: [Cell]) -> String {
    "{"
      + zip(columns, row).map { "\(jsonString($0)): \(jsonValue($1))" }.joined(separator: ", ")
      + "}"
  }

  private static func jsonValue(_ cell: Cell) -> String {
    switch cell {
    case .empty: "null"
    case .float(let x) where !x.isFinite: "null"
    case .text(let text): jsonString(text)
    default: cell.exact
    }
  }

  private static func jsonString(_ text: String) -> String {
    let content = escaped(text) { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      case "\r": "\\r"
      case "\t": "\\t"
      default: scalar.value < 32 ? "\\u" + String(format: "%04x", scalar.value) : nil
      }
    }
    return "\"" + content + "\""
  }

  private static func markdown(_ table: Table, _ rows: some Sequence<[Cell]>) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    func field(_ text: String) -> String {
      Self.escaped(text.replacing("\r\n", with: "\n")) { scalar in
        switch scalar {
        case "|": "\\|"
        case "\\": "\\\\"
        case "\n", "\r": "<br>"
        default: nil
        }
      }
    }
    let marks = table.columns.indices.map { table.isNumeric($0) ? "---:" : "---" }
    return line(table.columns.map(field)) + line(marks)
      + rows.map { line($0.map { field($0.rounded) }) }.joined()
  }
}

extension Cell {
  /// Text that reads back as the same value; nothing for an empty cell.
  public var exact: String {
    switch self {
    case .empty: ""
    case .bool(let x): x ? "true" : "false"
    case .int(let x): String(x)
    case .float(let x): x.isNaN ? "nan" : x.isInfinite ? (x < 0 ? "-inf" : "inf") : "\(x)"
    case .text(let text): text
    }
  }

  /// As `exact`, floats to six significant digits.
  var rounded: String {
    guard case .float(let x) = self, x.isFinite else { return exact }
    return String(format: "%.6g", x)
  }
}

extension Table {
  /// Whether a column holds numbers only, and any at all.
  func isNumeric(_ column: Int) -> Bool {
    let cells = rows.map { $0[column] }.filter { $0 != .empty }
    return !cells.isEmpty && cells.allSatisfy { $0.number != nil }
  }
}

/// What a table cannot do.
public enum TableError: RuntimeFailure, Equatable {
  case unknownColumn(name: String, known: [String])
  /// A column named twice where each can stand once.
  case duplicateColumn(name: String)
  /// A path whose ending names no format.
  case unknownFormat(path: String)
  /// A file to be appended to has other columns.
  case otherColumns(path: String, found: String, expected: String)
  case notAppendable(path: String)
  /// A table made from others that would have more cells than this.
  case tooLarge(limit: Int)

  public var code: String {
    switch self {
    case .unknownColumn: "table.column"
    case .duplicateColumn: "table.duplicate"
    case .unknownFormat: "table.format"
    case .otherColumns: "table.columns"
    case .notAppendable: "table.append"
    case .tooLarge: "table.too_large"
    }
  }

  public var message: String {
    switch self {
    case .unknownColumn(let name, _): "the table has no column '\(name)'"
    case .duplicateColumn(let name): "column '\(name)' is named twice"
    case .unknownFormat(let path): "the ending of '\(path)' names no table format"
    case .otherColumns(let path, let found, let expected):
      "'\(path)' has the columns '\(found)', not '\(expected)'"
    case .notAppendable(let path): "nothing can be appended to '\(path)'"
    case .tooLarge(let limit): "the table would have more than \(limit) cells"
    }
  }

  public var help: String? {
    switch self {
    case .unknownColumn(let name, let known):
      closestName(to: name, among: known).map { "did you mean '\($0)'?" }
    default: nil
    }
  }

  public var notes: [String] {
    switch self {
    case .unknownColumn(_, let known) where known.count <= 12:
      ["columns are " + known.joined(separator: ", ")]
    case .unknownFormat:
      ["formats are " + TableFormat.allCases.compactMap(\.suffix).joined(separator: ", ")]
    case .notAppendable: ["csv, tsv and jsonl files can grow"]
    default: []
    }
  }
}

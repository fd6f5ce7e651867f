import QuantRuntime

/// A table as a value of the language.
struct TableValue: HostValue, Equatable {
  let content: Table

  var typeName: String { "table" }
  var summary: String { "table of \(content.rows.count) rows, \(content.columns.count) columns" }
  func display(width: Int) -> String { TableFormat.table.text(content, width: width) }
  /// Columns read like fields and give lists.
  var fieldNames: [String] { content.columns }
  func field(_ name: String) -> Value? {
    guard let cells = try? content.column(name) else { return nil }
    return try? .list(cells.map(Value.init))
  }
  var table: Table? { content }
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
  var cell: Cell {
    switch self {
    case .nil: .empty
    case .bool(let x): .bool(x)
    case .int(let x): .int(x)
    case .float(let x): .float(x)
    default: .text(Display.plain(self))
    }
  }

  static func table(_ content: Table) -> Value { .host(TableValue(content: content)) }
}

/// Functions of tables.
enum TableBuiltins {
  static let all = [table, rows, select, filterRows, sortBy, groupBy, pivot, head]

  private static let source = Parameter("table", .host("table"), "A table.")
  private static let sample = "table([(a: 1, b: \"x\"), (a: 2, b: \"y\")])"

  private static let table = Builtin(
    "table", family: "tables", "A table from a list of records, one row each.",
    details: "Columns stand in the order of their first appearance; a missing field is empty.",
    parameters: [Parameter("records", .list, "Records; they need not have the same fields.")],
    result: "table", examples: [.init("count(\(sample))", "2")]
  ) { call in
    let records = try call.elements("records").map { value -> [(name: String, cell: Cell)] in
      guard case .record(let record) = value else {
        throw call.failure("table.rows", "the rows of a table are records, not a \(value.typeName)")
      }
      return zip(record.labels, record.values).map { ($0, $1.cell) }
    }
    return .table(Table(records: records))
  }

  private static let rows = Builtin(
    "rows", family: "tables", "The rows of a table as a list of records.", parameters: [source],
    result: "list", examples: [.init("rows(\(sample))[0]", "(a: 1, b: \"x\")")]
  ) { call in
    let table = try content(call)
    return try .list(table.rows.map { try record(table, $0) })
  }

  private static func content(_ call: Call) throws -> Table {
    guard let table = call.host("table", as: TableValue.self) else {
      throw ValueError.notIterable(type: call["table"].typeName)
    }
    return table.content
  }

  private static func record(_ table: Table, _ row: [Cell]) throws -> Value {
    try .record(zip(table.columns, row).map { ($0, Value($1)) })
  }

  private static let select = Builtin(
    "select", family: "tables", "Some columns of a table, in the given order.",
    parameters: [source, Parameter("columns", .list, "Their names.")], result: "table",
    examples: [.init("rows(select(\(sample), [\"b\"]))", "[(b: \"x\"), (b: \"y\")]")]
  ) { call in
    .table(try content(call).selecting(try strings(call, "columns")))
  }

  private static func strings(_ call: Call, _ name: String) throws -> [String] {
    let values = if case .string = call[name] { [call[name]] } else { try call.elements(name) }
    return try values.map { value in
      guard case .string(let text) = value else {
        throw ArgumentError.type(
          parameter: name, function: call.builtin.name, expected: "list of strings",
          found: value.typeName)
      }
      return text.value
    }
  }

  private static let filterRows = Builtin(
    "where", family: "tables", "The rows for which a function gives true.",
    parameters: [source, Parameter("function", .function, "Called with one row as a record.")],
    result: "table",
    examples: [.init("rows(where(\(sample)) { r in r.a > 1 })", "[(a: 2, b: \"y\")]")]
  ) { call in
    let table = try content(call)
    return .table(
      try table.filtered { index in
        let result = try call.invoke(call["function"], [try record(table, table.rows[index])])
        guard case .bool(let isKept) = result else {
          throw ValueError.condition(type: result.typeName)
        }
        return isKept
      })
  }

  private static let sortBy = Builtin(
    "sort_by", family: "tables", "The rows in the order of a column; empty cells last.",
    parameters: [
      source, Parameter("column", .string, "Its name."),
      Parameter("descending", .bool, default: .bool(false), needsLabel: true, "Largest first."),
    ],
    result: "table",
    examples: [.init("sort_by(\(sample), \"a\", descending: true).a", "[2, 1]")]
  ) { call in
    .table(
      try content(call).sorted(
        by: call.string("column"), descending: call.bool("descending")))
  }

  private static let groupBy = Builtin(
    "group_by", family: "tables",
    "One row for each combination of some columns: the count, and statistics of the numbers.",
    details: "`std` is the sample's standard deviation, empty for a single row.",
    parameters: [
      source, Parameter("columns", .oneOf([.string, .list]), "The columns to group by."),
      Parameter(
        "statistics", .list, default: try? .list([.text("mean"), .text("std")]), needsLabel: true,
        "Some of mean, std, min, max, sum."),
    ],
    result: "table",
    examples: [
      .init(
        "rows(group_by(table([(a: 1, x: 2), (a: 1, x: 4)]), \"a\", statistics: [\"mean\"]))",
        "[(a: 1, count: 2, x_mean: 3.0)]")
    ]
  ) { call in
    let aggregates = try strings(call, "statistics").map { name in
      guard let aggregate = Table.Aggregate(rawValue: name) else {
        throw ArgumentError.choice(
          parameter: "statistics", function: "group_by", value: name,
          choices: Table.Aggregate.allCases.map(\.rawValue))
      }
      return aggregate
    }
    return .table(try content(call).grouped(by: try strings(call, "columns"), aggregates))
  }

  private static let pivot = Builtin(
    "pivot", family: "tables", "A table of one column's values by the values of two others.",
    details: "Where several rows meet, the cell is their mean.",
    parameters: [
      source, Parameter("rows", .string, needsLabel: true, "The column that becomes the rows."),
      Parameter("columns", .string, needsLabel: true, "The column that becomes the columns."),
      Parameter("value", .string, needsLabel: true, "The column of the cells."),
    ],
    result: "table",
    examples: [
      .init(
        "rows(pivot(table([(m: \"a\", b: \"x\", v: 1)]), rows: \"m\", columns: \"b\", value: \"v\"))",
        "[(m: \"a\", x: 1)]")
    ]
  ) { call in
    .table(
      try content(call).pivoted(
        rows: call.string("rows"), columns: call.string("columns"), value: call.string("value")))
  }

  private static let head = Builtin(
    "head", family: "tables", "The first rows of a table.",
    parameters: [
      source, Parameter("count", .int(0 ... .max), default: .int(10), "How many rows."),
    ],
    result: "table", examples: [.init("count(head(\(sample), 1))", "1")]
  ) { call in
    .table(try content(call).first(call.int("count")))
  }
}

import QuantRuntime

/// Functions of tables.
enum TableBuiltins {
  static let all = [table, rows, select, filterRows, sortBy, groupBy, pivot, head, describe]

  private static let source = Parameter("table", .host("table"), "A table.")
  private static let sample = "table([(a: 1, b: \"x\"), (a: 2, b: \"y\")])"

  private static let table = Builtin(
    "table", family: "tables", "A table from a list of records, one row each.",
    details: "Columns stand in the order of their first appearance; a missing field is empty.",
    parameters: [Parameter("records", .list, "Records; they need not have the same fields.")],
    result: .table, examples: [.init("count(\(sample))", "2")]
  ) { call in
    let records = try call.elements("records").map { value -> [(name: String, cell: Cell)] in
      try call.checkInterruption()
      guard case .record(let record) = value else {
        throw call.failure(
          "table.rows", "the rows of a table are records, not \(Noun.withArticle(value.typeName))")
      }
      return try zip(record.labels, record.values).map {
        ($0, try $1.cell(until: call.session.interruption))
      }
    }
    return .table(Table(records: records))
  }

  private static let rows = Builtin(
    "rows", family: "tables", "The rows of a table as a list of records.", parameters: [source],
    result: .listOf(.record), examples: [.init("rows(\(sample))[0]", "(a: 1, b: \"x\")")]
  ) { call in
    let table = content(call)
    return try .list(
      table.rows.map { row in
        try call.checkInterruption()
        return try record(table, row)
      })
  }

  private static func content(_ call: Call) -> Table {
    call.value("table", as: TableValue.self).content
  }

  private static func record(_ table: Table, _ row: [Cell]) throws -> Value {
    try .record(zip(table.columns, row).map { ($0, Value($1)) })
  }

  private static let select = Builtin(
    "select", family: "tables", "Some columns of a table, in the given order.",
    parameters: [
      source, Parameter("columns", .oneOf([.string, .list]), "A name, or a list of names."),
    ],
    result: .table,
    examples: [.init("rows(select(\(sample), [\"b\"]))", "[(b: \"x\"), (b: \"y\")]")]
  ) { call in
    .table(try content(call).selecting(try call.strings("columns")))
  }

  /// Two tables side by side, for the builtin `join`.
  static func join(_ table: Table, _ call: Call) throws -> Value {
    guard let other = call.host("with", as: TableValue.self) else {
      throw ArgumentError.type(
        parameter: "with", function: "join", expected: "table", found: call["with"].typeName)
    }
    guard call.isGiven("on") else {
      throw ArgumentError.missing(parameter: "on", function: "join")
    }
    return .table(
      try table.joined(
        with: other.content, on: try call.strings("on"), until: call.session.interruption))
  }

  private static let filterRows = Builtin(
    "where", family: "tables", "The rows for which a function gives true.",
    parameters: [
      source, Parameter("function", .callback([.row]), "Called with one row as a record."),
    ],
    result: .table,
    examples: [.init("rows(where(\(sample)) { r in r.a > 1 })", "[(a: 2, b: \"y\")]")]
  ) { call in
    let table = content(call)
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
    "sort_by", family: "tables",
    "The rows of a table, or the elements of a list, in the order of a key.",
    details: """
      The key is a column, a field of each element, or a function of each row or element. Equal ones
      stay as they were; empty cells come last.
      """,
    parameters: [
      Parameter("items", .oneOf([.host("table"), .sequence]), "A table or a list."),
      Parameter("key", .oneOf([.string, .callback([.any])]), "A column, a field, or a function."),
      Parameter("descending", .bool, default: .bool(false), needsLabel: true, "Largest first."),
    ],
    result: .oneOf([.table, .list]),
    examples: [
      .init("sort_by(\(sample), \"a\", descending: true).a", "[2, 1]"),
      .init("sort_by([(n: 2), (n: 1)], \"n\")", "[(n: 1), (n: 2)]"),
    ]
  ) { call in
    let isDescending = call.bool("descending")
    let order = SortOrder(descending: isDescending, call.session.interruption)
    guard let table = call.host("items", as: TableValue.self)?.content else {
      let elements = try call.elements("items")
      return try .list(order.places(keys(elements, call)).map { elements[$0] })
    }
    if case .string(let column) = call["key"] {
      return .table(
        try table.sorted(
          by: column.value, descending: isDescending, until: call.session.interruption))
    }
    let places = try order.places(keys(try table.rows.map { try record(table, $0) }, call))
    return .table(Table(columns: table.columns, rows: places.map { table.rows[$0] }))
  }

  /// What each element is compared by.
  private static func keys(_ elements: [Value], _ call: Call) throws -> [Value] {
    if case .string(let field) = call["key"] {
      return try elements.map { element in
        try call.checkInterruption()
        return try Access.field(field.value, of: element)
      }
    }
    return try elements.map { try call.invoke(call["key"], [$0]) }
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
    result: .table,
    examples: [
      .init(
        "rows(group_by(table([(a: 1, x: 2), (a: 1, x: 4)]), \"a\", statistics: [\"mean\"]))",
        "[(a: 1, count: 2, x_mean: 3.0)]")
    ]
  ) { call in
    let aggregates = try call.strings("statistics").map { name in
      guard let aggregate = Table.Aggregate(rawValue: name) else {
        throw ArgumentError.choice(
          parameter: "statistics", function: "group_by", value: name,
          choices: Table.Aggregate.allCases.map(\.rawValue))
      }
      return aggregate
    }
    return .table(
      try content(call).grouped(
        by: try call.strings("columns"), aggregates, until: call.session.interruption))
  }

  private static let pivot = Builtin(
    "pivot", family: "tables", "A table of one column's values by the values of two others.",
    details: "Where several rows meet, the cell is their mean.",
    parameters: [
      source, Parameter("rows", .string, needsLabel: true, "The column that becomes the rows."),
      Parameter("columns", .string, needsLabel: true, "The column that becomes the columns."),
      Parameter("value", .string, needsLabel: true, "The column of the cells."),
    ],
    result: .table,
    examples: [
      .init(
        "rows(pivot(table([(m: \"a\", b: \"x\", v: 1)]), rows: \"m\", columns: \"b\", value: \"v\"))",
        "[(m: \"a\", x: 1)]")
    ]
  ) { call in
    .table(
      try content(call).pivoted(
        rows: call.string("rows"), columns: call.string("columns"), value: call.string("value"),
        until: call.session.interruption))
  }

  private static let head = Builtin(
    "head", family: "tables", "The first rows of a table.",
    parameters: [
      source, Parameter("count", .int(0 ... .max), default: .int(10), "How many rows."),
    ],
    result: .table, examples: [.init("count(head(\(sample), 1))", "1")]
  ) { call in
    .table(content(call).first(call.int("count")))
  }

  private static let describe = Builtin(
    "describe", family: "tables", "One row for each column of numbers, with its statistics.",
    parameters: [source], result: .table,
    examples: [
      .init(
        "rows(describe(\(sample)))",
        "[(column: \"a\", count: 2, mean: 1.5, std: 0.7071067811865476, min: 1, max: 2)]")
    ]
  ) { call in
    .table(content(call).described())
  }
}

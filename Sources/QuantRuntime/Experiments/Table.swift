/// One value of a table.
public enum Cell: Hashable, Sendable {
  case empty
  case bool(Bool)
  case int(Int)
  case float(Double)
  case text(String)

  /// The value as a number, if it is one.
  public var number: Double? {
    switch self {
    case .int(let x): Double(x)
    case .float(let x): x
    default: nil
    }
  }
}

/// Named columns and rows of cells: what experiments produce, and what is printed and saved.
public struct Table: Hashable, Sendable {
  public private(set) var columns: [String]
  /// Each as long as `columns`.
  public private(set) var rows: [[Cell]]

  /// Cells of a table that is made from others and can be much larger than they are.
  static let cellLimit = 50_000_000

  /// - Precondition: every row has a cell for each column; column names are unique.
  public init(columns: [String], rows: [[Cell]] = []) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "a row has a cell for each column")
    self.columns = columns
    self.rows = rows
  }

  /// A table from records that need not have the same fields: columns in the order of their first
  /// appearance, empty cells where a record lacks one.
  public init(records: [[(name: String, cell: Cell)]]) {
    var places: [String: Int] = [:]
    columns = []
    for field in records.joined() where places[field.name] == nil {
      places[field.name] = columns.count
      columns.append(field.name)
    }
    let width = columns.count
    rows = records.map { record in
      var row = Array(repeating: Cell.empty, count: width)
      for field in record { row[places[field.name] ?? 0] = field.cell }
      return row
    }
  }

  /// - Throws: `TableError.unknownColumn`.
  public func index(of column: String) throws(TableError) -> Int {
    guard let index = columns.firstIndex(of: column) else {
      throw .unknownColumn(name: column, known: columns)
    }
    return index
  }

  /// - Throws: `TableError.unknownColumn`, `.duplicateColumn`.
  func distinctIndices(of names: [String]) throws(TableError) -> [Int] {
    var indices: [Int] = []
    for name in names {
      let index = try index(of: name)
      guard !indices.contains(index) else { throw .duplicateColumn(name: name) }
      indices.append(index)
    }
    return indices
  }

  /// The cells of a column, from top to bottom.
  public func column(_ name: String) throws(TableError) -> [Cell] {
    let index = try index(of: name)
    return rows.map { $0[index] }
  }

  /// The given columns in the given order.
  ///
  /// - Throws: `TableError.unknownColumn`, `.duplicateColumn`.
  public func selecting(_ names: [String]) throws(TableError) -> Table {
    let indices = try distinctIndices(of: names)
    return Table(columns: names, rows: rows.map { row in indices.map { row[$0] } })
  }

  /// The rows that a test keeps.
  public func filtered(_ isKept: (Int) throws -> Bool) rethrows -> Table {
    Table(columns: columns, rows: try rows.indices.filter(isKept).map { rows[$0] })
  }

  /// The first rows; all of them when there are not that many, none for a negative count.
  public func first(_ count: Int) -> Table {
    Table(columns: columns, rows: Array(rows.prefix(max(count, 0))))
  }

  /// Rows in the order of a column, equal ones as they were.
  ///
  /// Bools come before numbers, numbers before texts; integers and floats are compared as numbers.
  /// NaN and then empty cells are last in either direction, so that the best run is on top.
  ///
  /// - Throws: `TableError.unknownColumn`, `Interrupted`.
  public func sorted(
    by name: String, descending: Bool = false, until interruption: Interruption = Interruption()
  ) throws -> Table {
    let index = try index(of: name)
    let order = try rows.enumerated().sorted { a, b in
      try interruption.check()
      let (x, y) = (a.element[index], b.element[index])
      if x.trailing != y.trailing { return x.trailing < y.trailing }
      if descending ? y.precedes(x) : x.precedes(y) { return true }
      if descending ? x.precedes(y) : y.precedes(x) { return false }
      return a.offset < b.offset
    }
    return Table(columns: columns, rows: order.map(\.element))
  }
}

extension Cell {
  /// 0 for values with a place in the order, 1 for NaN, 2 for nothing.
  fileprivate var trailing: Int {
    switch self {
    case .empty: 2
    case .float(let x) where x.isNaN: 1
    default: 0
    }
  }

  fileprivate func precedes(_ other: Cell) -> Bool {
    switch (self, other) {
    // Not as floats: beyond 2^53 these cannot tell neighbours apart.
    case (.int(let x), .int(let y)): x < y
    case (.text(let x), .text(let y)): x < y
    case (.bool(let x), .bool(let y)): !x && y
    default:
      if let x = number, let y = other.number { x < y } else { rank < other.rank }
    }
  }

  private var rank: Int {
    switch self {
    case .bool: 0
    case .int, .float: 1
    case .text: 2
    case .empty: 3
    }
  }
}

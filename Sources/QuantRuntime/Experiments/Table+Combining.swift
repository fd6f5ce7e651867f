extension Table {
  /// The rows of this table and then those of another, over the columns of both: cells that a table
  /// has no column for are empty.
  public func concatenated(with other: Table) -> Table {
    let added = other.columns.filter { !columns.contains($0) }
    let places = (columns + added).map { other.columns.firstIndex(of: $0) }
    let padding = [Cell](repeating: .empty, count: added.count)
    return Table(
      columns: columns + added,
      rows: rows.map { $0 + padding }
        + other.rows.map { row in places.map { $0.map { row[$0] } ?? .empty } })
  }

  /// For every row, and each row of another table that agrees with it on the given columns, one row
  /// with the cells of both; rows without a partner are kept with empty cells (a left join).
  ///
  /// Cells agree as in `grouped(by:_:)`, but an empty cell agrees with nothing. A column that both
  /// have and that is not joined on comes from the other table with a number behind its name.
  ///
  /// - Throws: `TableError.unknownColumn`, of either table; `.duplicateColumn`, `.tooLarge`;
  ///   `Interrupted`.
  public func joined(
    with other: Table, on names: [String], until interruption: Interruption = Interruption()
  ) throws -> Table {
    let here = try distinctIndices(of: names)
    let there = try other.distinctIndices(of: names)
    let added = other.columns.indices.filter { !there.contains($0) }
    var partners: [[GroupKey]: [[Cell]]] = [:]
    for row in other.rows where there.allSatisfy({ row[$0] != .empty }) {
      try interruption.check()
      partners[there.map { GroupKey(row[$0]) }, default: []].append(added.map { row[$0] })
    }
    let alone = [added.map { _ in Cell.empty }]
    let rowLimit = Self.cellLimit / max(columns.count + added.count, 1)
    var result: [[Cell]] = []
    for row in rows {
      try interruption.check()
      let found = partners[here.map { GroupKey(row[$0]) }] ?? alone
      guard result.count + found.count <= rowLimit else {
        throw TableError.tooLarge(limit: Self.cellLimit)
      }
      result += found.map { row + $0 }
    }
    return Table(columns: (columns + added.map { other.columns[$0] }).numbered(), rows: result)
  }
}

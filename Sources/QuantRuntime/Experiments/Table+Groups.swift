extension Table {
  /// One row for each combination of the key columns, in the order of first appearance, with the
  /// count of its rows and an aggregate of every other column of numbers, named `column_aggregate`.
  ///
  /// Keys are equal when their values are: 4 and 4.0 share a group, and so do all NaN. A name that is
  /// taken already gets a number behind it (`count_2`).
  ///
  /// - Throws: `TableError.unknownColumn`, `.duplicateColumn`; `Interrupted`.
  public func grouped(
    by keys: [String], _ aggregates: [Aggregate], until interruption: Interruption = Interruption()
  ) throws -> Table {
    let keyIndices = try distinctIndices(of: keys)
    let valueIndices = columns.indices.filter { !keyIndices.contains($0) && isNumeric($0) }
    let groups = try Groups(
      rows.map { row in keyIndices.map { GroupKey(row[$0]) } }, until: interruption)
    let names = valueIndices.flatMap { index in
      aggregates.map { "\(columns[index])_\($0.rawValue)" }
    }
    let result = try groups.members.map { members -> [Cell] in
      try interruption.check()
      let values = valueIndices.flatMap { index -> [Cell] in
        let cells = members.map { rows[$0][index] }
        return aggregates.map { $0.value(of: cells) }
      }
      return keyIndices.map { rows[members[0]][$0] } + [.int(members.count)] + values
    }
    return Table(columns: (keys + ["count"] + names).numbered(), rows: result)
  }

  /// One row for each value of `rows`, one column for each value of `columns`, and the cell of
  /// `value` where both meet.
  ///
  /// Where several rows meet, the cell is the mean of their numbers, empty when they have none.
  ///
  /// - Throws: `TableError.unknownColumn`, `.tooLarge`; `Interrupted`.
  public func pivoted(
    rows rowName: String, columns columnName: String, value valueName: String,
    until interruption: Interruption = Interruption()
  ) throws -> Table {
    let (row, column) = (try index(of: rowName), try index(of: columnName))
    let value = try index(of: valueName)
    let down = try Groups(rows.map { GroupKey($0[row]) }, until: interruption)
    let across = try Groups(rows.map { GroupKey($0[column]) }, until: interruption)
    guard down.members.count <= Self.cellLimit / (across.members.count + 1) else {
      throw TableError.tooLarge(limit: Self.cellLimit)
    }
    let places = across.members.enumerated().reduce(into: [Int: Int]()) { places, group in
      for member in group.element { places[member] = group.offset }
    }
    let cells = try down.members.map { members -> [Cell] in
      try interruption.check()
      var met = [[Cell]](repeating: [], count: across.members.count)
      for member in members { met[places[member] ?? 0].append(rows[member][value]) }
      return [rows[members[0]][row]]
        + met.map { $0.count == 1 ? $0[0] : Aggregate.mean.value(of: $0) }
    }
    let names = across.members.map { rows[$0[0]][column].exact }
    return Table(columns: ([rowName] + names).numbered(), rows: cells)
  }
}

/// The indices of rows with equal keys, groups in the order of their first row.
private struct Groups<Key: Hashable> {
  private(set) var members: [[Int]] = []

  init(_ keys: [Key], until interruption: Interruption) throws(Interrupted) {
    var places: [Key: Int] = [:]
    for (index, key) in keys.enumerated() {
      try interruption.check()
      if let place = places[key] {
        members[place].append(index)
      } else {
        places[key] = members.count
        members.append([index])
      }
    }
  }
}

/// A cell with the equality of values: a whole float equals the integer, NaN equals NaN.
enum GroupKey: Hashable {
  case nan
  case cell(Cell)

  init(_ cell: Cell) {
    guard case .float(let x) = cell else {
      self = .cell(cell)
      return
    }
    self = x.isNaN ? .nan : .cell(Int(exactly: x).map { .int($0) } ?? cell)
  }
}

extension [String] {
  /// The names, those that were taken before with a number behind them.
  func numbered() -> [String] {
    var taken = Set<String>()
    return map { name in
      var candidate = name
      var number = 2
      while !taken.insert(candidate).inserted {
        candidate = "\(name)_\(number)"
        number += 1
      }
      return candidate
    }
  }
}

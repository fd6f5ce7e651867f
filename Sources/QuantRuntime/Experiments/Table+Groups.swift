extension Table {
  /// A number computed from the numbers of a group.
  public enum Aggregate: String, Sendable, CaseIterable {
    case mean
    /// Sample standard deviation, divided by n - 1; empty for a single number.
    case std
    case min
    case max
    case sum
  }

  /// One row for each combination of the key columns, in the order of first appearance, with the
  /// count of its rows and an aggregate of every other column of numbers, named `column_aggregate`.
  ///
  /// - Throws: `TableError.unknownColumn`.
  public func grouped(by keys: [String], _ aggregates: [Aggregate]) throws(TableError) -> Table {
    var keyIndices: [Int] = []
    for key in keys { keyIndices.append(try index(of: key)) }
    let valueIndices = columns.indices.filter { !keyIndices.contains($0) && isNumeric($0) }
    var order: [[Cell]] = []
    var groups: [[Cell]: [[Cell]]] = [:]
    for row in rows {
      let key = keyIndices.map { row[$0] }
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(row)
    }
    let names = valueIndices.flatMap { index in
      aggregates.map { "\(columns[index])_\($0.rawValue)" }
    }
    let result = order.map { key -> [Cell] in
      let members = groups[key] ?? []
      let values = valueIndices.flatMap { index in
        let numbers = members.compactMap { $0[index].number }
        return aggregates.map { $0.value(numbers) }
      }
      return key + [.int(members.count)] + values
    }
    return Table(columns: keys + ["count"] + names, rows: result)
  }

  /// One row for each value of `rows`, one column for each value of `columns`, and the cell of
  /// `value` where both meet; the mean where several rows do.
  ///
  /// - Throws: `TableError.unknownColumn`.
  public func pivoted(
    rows rowName: String, columns columnName: String, value valueName: String
  ) throws(TableError) -> Table {
    let (row, column) = (try index(of: rowName), try index(of: columnName))
    let value = try index(of: valueName)
    let rowKeys = rows.map { $0[row] }.uniqued()
    let columnKeys = rows.map { $0[column] }.uniqued()
    let cells = rowKeys.map { rowKey -> [Cell] in
      [rowKey]
        + columnKeys.map { columnKey in
          let found = rows.filter { $0[row] == rowKey && $0[column] == columnKey }.map { $0[value] }
          return found.count == 1 ? found[0] : Aggregate.mean.value(found.compactMap(\.number))
        }
    }
    return Table(columns: [rowName] + columnKeys.map(\.exact), rows: cells)
  }
}

extension Table.Aggregate {
  /// Empty for no numbers.
  func value(_ numbers: [Double]) -> Cell {
    guard let smallest = numbers.min(), let largest = numbers.max() else { return .empty }
    let sum = numbers.reduce(0, +)
    let mean = sum / Double(numbers.count)
    switch self {
    case .mean: return .float(mean)
    case .min: return .float(smallest)
    case .max: return .float(largest)
    case .sum: return .float(sum)
    case .std:
      guard numbers.count > 1 else { return .empty }
      let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return .float((squares / Double(numbers.count - 1)).squareRoot())
    }
  }
}

extension Array where Element: Hashable {
  fileprivate func uniqued() -> [Element] {
    var seen = Set<Element>()
    return filter { seen.insert($0).inserted }
  }
}

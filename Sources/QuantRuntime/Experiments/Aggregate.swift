extension Table {
  /// A number computed from the numbers of a group; empty cells and texts do not count.
  public enum Aggregate: String, Sendable, CaseIterable {
    case mean
    /// Sample standard deviation, divided by n - 1; empty for a single number.
    case std
    /// Population standard deviation, divided by n.
    case pstd
    case min
    case max
    case sum

    /// Computed in Double; `min`, `max` and `sum` of integers stay integers, unless a sum is too
    /// large for one. Empty for no numbers; NaN when one of them is.
    public func value(of cells: [Cell]) -> Cell {
      let numbers = cells.compactMap(\.number)
      guard !numbers.isEmpty else { return .empty }
      let integers = cells.compactMap { cell in
        if case .int(let x) = cell { x } else { nil as Int? }
      }
      if integers.count == numbers.count, let exact = exact(integers) { return .int(exact) }
      if numbers.contains(where: \.isNaN) { return .float(.nan) }
      return inexact(numbers)
    }

    private func exact(_ integers: [Int]) -> Int? {
      switch self {
      case .min: return integers.min()
      case .max: return integers.max()
      case .sum:
        var sum = 0
        for x in integers {
          let (next, overflow) = sum.addingReportingOverflow(x)
          if overflow { return nil }
          sum = next
        }
        return sum
      case .mean, .std, .pstd: return nil
      }
    }

    private func inexact(_ numbers: [Double]) -> Cell {
      let sum = numbers.reduce(0, +)
      let count = Double(numbers.count)
      let mean = sum / count
      switch self {
      case .mean: return .float(mean)
      case .sum: return .float(sum)
      case .min: return numbers.min().map { .float($0) } ?? .empty
      case .max: return numbers.max().map { .float($0) } ?? .empty
      case .std, .pstd:
        let divisor = self == .std ? count - 1 : count
        guard divisor > 0 else { return .empty }
        let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return .float((squares / divisor).squareRoot())
      }
    }
  }

  /// One row for each column of numbers: its name, how many numbers it has, and their aggregates.
  public func described() -> Table {
    let aggregates: [Aggregate] = [.mean, .std, .min, .max]
    let described = columns.indices.filter(isNumeric).map { index -> [Cell] in
      let cells = rows.map { $0[index] }.filter { $0.number != nil }
      return [.text(columns[index]), .int(cells.count)] + aggregates.map { $0.value(of: cells) }
    }
    return Table(columns: ["column", "count"] + aggregates.map(\.rawValue), rows: described)
  }
}

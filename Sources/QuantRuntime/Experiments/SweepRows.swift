/// The rows of a sweep as they come in: the values of a cell on the axes, then what its run gave.
public struct SweepRows: Sendable {
  /// One value of a result.
  public typealias Field = (name: String, cell: Cell)

  private let axes: [String]
  private var rows: [(labels: [Cell], fields: [Field], error: String?)] = []

  /// - Parameter axes: their names, which are unique.
  public init(axes: [String]) { self.axes = axes }

  public var count: Int { rows.count }

  /// Adds a run.
  ///
  /// - Parameter labels: what the cell's values are called, one for each axis.
  public mutating func add(_ labels: [Cell], _ fields: [Field]) {
    rows.append((labels, fields, nil))
  }

  /// Adds a run that failed.
  public mutating func add(_ labels: [Cell], error: String) {
    rows.append((labels, [], error))
  }

  /// A column for each axis, one for each field that a run gave, in the order of their first
  /// appearance, and `error` when a run failed; cells are empty where a run has no such field.
  ///
  /// A field with an axis' name is left out as long as it says the same in every row, as the model
  /// of an evaluation beside an axis of models does. Otherwise it gets a number behind its name.
  public var table: Table {
    var seen: Set<String> = []
    let given = rows.lazy.flatMap(\.fields).map(\.name).filter { seen.insert($0).inserted }
    let names = Array(given).filter { !repeatsAxis($0) }
    let hasErrors = rows.contains { $0.error != nil }
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let cells = rows.map { row in
      var values = Array(repeating: Cell.empty, count: names.count)
      for field in row.fields { if let place = places[field.name] { values[place] = field.cell } }
      return row.labels + values + (hasErrors ? [row.error.map { .text($0) } ?? .empty] : [])
    }
    return Table(
      columns: (axes + names + (hasErrors ? ["error"] : [])).numbered(), rows: cells)
  }

  /// Whether every row that has the field has it equal to its value on the axis of that name.
  private func repeatsAxis(_ name: String) -> Bool {
    guard let axis = axes.firstIndex(of: name) else { return false }
    return rows.allSatisfy { row in
      row.fields.allSatisfy { $0.name != name || GroupKey($0.cell) == GroupKey(row.labels[axis]) }
    }
  }
}

/// The best run so far by the first number that the runs give.
public struct BestRun: Hashable, Sendable {
  public private(set) var name: String?
  public private(set) var value = Double.nan

  public init() {}

  /// Fields that are better when they are small, by how their names end; all others are better when
  /// they are large.
  private static let smallIsBetter = ["loss", "error", "difference"]

  /// Takes a run into account; one without the number, or with NaN, changes nothing.
  public mutating func take(_ fields: [SweepRows.Field]) {
    if name == nil { name = fields.first { $0.cell.number != nil }?.name }
    guard let name, let new = fields.first(where: { $0.name == name })?.cell.number, !new.isNaN
    else { return }
    let prefersSmall = Self.smallIsBetter.contains { name.hasSuffix($0) }
    if value.isNaN || (prefersSmall ? new < value : new > value) { value = new }
  }

  /// `best top1 0.9123`; empty before there is one.
  public var text: String {
    guard let name, !value.isNaN else { return "" }
    return "best \(name) \(Cell.float(value).rounded)"
  }
}

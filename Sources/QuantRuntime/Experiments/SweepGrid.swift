/// The cells of a sweep: every combination of one value from each axis, axes in the order they were
/// written, the last one varying fastest.
///
/// A cell is its number, from 0. Nothing is listed: a grid of a million cells takes no memory.
public struct SweepGrid: Hashable, Sendable {
  /// Cells of the largest grid. More would run for years, and are a slip of a range.
  public static let cellLimit = 1_000_000

  public struct Axis: Hashable, Sendable {
    public var name: String
    /// Values on it.
    public var count: Int

    public init(name: String, count: Int) {
      self.name = name
      self.count = count
    }
  }

  public let axes: [Axis]
  /// All cells.
  public let count: Int

  /// - Throws: `SweepError.noAxis`, `.emptyAxis`, `.tooManyCells`.
  public init(_ axes: [Axis]) throws(SweepError) {
    guard !axes.isEmpty else { throw .noAxis }
    if let empty = axes.first(where: { $0.count < 1 }) { throw .emptyAxis(name: empty.name) }
    var count = 1
    for axis in axes {
      // Divided and not multiplied: a product of ranges need not fit an integer.
      guard axis.count <= Self.cellLimit / count else {
        throw .tooManyCells(axis: axis.name, limit: Self.cellLimit)
      }
      count *= axis.count
    }
    self.axes = axes
    self.count = count
  }

  /// For each axis, the position of the cell's value on it.
  ///
  /// - Precondition: `0..<count`.
  public func positions(of cell: Int) -> [Int] {
    precondition((0..<count).contains(cell), "a cell of the grid")
    var rest = cell
    var positions = Array(repeating: 0, count: axes.count)
    for index in axes.indices.reversed() {
      positions[index] = rest % axes[index].count
      rest /= axes[index].count
    }
    return positions
  }
}

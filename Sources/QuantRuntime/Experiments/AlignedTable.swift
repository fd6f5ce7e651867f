/// A table for people: columns aligned, numbers to the right, fitted to the width of the terminal.
///
/// Columns in the middle give way first, with a `...` and a line saying how many. When the first and
/// the last do not fit either, the widest of what is shown is cut until it fits.
struct AlignedTable {
  private static let longestText = 40
  private static let narrowest = 20
  /// A cut column keeps this much: one character and the mark of the cut.
  private static let narrowestColumn = 4

  private let table: Table
  private let width: Int
  private let frame: TableFrame
  private let interruption: Interruption
  /// For each column its header and cells, each on one line.
  private let texts: [[DisplayText]]

  /// - Parameters:
  ///   - width: terminal columns; below 20 it counts as 20.
  ///   - frame: what is drawn around the cells.
  ///   - interruption: what comes after it is left blank.
  init(
    _ table: Table, width: Int, frame: TableFrame = .open, cutAt interruption: Interruption
  ) {
    self.table = table
    self.frame = frame
    self.width = max(width, Self.narrowest)
    self.interruption = interruption
    texts = table.columns.indices.map { column in
      ([table.columns[column]] + table.rows.map { $0[column].rounded })
        .map { DisplayText(interruption.isRequested ? "" : $0).cut(to: Self.longestText) }
    }
  }

  var text: String {
    guard !table.columns.isEmpty else { return "(empty table)\n" }
    let columns = shownColumns()
    let hidden = table.columns.count - columns.count { $0.index != nil }
    let widths = columns.map(\.width)
    var lines = [frame.top(widths), line(0, columns), frame.middle(widths)].compactMap { $0 }
    lines += table.rows.indices.map { interruption.isRequested ? "" : line($0 + 1, columns) }
    if let bottom = frame.bottom(widths) { lines.append(bottom) }
    if hidden > 0 { lines.append("(\(hidden) of \(table.columns.count) columns not shown)") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A column as it is drawn; without an index it stands for those left out.
  private struct Column {
    var index: Int?
    var width: Int
    var isNumeric: Bool
  }

  private func shownColumns() -> [Column] {
    let all = texts.indices.map { index in
      Column(
        index: index, width: texts[index].map(\.width).max() ?? 0,
        isNumeric: table.isNumeric(index))
    }
    if total(all) <= width { return all }
    return shrunk(all.count > 2 ? withoutMiddle(all) : all)
  }

  /// Takes columns from both ends in turn, as long as they fit beside the mark of those left out.
  private func withoutMiddle(_ all: [Column]) -> [Column] {
    let mark = Column(index: nil, width: 3, isNumeric: false)
    var (left, right) = (1, 1)
    while left + right < all.count - 1 {
      let (nextLeft, nextRight) = left <= right ? (left + 1, right) : (left, right + 1)
      let used = all[..<nextLeft] + [mark] + all.suffix(nextRight)
      guard total(Array(used)) <= width else { break }
      (left, right) = (nextLeft, nextRight)
    }
    return all[..<left] + [mark] + all.suffix(right)
  }

  private func shrunk(_ columns: [Column]) -> [Column] {
    var columns = columns
    while total(columns) > width,
      let widest = columns.indices.max(by: { columns[$0].width < columns[$1].width }),
      columns[widest].width > Self.narrowestColumn
    {
      columns[widest].width -= 1
    }
    return columns
  }

  private func total(_ columns: [Column]) -> Int { frame.width(columns.map(\.width)) }

  private func line(_ place: Int, _ columns: [Column]) -> String {
    frame.line(
      columns.map { column in
        let text = column.index.map { texts[$0][place].cut(to: column.width) } ?? DisplayText("...")
        let space = String(repeating: " ", count: max(column.width - text.width, 0))
        return column.isNumeric ? space + text.text : text.text + space
      })
  }
}

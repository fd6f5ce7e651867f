/// What of an entry is on the terminal, and what has to be written to bring it up to date.
///
/// Only what differs is written: rows that stay are left alone, and of others the cells from the first
/// to the last that changed. Columns are set absolutely behind everything that is not ASCII, so that a
/// terminal of another opinion on the width of a character does not disturb what follows.
struct EntryScreen {
  /// What is shown now; nil when the cursor stands where nothing is drawn yet.
  private var shown: Shown?
  private let isColored: Bool

  private struct Shown {
    /// The part of the entry that the window holds.
    var rows: [[Cell]]
    var cursor: ScreenPlace
    /// The first row of the entry that is shown.
    var top: Int
    var width: Int
  }

  init(isColored: Bool) { self.isColored = isColored }

  /// Forgets what is drawn: the cursor stands in an empty line, or on an empty screen.
  mutating func forget() { shown = nil }

  /// Others may have moved the cursor in its row.
  mutating func loseColumn() { shown?.cursor.column = -1 }

  // MARK: - Drawing

  /// - Returns: what brings the terminal from what it shows to the layout.
  mutating func draw(_ layout: EntryLayout, width: Int, height: Int) -> String {
    let (top, count) = window(of: layout, height: max(height, 1))
    let new = Shown(
      rows: Array(layout.rows[top..<(top + count)]),
      cursor: ScreenPlace(row: layout.cursor.row - top, column: layout.cursor.column), top: top,
      width: width)
    var writer = ScreenWriter(isColored: isColored)
    if let old = shown, old.width == width, old.rows.count <= height {
      update(from: old, to: new, &writer)
    } else {
      startOver(width: width, height: height, &writer)
      writer.writeRows(new.rows)
    }
    writer.move(to: new.cursor)
    shown = new
    return writer.text
  }

  /// Draws an entry for the last time: all of it, also when the window holds only a part, with the
  /// cursor in the line behind it.
  mutating func finish(_ layout: EntryLayout, width: Int, height: Int) -> String {
    var text = ""
    if layout.rows.count <= height, shown?.top ?? 0 == 0 {
      text = draw(layout, width: width, height: height)
    } else {
      var writer = ScreenWriter(isColored: isColored)
      startOver(width: width, height: height, &writer)
      writer.writeRows(layout.rows)
      text = writer.text
      shown = Shown(
        rows: layout.rows, cursor: ScreenPlace(row: layout.rows.count - 1, column: 0), top: 0,
        width: width)
    }
    var writer = ScreenWriter(isColored: isColored)
    if let shown {
      writer.place = shown.cursor
      writer.move(to: ScreenPlace(row: shown.rows.count - 1, column: 0))
    }
    shown = nil
    return text + writer.text + "\r\n"
  }

  /// The rows that a window of this height shows: around the cursor, and as few moves as possible.
  private func window(of layout: EntryLayout, height: Int) -> (top: Int, count: Int) {
    let count = min(layout.rows.count, height)
    let lowest = max(0, layout.cursor.row - height + 1)
    let highest = min(layout.cursor.row, layout.rows.count - count)
    return (min(max(shown?.top ?? 0, lowest), highest), count)
  }

  /// To the first column of the first row, with nothing behind it.
  private func startOver(width: Int, height: Int, _ writer: inout ScreenWriter) {
    if let shown {
      writer.up(min(rowsAbove(shown, width: width), height - 1))
      writer.write("\r\u{1B}[J")
    } else {
      // The line may hold what was typed while something ran, or output without a newline: a
      // row of blanks ends up in the next line then, and else in this one.
      writer.write(String(repeating: " ", count: width) + "\r\u{1B}[K")
    }
  }

  /// Rows from the top to the cursor, in a window of another width: terminals break their lines anew.
  private func rowsAbove(_ shown: Shown, width: Int) -> Int {
    guard width != shown.width else { return shown.cursor.row }
    let width = max(width, 1)
    let above = shown.rows[..<shown.cursor.row].map { row in
      max(1, (row.reduce(0) { $0 + $1.width } + width - 1) / width)
    }
    return above.reduce(0, +) + shown.cursor.column / width
  }

  private func update(from old: Shown, to new: Shown, _ writer: inout ScreenWriter) {
    writer.place = old.cursor
    for (index, row) in new.rows.enumerated() {
      if index < old.rows.count {
        writer.change(row: index, from: old.rows[index], to: row)
      } else {
        writer.move(to: ScreenPlace(row: index - 1, column: 0))
        writer.write("\r\n")
        writer.place = ScreenPlace(row: index, column: 0)
        writer.writeCells(row[...])
      }
    }
    if old.rows.count > new.rows.count {
      writer.move(to: ScreenPlace(row: new.rows.count, column: 0))
      writer.write("\u{1B}[J")
    }
  }
}

/// Puts together what is written to a terminal in one go.
struct ScreenWriter {
  private(set) var text = ""
  /// Where the cursor is, in rows from the top of the entry.
  var place = ScreenPlace(row: 0, column: 0)
  private let isColored: Bool

  init(isColored: Bool) { self.isColored = isColored }

  mutating func write(_ sequence: String) { text += sequence }

  mutating func up(_ count: Int) {
    if count > 0 { text += "\u{1B}[\(count)A" }
  }

  mutating func move(to target: ScreenPlace) {
    if target.row < place.row { up(place.row - target.row) }
    if target.row > place.row { text += "\u{1B}[\(target.row - place.row)B" }
    // Always: behind the last column a terminal's cursor is in neither row.
    text += target.column == 0 ? "\r" : "\u{1B}[\(target.column + 1)G"
    place = target
  }

  /// Rows one below the other, from the cursor on.
  mutating func writeRows(_ rows: [[Cell]]) {
    for (index, row) in rows.enumerated() {
      if index > 0 { text += "\r\n" }
      place = ScreenPlace(row: index, column: 0)
      writeCells(row[...])
    }
  }

  /// Changes a row that is on the screen.
  mutating func change(row: Int, from old: [Cell], to new: [Cell]) {
    guard old != new else { return }
    let same = zip(old, new).prefix { $0 == $1 }.count
    let column = new[..<same].reduce(0) { $0 + $1.width }
    if place != ScreenPlace(row: row, column: column) {
      move(to: ScreenPlace(row: row, column: column))
    }
    let oldWidth = old.reduce(0) { $0 + $1.width }
    let newWidth = new.reduce(0) { $0 + $1.width }
    var end = new.count
    if oldWidth == newWidth {
      var oldEnd = old.count
      while end > same, oldEnd > same, old[oldEnd - 1] == new[end - 1] {
        (end, oldEnd) = (end - 1, oldEnd - 1)
      }
    }
    writeCells(new[same..<end])
    if newWidth < oldWidth { text += "\u{1B}[K" }
  }

  mutating func writeCells(_ cells: ArraySlice<Cell>) {
    var style = TextStyle.plain
    for cell in cells {
      if isColored, cell.style != style {
        style = cell.style
        text += "\u{1B}[\(style.code)m"
      }
      text += cell.text
      place.column += cell.width
      if !cell.text.utf8.allSatisfy({ $0 < 0x80 }) { text += "\u{1B}[\(place.column + 1)G" }
    }
    if style != .plain { text += "\u{1B}[0m" }
  }
}

import Lang

/// What a terminal shows: a small model that obeys the sequences which mqsh writes, and breaks lines
/// anew when its width changes, as most terminals do.
struct Screen {
  struct Cell: Equatable {
    /// Empty for the second column of a wide character.
    var text = " "
    /// The parameters of the last `ESC [ ... m`.
    var style = ""
  }

  private struct Line {
    var cells: [Cell] = []
    /// Goes on in the next line because it was full.
    var isWrapped = false
  }

  private(set) var columns: Int
  private(set) var height: Int
  /// Those that have left the screen, too.
  private var lines = [Line()]
  /// The first line on the screen.
  private var top = 0
  private var line = 0
  private var column = 0
  /// Behind the last column: the next character goes to the next line.
  private var isPastEnd = false
  private var style = ""
  private var pending: [UInt8] = []
  /// Sequences that the model does not know.
  private(set) var unknown: [String] = []

  init(columns: Int, rows: Int) {
    self.columns = columns
    height = rows
  }

  // MARK: - Looking

  /// The rows from the first to the last with anything in it, without blanks at their ends.
  var rows: [String] {
    var result = (top..<lines.count).map { text(of: lines[$0]) }
    while result.last == "" { result.removeLast() }
    return result
  }

  var text: String { rows.joined(separator: "\n") }
  /// From the top of the screen.
  var cursor: (row: Int, column: Int) { (line - top, column) }
  /// The row with the cursor.
  var cursorRow: String { text(of: lines[line]) }

  /// What style the first appearance of a text on the screen has, at its start.
  func style(of text: String) -> String? {
    for line in lines[top...] {
      let cells = line.cells
      for start in cells.indices where cells[start...].map(\.text).joined().hasPrefix(text) {
        return cells[start].style
      }
    }
    return nil
  }

  private func text(of line: Line) -> String {
    var text = line.cells.map(\.text).joined()
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }

  // MARK: - Writing

  mutating func receive(_ bytes: some Sequence<UInt8>) {
    pending += bytes
    while let length = nextLength() {
      let piece = Array(pending[..<length])
      pending.removeFirst(length)
      if piece[0] == 27 {
        obey(piece)
      } else if piece[0] < 32 {
        control(piece[0])
      } else {
        for character in String(decoding: piece, as: UTF8.self) { put(character) }
      }
    }
  }

  /// Bytes of the next whole piece: a sequence, a control character, or a run of text.
  private func nextLength() -> Int? {
    guard let first = pending.first else { return nil }
    if first == 27 {
      guard pending.count > 1 else { return nil }
      guard pending[1] == UInt8(ascii: "[") else { return 2 }
      return pending.dropFirst(2).firstIndex { $0 >= 0x40 }.map { $0 + 1 }
    }
    if first < 32 { return 1 }
    let end = pending.firstIndex { $0 < 32 } ?? pending.count
    guard end == pending.count else { return end }
    // The last character may be cut in half.
    var whole = end
    while whole > 0, pending[whole - 1] & 0xC0 == 0x80 { whole -= 1 }
    if whole > 0, pending[whole - 1] >= 0xC0,
      end - whole + 1 < (~pending[whole - 1]).leadingZeroBitCount
    {
      return whole > 1 ? whole - 1 : nil
    }
    return end
  }

  private mutating func control(_ byte: UInt8) {
    switch byte {
    case 13:
      column = 0
      isPastEnd = false
    case 10: feed()
    case 8: column = max(0, column - 1)
    default: break
    }
  }

  private mutating func feed() {
    isPastEnd = false
    line += 1
    if line == lines.count { lines.append(Line()) }
    if line - top == height { top += 1 }
  }

  private mutating func put(_ character: Character) {
    let width = displayWidth(String(character))
    if isPastEnd || column + width > columns {
      lines[line].isWrapped = true
      column = 0
      feed()
    }
    pad(to: column + width)
    lines[line].cells[column] = Cell(text: String(character), style: style)
    if width == 2 { lines[line].cells[column + 1] = Cell(text: "", style: style) }
    column += width
    if column == columns {
      column = columns - 1
      isPastEnd = true
    }
  }

  private mutating func pad(to width: Int) {
    while lines[line].cells.count < width { lines[line].cells.append(Cell()) }
  }

  private mutating func obey(_ sequence: [UInt8]) {
    let text = String(decoding: sequence.dropFirst(2).dropLast(), as: UTF8.self)
    let number = Int(text) ?? 1
    isPastEnd = false
    switch sequence.last.map({ Character(Unicode.Scalar($0)) }) {
    case "A": line = max(top, line - number)
    case "B": line = min(line + number, lines.count - 1, top + height - 1)
    case "G": column = min(number, columns) - 1
    case "H": (line, column) = (top, 0)
    case "J" where text == "2":
      for index in top..<lines.count { lines[index] = Line() }
    case "J":
      erase()
      lines.removeSubrange((line + 1)...)
    case "K": erase()
    case "m": style = text == "0" ? "" : text
    case "h", "l": break
    default: unknown.append(String(decoding: sequence.dropFirst(), as: UTF8.self))
    }
  }

  /// To the end of the line.
  private mutating func erase() {
    lines[line].cells.removeSubrange(min(column, lines[line].cells.count)...)
    lines[line].isWrapped = false
  }

  // MARK: - Changing its size

  mutating func resize(columns: Int, rows: Int) {
    var broken: [Line] = []
    var place = (line: 0, column: 0)
    var whole = Line()
    var offset: Int?
    for (index, old) in lines.enumerated() {
      if index == line { offset = whole.cells.count + column }
      whole.cells += old.cells
      if old.isWrapped { continue }
      if let offset {
        place = (broken.count + offset / columns, offset % columns)
      }
      offset = nil
      broken += Self.broken(whole.cells, columns)
      whole = Line()
    }
    while broken.count <= place.line { broken.append(Line()) }
    lines = broken
    (line, column) = place
    self.columns = columns
    height = rows
    isPastEnd = false
    top = max(0, lines.count - height)
    top = min(top, line)
  }

  private static func broken(_ cells: [Cell], _ columns: Int) -> [Line] {
    var cells = cells[...]
    while cells.last == Cell() { cells.removeLast() }
    var result: [Line] = []
    repeat {
      let part = cells.prefix(columns)
      cells = cells.dropFirst(columns)
      result.append(Line(cells: Array(part), isWrapped: !cells.isEmpty))
    } while !cells.isEmpty
    return result
  }
}

import Lang

/// One character on the screen, or several that stand for one, such as `^A`.
struct Cell: Equatable {
  var text: String
  /// Terminal columns.
  var width: Int
  var style: TextStyle
}

/// An entry with its prompts, broken into rows of a terminal.
///
/// Lines longer than the window go on in the first column of the next row; a wide character that
/// does not fit moves there as a whole.
struct EntryLayout: Equatable {
  /// In order; none is wider than the window.
  private(set) var rows: [[Cell]] = [[]]
  private(set) var cursor = ScreenPlace(row: 0, column: 0)
  private var column = 0
  private let width: Int

  /// Narrower windows show less than what is there.
  private static let narrowest = 8
  private static let tab = "    "

  /// - Parameters:
  ///   - prompt: in front of the first line.
  ///   - continuation: in front of the others.
  ///   - styles: one for each byte.
  ///   - cursor: a byte of the text, or its end.
  init(
    prompt: [Cell], continuation: [Cell], text: [UInt8], styles: [TextStyle], cursor: Int,
    width: Int
  ) {
    self.width = max(width, Self.narrowest)
    put(prompt)
    for character in EntryCharacter.all(of: text) {
      if character.text.contains("\n") {
        if character.range.contains(cursor) { placeCursor(before: 1) }
        breakRow()
        put(continuation)
        continue
      }
      let cell = Self.cell(character.text, styles[character.range.lowerBound])
      if character.range.contains(cursor) { placeCursor(before: cell.width) }
      put(cell)
    }
    if cursor >= text.count { placeCursor(before: 1) }
  }

  /// Cells of a text that is all of one style.
  static func cells(_ text: String, _ style: TextStyle) -> [Cell] {
    text.map { cell(String($0), style) }
  }

  /// Rows behind those of the entry, such as a listing.
  mutating func append(_ more: [[Cell]]) { rows += more }

  mutating func append(toLastRow cells: [Cell]) { put(cells) }

  private mutating func put(_ cells: [Cell]) {
    for cell in cells { put(cell) }
  }

  private mutating func put(_ cell: Cell) {
    guard cell.width > 0 else {
      // A mark without a base goes to what stands before it.
      if let last = rows[rows.count - 1].indices.last {
        rows[rows.count - 1][last].text += cell.text
      }
      return
    }
    if column + cell.width > width { breakRow() }
    rows[rows.count - 1].append(cell)
    column += cell.width
  }

  /// The cursor's place, where a cell of this width would go.
  private mutating func placeCursor(before width: Int) {
    if column + width > self.width { breakRow() }
    cursor = ScreenPlace(row: rows.count - 1, column: column)
  }

  private mutating func breakRow() {
    rows.append([])
    column = 0
  }

  /// What is drawn for a character: for one that a terminal would obey, something harmless.
  private static func cell(_ character: String, _ style: TextStyle) -> Cell {
    guard let scalar = character.unicodeScalars.first else {
      return Cell(text: "", width: 0, style: style)
    }
    switch scalar.value {
    case 9: return Cell(text: tab, width: tab.count, style: style)
    case 0..<32, 127:
      let letter = Unicode.Scalar(UInt8(scalar.value ^ 64))
      return Cell(text: "^\(letter)", width: 2, style: .wrong)
    case 128..<160, 0x202A...0x202E, 0x2066...0x2069:
      return Cell(text: "\u{FFFD}", width: 1, style: .wrong)
    default: return Cell(text: character, width: displayWidth(character), style: style)
    }
  }
}

struct ScreenPlace: Equatable {
  var row: Int
  var column: Int
}

/// A character of an entry and the bytes that it takes; an invalid byte counts as one character.
struct EntryCharacter {
  var text: String
  var range: Range<Int>

  static func all(of bytes: [UInt8]) -> [EntryCharacter] {
    guard let text = String(validating: bytes, as: UTF8.self) else { return invalid(bytes) }
    var offset = 0
    return text.map { character in
      let range = offset..<(offset + character.utf8.count)
      offset = range.upperBound
      return EntryCharacter(text: String(character), range: range)
    }
  }

  private static func invalid(_ bytes: [UInt8]) -> [EntryCharacter] {
    var result: [EntryCharacter] = []
    var offset = 0
    while offset < bytes.count {
      let length = max(1, min(bytes.count - offset, (~bytes[offset]).leadingZeroBitCount))
      let text = String(validating: bytes[offset..<(offset + length)], as: UTF8.self)
      let range = offset..<(offset + (text == nil ? 1 : length))
      result.append(EntryCharacter(text: text ?? "\u{FFFD}", range: range))
      offset = range.upperBound
    }
    return result
  }
}

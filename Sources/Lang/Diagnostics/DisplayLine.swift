/// A source line as a terminal shows it, with the columns that its bytes take: tabs as four spaces,
/// control characters and invalid bytes as U+FFFD, and of a long line the part around a place.
struct DisplayLine {
  /// Columns of a line that are shown whole.
  static let widthLimit = 120
  /// Columns shown before the place in a longer line.
  private static let lead = 40
  private static let ellipsis = "..."
  /// Bytes of a line, around the place, that are looked at; more than ever can be shown.
  private static let byteLimit = 4096

  private(set) var text = ""
  private let start: Int
  /// For each byte of the line and one more: the column where it is drawn.
  private var columns: [Int] = []

  init(_ source: Source, _ number: Int, around place: Span? = nil) {
    let whole = source.line(number)
    let line = Self.part(of: whole, around: place?.start ?? whole.startIndex)
    start = line.startIndex
    var cells: [(text: String, column: Int)] = []
    var column = 0
    for character in String(decoding: line, as: UTF8.self) {
      columns += repeatElement(column, count: character.utf8.count)
      cells.append((Self.shown(character), column))
      column += displayWidth(cells[cells.count - 1].text)
    }
    columns.append(column)
    // An invalid byte decodes to U+FFFD, three bytes where the source has one: count source bytes.
    if columns.count - 1 != line.count { recount(line) }
    text = cells.map(\.text).joined()
    if column > Self.widthLimit || line.count < whole.count {
      cut(
        cells, around: place.map { self.columns(of: $0).start } ?? 0,
        hidesBefore: line.startIndex > whole.startIndex,
        hidesBehind: line.endIndex < whole.endIndex)
    }
  }

  /// At most `byteLimit` bytes of a line, cut between characters.
  private static func part(of line: ArraySlice<UInt8>, around place: Int) -> ArraySlice<UInt8> {
    guard line.count > byteLimit else { return line }
    var low = max(line.startIndex, min(place, line.endIndex) - byteLimit / 2)
    var high = min(line.endIndex, low + byteLimit)
    for _ in 0..<3 where low > line.startIndex && line[low] & 0xC0 == 0x80 { low -= 1 }
    for _ in 0..<3 where high < line.endIndex && line[high] & 0xC0 == 0x80 { high += 1 }
    return line[low..<high]
  }

  /// The first column and the width of what a span covers on this line.
  func columns(of span: Span) -> (start: Int, width: Int) {
    let first = columns[min(max(span.start - start, 0), columns.count - 1)]
    let last = columns[min(max(span.end - start, 0), columns.count - 1)]
    return (first, max(last - first, 1))
  }

  /// What stands for a character that a terminal would obey instead of showing.
  private static func shown(_ character: Character) -> String {
    if character == "\t" { return "    " }
    let isHidden = character.unicodeScalars.contains {
      switch $0.value {
      case 0..<32, 127..<160, 0x202A...0x202E, 0x2066...0x2069: true
      default: false
      }
    }
    return isHidden ? "\u{FFFD}" : String(character)
  }

  /// Columns of a line with invalid bytes, each of which is one replacement character wide.
  private mutating func recount(_ bytes: ArraySlice<UInt8>) {
    columns = []
    var column = 0
    var rest = bytes
    while let first = rest.first {
      let length = max(1, min(rest.count, (~first).leadingZeroBitCount))
      let piece = rest.prefix(length)
      let decoded = String(decoding: piece, as: UTF8.self)
      let isValid = decoded.utf8.elementsEqual(piece)
      let count = isValid ? length : 1
      columns += repeatElement(column, count: count)
      column += isValid ? decoded.reduce(0) { $0 + displayWidth(Self.shown($1)) } : 1
      rest = rest.dropFirst(count)
    }
    columns.append(column)
  }

  private mutating func cut(
    _ cells: [(text: String, column: Int)], around place: Int, hidesBefore: Bool, hidesBehind: Bool
  ) {
    let low = max(0, place - Self.lead)
    let high = low + Self.widthLimit
    let kept = cells.filter { $0.column >= low && $0.column < high }
    let isCutBefore = low > 0 || hidesBefore
    let isCutBehind = (cells.last?.column ?? 0) >= high || hidesBehind
    text =
      (isCutBefore ? Self.ellipsis : "") + kept.map(\.text).joined()
      + (isCutBehind ? Self.ellipsis : "")
    let shift = (kept.first?.column ?? low) - (isCutBefore ? Self.ellipsis.count : 0)
    let end = displayWidth(text)
    columns = columns.map { min(max($0 - shift, 0), end) }
  }
}

/// Terminal columns of a text: two for East Asian wide characters and emoji, none for combining
/// marks, which Swift counts with their base character.
public func displayWidth(_ text: String) -> Int {
  text.reduce(0) { width, character in
    guard let scalar = character.unicodeScalars.first else { return width }
    // A variation selector asks for the emoji form, which is wide.
    let isEmoji = character.unicodeScalars.contains { $0.value == 0xFE0F }
    return width + (isEmoji || isWide(scalar.value) ? 2 : scalar.value == 0x200B ? 0 : 1)
  }
}

/// The wide ranges of Unicode's East Asian Width table, coarsely.
private func isWide(_ scalar: UInt32) -> Bool {
  switch scalar {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
    0xFFE0...0xFFE6, 0x1F1E6...0x1F1FF, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
    0x20000...0x3FFFD:
    true
  default: false
  }
}

import Lang

/// The text of an entry with its lines and the cursor, and what keys do to them.
///
/// Offsets are in bytes, as in the buffer that it mirrors.
struct EntryText: Equatable {
  var bytes: [UInt8]
  var cursor: Int

  private static let newline = UInt8(ascii: "\n")
  private static let space = UInt8(ascii: " ")

  init(_ bytes: [UInt8], cursor: Int) {
    self.bytes = bytes
    self.cursor = min(max(cursor, 0), bytes.count)
  }

  init(_ text: String, cursor: Int? = nil) {
    let bytes = Array(text.utf8)
    self.init(bytes, cursor: cursor ?? bytes.count)
  }

  var string: String { String(decoding: bytes, as: UTF8.self) }

  // MARK: - Lines

  var lineStart: Int { (bytes[..<cursor].lastIndex(of: Self.newline) ?? -1) + 1 }
  var lineEnd: Int { bytes[cursor...].firstIndex(of: Self.newline) ?? bytes.count }
  var isInFirstLine: Bool { lineStart == 0 }
  var isInLastLine: Bool { lineEnd == bytes.count }
  /// Whether nothing but blanks stands between the start of the line and the cursor.
  var isInIndentation: Bool { bytes[lineStart..<cursor].allSatisfy { $0 == Self.space } }

  /// Columns from the start of the line to the cursor.
  var column: Int { width(lineStart..<cursor) }

  /// The place in the line above that is nearest to a column; nil in the first line.
  func above(column: Int) -> Int? {
    guard !isInFirstLine else { return nil }
    let end = lineStart - 1
    let start = (bytes[..<end].lastIndex(of: Self.newline) ?? -1) + 1
    return place(column: column, in: start..<end)
  }

  /// The place in the line below that is nearest to a column; nil in the last line.
  func below(column: Int) -> Int? {
    guard !isInLastLine else { return nil }
    let start = lineEnd + 1
    let end = bytes[start...].firstIndex(of: Self.newline) ?? bytes.count
    return place(column: column, in: start..<end)
  }

  private func place(column: Int, in line: Range<Int>) -> Int {
    var reached = 0
    for character in EntryCharacter.all(of: Array(bytes[line])) {
      reached += displayWidth(character.text)
      if reached > column { return line.lowerBound + character.range.lowerBound }
    }
    return line.upperBound
  }

  private func width(_ range: Range<Int>) -> Int {
    EntryCharacter.all(of: Array(bytes[range])).reduce(0) { $0 + displayWidth($1.text) }
  }

  // MARK: - Indentation

  private static let indentation = 2

  /// Blanks in front of a line that starts at the cursor: two for each line that left brackets open,
  /// and two behind an operator. None inside of a string.
  var wantedIndentation: Int {
    var sources = SourceMap()
    let before = Array(bytes[..<cursor])
    let pieces = FrontEnd.pieces(of: sources.add(name: "", bytes: before))
    if case .openString = pieces.last?.kind { return 0 }
    var open: [Int] = []
    for case (.token(.symbol(let symbol)), let range) in pieces.map({ ($0.kind, $0.range) }) {
      switch symbol {
      case .openParenthesis, .openBracket, .openBrace: open.append(range.lowerBound)
      case .closeParenthesis, .closeBracket, .closeBrace: _ = open.popLast()
      default: break
      }
    }
    let lines = Set(open.map { EntryText(bytes, cursor: $0).lineStart }).count
    return Self.indentation * (lines + (Self.endsInOperator(pieces) ? 1 : 0))
  }

  private static func endsInOperator(_ pieces: [TextPiece]) -> Bool {
    guard case .token(let token) = pieces.last?.kind else { return false }
    switch token {
    // Behind the parameters of a closure it is no operator.
    case .keyword(.in):
      let head = pieces.dropLast().last { $0.kind != .token(.symbol(.comma)) && !$0.isName }
      return head?.kind != .token(.symbol(.openBrace))
    case .keyword(let keyword): return [.and, .or, .not].contains(keyword)
    case .symbol(let symbol):
      let others: [Symbol] = [
        .comma, .colon, .semicolon, .openParenthesis, .openBracket, .openBrace, .closeParenthesis,
        .closeBracket, .closeBrace,
      ]
      return !others.contains(symbol)
    default: return false
    }
  }

  /// The blanks in front of the cursor that a closing bracket typed there does not want.
  var surplusIndentation: Range<Int>? {
    guard isInIndentation, !isInFirstLine else { return nil }
    var closed = self
    closed.bytes.replaceSubrange(lineStart..<cursor, with: [])
    closed.cursor = lineStart
    let wanted = max(0, closed.wantedIndentation - Self.indentation)
    guard cursor - lineStart > wanted else { return nil }
    return (lineStart + wanted)..<cursor
  }
}

extension TextPiece {
  fileprivate var isName: Bool { if case .token(.name) = kind { true } else { false } }
}

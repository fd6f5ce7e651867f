/// Collects the pieces of a string literal and takes the indentation off a `"""` one.
struct StringBuilder {
  /// Text, then the tokens of an interpolation behind it; the last piece has none.
  private struct Piece {
    var text: [UInt8] = []
    /// Where in `text` a line of the source starts; an escaped newline starts none.
    var lineStarts: [Int] = []
    var tokens: [Token]?
  }

  private var pieces = [Piece()]
  private var last: Int { pieces.count - 1 }

  /// Adds what an escape stands for.
  mutating func append(_ text: String) { pieces[last].text += text.utf8 }

  /// Adds text as it is written; a newline can only be its first byte.
  mutating func append(source bytes: ArraySlice<UInt8>) {
    pieces[last].text += bytes
    if bytes.first == UInt8(ascii: "\n") {
      pieces[last].lineStarts.append(pieces[last].text.count - bytes.count + 1)
    }
  }

  mutating func append(_ tokens: [Token]) {
    pieces[last].tokens = tokens
    pieces.append(Piece())
  }

  func finished() -> [Token.Segment] {
    pieces.flatMap { piece in
      let text = Token.Segment.text(String(decoding: piece.text, as: UTF8.self))
      return (piece.text.isEmpty ? [] : [text]) + (piece.tokens.map { [.tokens($0)] } ?? [])
    }
  }

  /// Without the newline after the opening quotes, the one before the closing quotes, and the
  /// indentation of the closing quotes before every line that has it. Quotes that close behind other
  /// text leave everything as it is.
  func unindented() -> [Token.Segment] {
    guard let tail = pieces.last, let start = tail.lineStarts.last else { return finished() }
    let indent = tail.text[start...]
    guard indent.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) else {
      return finished()
    }
    var result = self
    for index in pieces.indices {
      result.pieces[index].text = unindented(
        pieces[index], indent, isFirst: index == 0, isLast: index == last)
    }
    return result.finished()
  }

  private func unindented(
    _ piece: Piece, _ indent: ArraySlice<UInt8>, isFirst: Bool, isLast: Bool
  ) -> [UInt8] {
    var result: [UInt8] = []
    var from = 0
    for (index, start) in piece.lineStarts.enumerated() {
      let opens = isFirst && start == 1
      let closes = isLast && index == piece.lineStarts.count - 1
      result += piece.text[from..<(opens || closes ? start - 1 : start)]
      let hasIndent = piece.text[start...].starts(with: indent)
      from = closes ? piece.text.count : start + (hasIndent ? indent.count : 0)
    }
    return result + piece.text[from...]
  }
}

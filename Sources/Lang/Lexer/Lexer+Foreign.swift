/// What belongs to no token: characters, quotes and comments of other languages.
extension Lexer {
  /// Reports what begins at `start` and is no token, and goes on behind it.
  mutating func skipForeign(at start: Int) {
    let first = character(at: start)
    offset = first.end
    // What looks at the line takes its length: only as often as there is something to report.
    guard errors.count < Self.errorLimit else { return }
    if isInForeignComment(start) {
      offset = lineEnd(from: start)
      report(.unexpected(first, text(first), isInComment: true))
    } else if let end = endOfQuotes(at: start) {
      offset = end
      report(.foreignQuotes(span(from: start), text: text(span(from: start))))
    } else {
      let isDouble = "&|".utf8.contains(bytes[start]) && peek() == bytes[start]
      offset += isDouble ? 1 : 0
      report(.unexpected(span(from: start), text(span(from: start)), isInComment: false))
    }
  }

  /// The whole character at a place.
  private func character(at start: Int) -> Span {
    var end = start + 1
    while end < bytes.count && bytes[end] & 0xC0 == 0x80 { end += 1 }
    return Span(source: source.id, start: start, end: end)
  }

  private func text(_ span: Span) -> String {
    String(decoding: bytes[span.start..<span.end], as: UTF8.self)
  }

  private func lineEnd(from start: Int) -> Int {
    bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
  }

  /// Whether `//` or `/*` stands before it on its line, most likely to begin a comment.
  private func isInForeignComment(_ start: Int) -> Bool {
    let lineStart = bytes[..<start].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    var next: Token?
    for token in tokens.reversed() {
      if token.span.start < lineStart { return false }
      switch (token.kind, next?.kind) {
      case (.symbol(.integerDivide), _): return true
      case (.symbol(.divide), .symbol(.times)), (.symbol(.divide), .symbol(.power)):
        if token.span.end == next?.span.start { return true }
      default: break
      }
      next = token
    }
    return false
  }

  /// Behind the closing one of quotes that open here and close on the same line; nil for no quotes.
  private func endOfQuotes(at start: Int) -> Int? {
    let opening = text(character(at: start))
    guard let closing = Self.quotes[opening] else { return nil }
    let rest = bytes[character(at: start).end..<lineEnd(from: start)]
    return closing.compactMap { quote in
      rest.firstRange(of: Array(quote.utf8))?.upperBound
    }.min()
  }

  /// Which quotes close those that open a string elsewhere.
  private static let quotes: [String: [String]] = [
    "'": ["'"], "`": ["`"], "\u{201C}": ["\u{201D}", "\u{201C}"],
    "\u{201D}": ["\u{201D}"], "\u{201E}": ["\u{201C}", "\u{201D}"],
    "\u{2018}": ["\u{2019}"], "\u{201A}": ["\u{2018}", "\u{2019}"], "\u{AB}": ["\u{BB}"],
  ]
}

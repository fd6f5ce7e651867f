/// Cuts a text into tokens.
///
/// Works on bytes. Newlines become tokens only where they end a statement: not inside `(` or `[`,
/// not after an operator, `,` or an opening bracket, and not before a line that starts with `|>` or
/// `else`. All errors of the text are collected; the brackets are matched here, so the parser sees
/// balanced ones.
struct Lexer {
  let source: Source
  let bytes: [UInt8]
  var offset: Int
  private(set) var tokens: [Token] = []
  var errors: [LexicalError] = []
  private var brackets: [(symbol: Symbol, span: Span)] = []
  /// The text ends inside a bracket, a string or an expression: more lines could complete it.
  private(set) var isIncomplete = false

  init(_ source: Source, from offset: Int = 0) {
    self.source = source
    bytes = source.bytes
    self.offset = offset
  }

  /// All tokens, the last one `endOfFile`.
  mutating func run() {
    while offset < bytes.count { scan() }
    let end = span(from: bytes.count)
    if let last = tokens.last, last.kind.continuesLine { isIncomplete = true }
    if let open = brackets.last {
      isIncomplete = true
      errors.append(
        .unclosed(opening: open.span, bracket: open.symbol.rawValue, end: end))
    }
    tokens.append(Token(kind: .endOfFile, span: end))
  }

  /// The tokens of an interpolation: from after `\(` to its bracket, which is consumed.
  ///
  /// - Returns: nil when the text ends first.
  mutating func runInterpolation() -> [Token]? {
    while offset < bytes.count {
      if brackets.isEmpty && bytes[offset] == UInt8(ascii: ")") {
        tokens.append(Token(kind: .endOfFile, span: span(from: offset)))
        offset += 1
        return tokens
      }
      if bytes[offset] == UInt8(ascii: "\n") { return nil }
      scan()
    }
    return nil
  }

  func span(from start: Int) -> Span {
    Span(source: source.id, start: start, end: max(start, offset))
  }

  mutating func markIncomplete() { isIncomplete = true }

  mutating func add(_ kind: Token.Kind, from start: Int) {
    tokens.append(Token(kind: kind, span: span(from: start)))
  }

  private mutating func scan() {
    let start = offset
    switch bytes[offset] {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
      offset += 1
    case UInt8(ascii: "#"):
      skipComment()
    case UInt8(ascii: "\n"):
      offset += 1
      if newlineCounts { tokens.append(Token(kind: .newline, span: span(from: start))) }
    case UInt8(ascii: "\""):
      scanString()
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      scanNumber()
    case let byte where isNameStart(byte):
      scanName()
    default:
      scanSymbol()
    }
  }

  private mutating func skipComment() {
    let start = offset
    while offset < bytes.count && bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
    checkUTF8(start..<offset)
  }

  /// Whether the newline just passed ends a statement.
  private var newlineCounts: Bool {
    if let open = brackets.last, open.symbol != .openBrace { return false }
    guard let last = tokens.last?.kind, last != .newline, last != .symbol(.openBrace),
      !last.continuesLine
    else { return false }
    return !nextLineContinues
  }

  /// Whether the next line with anything on it starts with `|>` or `else`.
  private var nextLineContinues: Bool {
    var i = offset
    while i < bytes.count {
      switch bytes[i] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): i += 1
      case UInt8(ascii: "#"):
        while i < bytes.count && bytes[i] != UInt8(ascii: "\n") { i += 1 }
      default:
        if bytes[i...].starts(with: "|>".utf8) { return true }
        return bytes[i...].starts(with: "else".utf8)
          && !(i + 4 < bytes.count && isNamePart(bytes[i + 4]))
      }
    }
    return false
  }

  private mutating func scanName() {
    let start = offset
    while offset < bytes.count && isNamePart(bytes[offset]) { offset += 1 }
    guard checkUTF8(start..<offset) else { return }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if text.utf8.count == text.unicodeScalars.count || text.unicodeScalars.allSatisfy(isNameScalar)
    {
      add(Keyword(rawValue: text).map { .keyword($0) } ?? .name(text), from: start)
    } else {
      errors.append(.unexpectedCharacter(span(from: start), text))
    }
  }

  /// Letters, digits and marks of any script, and `_`.
  private func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isXIDContinue
  }

  private mutating func scanSymbol() {
    let start = offset
    for (symbol, spelling) in Self.symbols[Int(bytes[start])]
    where matches(spelling, at: start) {
      offset += spelling.count
      match(symbol, at: start)
      add(.symbol(symbol), from: start)
      return
    }
    offset += 1
    errors.append(
      .unexpectedCharacter(
        span(from: start), String(decoding: bytes[start..<offset], as: UTF8.self)))
  }

  private func matches(_ spelling: [UInt8], at start: Int) -> Bool {
    guard start + spelling.count <= bytes.count else { return false }
    for (i, byte) in spelling.enumerated() where bytes[start + i] != byte { return false }
    return true
  }

  /// The symbols by their first byte, longer ones first.
  private static let symbols: [[(Symbol, [UInt8])]] = {
    var table = Array(repeating: [(Symbol, [UInt8])](), count: 256)
    for symbol in Symbol.allCases {
      let spelling = Array(symbol.rawValue.utf8)
      table[Int(spelling[0])].append((symbol, spelling))
    }
    return table
  }()

  // MARK: - Brackets

  private mutating func match(_ symbol: Symbol, at start: Int) {
    switch symbol {
    case .openParenthesis, .openBracket, .openBrace:
      brackets.append((symbol, span(from: start)))
    case .closeParenthesis: close(symbol, opening: .openParenthesis, at: start)
    case .closeBracket: close(symbol, opening: .openBracket, at: start)
    case .closeBrace: close(symbol, opening: .openBrace, at: start)
    default: break
    }
  }

  private mutating func close(_ symbol: Symbol, opening: Symbol, at start: Int) {
    guard let open = brackets.last else {
      errors.append(.unmatched(span(from: start), bracket: symbol.rawValue))
      return
    }
    brackets.removeLast()
    guard open.symbol != opening else { return }
    let expected: Symbol =
      switch open.symbol {
      case .openParenthesis: .closeParenthesis
      case .openBracket: .closeBracket
      default: .closeBrace
      }
    errors.append(
      .mismatched(
        span(from: start), bracket: symbol.rawValue, opening: open.span,
        expected: expected.rawValue))
  }

  // MARK: - Bytes

  private func isNameStart(_ byte: UInt8) -> Bool {
    isNamePart(byte) && !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte)
  }

  func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xFF:
      true
    default: false
    }
  }

  /// Reports the first invalid byte of a range.
  @discardableResult
  mutating func checkUTF8(_ range: Range<Int>) -> Bool {
    guard let bad = firstInvalidUTF8(bytes, range) else { return true }
    errors.append(
      .invalidUTF8(Span(source: source.id, start: bad, end: bad + 1), byte: bytes[bad]))
    return false
  }
}

/// The offset of the first byte in the range that belongs to no valid UTF-8 sequence.
private func firstInvalidUTF8(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
  if !bytes[range].contains(where: { $0 >= 0x80 }) { return nil }
  var iterator = bytes[range].makeIterator()
  var decoder = UTF8()
  var offset = range.lowerBound
  while true {
    switch decoder.decode(&iterator) {
    case .scalarValue(let scalar): offset += UTF8.width(scalar)
    case .emptyInput: return nil
    case .error: return offset
    }
  }
}

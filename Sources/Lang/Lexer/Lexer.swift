/// Cuts a text into tokens.
///
/// Works on bytes. Newlines become tokens only where they end a statement: not inside `(` or `[`,
/// not after an operator, `,` or an opening bracket, and not before a line that starts with `|>` or
/// `else`. All errors of the text are collected; the brackets are matched here, so the parser sees
/// balanced ones.
struct Lexer {
  /// Interpolations in interpolations; bounds the recursion.
  static let interpolationLimit = 16
  /// After so many errors a text is most likely not a script; more would not help.
  static let errorLimit = 10

  let source: Source
  let bytes: [UInt8]
  var offset: Int
  private(set) var tokens: [Token] = []
  private(set) var errors: [LexicalError] = []
  /// From `#` to the end of the line; empty unless they are kept.
  private(set) var comments: [Span] = []
  private let keepsComments: Bool
  private var brackets: [(symbol: Symbol, span: Span)] = []
  /// The text ends inside a bracket, a string or an expression: more lines could complete it.
  private(set) var isIncomplete = false
  /// A string without an end may have swallowed closing brackets: none is reported as missing.
  private var hasBrokenString = false
  /// Asked before each token; once it is true the rest of the text is left out.
  var isStopped: @Sendable () -> Bool = { false }
  /// How many interpolations surround this text.
  let depth: Int
  /// A newline that ends a statement unless the next token goes on with it.
  private var pendingNewline: Span?

  init(_ source: Source, from offset: Int = 0, depth: Int = 0, keepsComments: Bool = false) {
    self.source = source
    self.keepsComments = keepsComments
    bytes = source.bytes
    self.offset = offset
    self.depth = depth
  }

  /// All tokens, the last one `endOfFile`.
  mutating func run() {
    while offset < bytes.count, !isStopped() { scan() }
    if endsInOperator { isIncomplete = true }
    if let open = brackets.last {
      isIncomplete = true
      if !hasBrokenString { report(.unclosed(open.span, bracket: open.symbol.rawValue)) }
    }
    add(.endOfFile, from: bytes.count)
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
  mutating func markBrokenString() { hasBrokenString = true }

  mutating func report(_ error: LexicalError) {
    if errors.count < Self.errorLimit { errors.append(error) }
  }

  mutating func add(_ kind: Token.Kind, from start: Int) {
    if let newline = pendingNewline {
      pendingNewline = nil
      if kind != .symbol(.pipe) && kind != .keyword(.else) {
        tokens.append(Token(kind: .newline, span: newline))
      }
    }
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
      if pendingNewline == nil, newlineCounts { pendingNewline = span(from: start) }
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
    if keepsComments { comments.append(span(from: start)) }
  }

  /// Whether the newline just passed ends a statement, unless the next token says otherwise.
  private var newlineCounts: Bool {
    if let open = brackets.last, open.symbol != .openBrace { return false }
    guard let last = tokens.last?.kind else { return false }
    return last != .symbol(.openBrace) && !endsInOperator
  }

  /// Whether the last token wants another one. Behind a dot a keyword is a plain word.
  private var endsInOperator: Bool {
    guard let last = tokens.last?.kind, last.continuesLine else { return false }
    guard case .keyword = last, tokens.count > 1 else { return true }
    return tokens[tokens.count - 2].kind != .symbol(.dot)
  }

  private mutating func scanName() {
    let start = offset
    var isASCII = true
    while offset < bytes.count, isNamePart(bytes[offset]) {
      isASCII = isASCII && bytes[offset] < 0x80
      offset += 1
    }
    if isASCII, let keyword = WordTable.keywords.match(bytes, start..<offset) {
      return add(.keyword(keyword), from: start)
    }
    guard isASCII || checkUTF8(start..<offset) else { return }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if !isASCII, let bad = firstForeign(in: text) {
      skipForeign(at: start + bad)
    } else {
      add(.name(text), from: start)
    }
  }

  /// The first character of a word that no name may hold.
  ///
  /// - Returns: the bytes before it.
  private func firstForeign(in text: String) -> Int? {
    var offset = 0
    for scalar in text.unicodeScalars {
      if !isNameScalar(scalar) { return offset }
      offset += UTF8.width(scalar)
    }
    return nil
  }

  /// Letters, digits and marks of any script, and `_`.
  private func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isXIDContinue
  }

  private mutating func scanSymbol() {
    let start = offset
    if let (symbol, length) = WordTable.symbols.start(of: bytes, at: start) {
      offset += length
      match(symbol, at: start)
      add(.symbol(symbol), from: start)
      return
    }
    skipForeign(at: start)
  }

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
      report(.unmatched(span(from: start), bracket: symbol.rawValue))
      return
    }
    brackets.removeLast()
    guard open.symbol != opening else { return }
    // Where it closes the bracket around, that of the inner one was forgotten.
    if brackets.last?.symbol == opening { brackets.removeLast() }
    let expected: Symbol =
      switch open.symbol {
      case .openParenthesis: .closeParenthesis
      case .openBracket: .closeBracket
      default: .closeBrace
      }
    report(
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
    report(
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

// The grammar, loosest first:
//
//   program    = { statement separator }
//   statement  = ("let" | "var") name "=" expression
//              | "func" name "(" [ parameters ] ")" block
//              | "return" [ expression ] | "break" | "continue"
//              | "for" name "in" expression block | "while" expression block
//              | "import" string "as" name
//              | name ("=" | "+=" | "-=" | "*=" | "/=") expression
//              | expression
//   parameters = name [ ":" expression ] { "," name [ ":" expression ] }
//   block      = "{" { statement separator } "}"
//   expression = pipe;  pipe = or { "|>" postfix }
//   or         = and { "or" and };  and = not { "and" not };  not = "not" not | comparison
//   comparison = range [ ("==" | "!=" | "<" | "<=" | ">" | ">=" | ["not"] "in") range ]
//   range      = sum [ ("..<" | "...") sum ]
//   sum        = product { ("+" | "-") product };  product = unary { ("*" | "/" | "//" | "%") unary }
//   unary      = "-" unary | power;  power = postfix [ "**" unary ]
//   postfix    = primary { "(" arguments ")" [ closure ] | closure | "[" expression "]" | "." name }
//   primary    = number | string | "true" | "false" | "nil" | name | "[" list "]"
//              | "(" expression ")" | "(" arguments ")" | closure | if
//   if         = "if" expression block [ "else" (if | block) ]
//   closure    = "{" [ name { "," name } "in" ] { statement separator } "}"
//
// A closure directly after a call or a name is its last argument, except in the head of `if`, `for`
// and `while`, where `{` starts the block.

/// Makes the syntax tree of one text by recursive descent.
struct Parser {
  /// Bounds the recursion: a few hundred bytes of stack for each of about ten frames a level.
  static let depthLimit = 200
  /// Bounds the tree's height beyond the depth: `1 + 1 + ...` and `a.b.c...` make it higher by one
  /// at each link, and whoever walks the tree recurses through them.
  static let chainLimit = 1000
  /// After so many errors a text is read no further: what follows is mostly their echo.
  static let errorLimit = 10

  let source: Source
  var tokens: [Token]
  var position = 0
  private(set) var errors: [SyntaxError] = []
  var ids: Identities
  var depth = 0
  /// Where the statement begins that was begun last.
  private(set) var statementStart = 0
  /// Links on the longest way down the tree that the current level has made; see `chainLimit`.
  var links = 0
  /// False in the head of a statement whose block follows.
  var allowsTrailingClosure = true
  /// Asked before each statement; once it is true the rest of the text is left out.
  var isStopped: @Sendable () -> Bool = { false }

  struct Identities {
    var name = 0
    var function = 0
  }

  init(_ source: Source, tokens: [Token], ids: Identities = Identities()) {
    self.source = source
    self.tokens = tokens
    self.ids = ids
  }

  mutating func parseProgram() -> Program {
    let statements = parseStatements(until: .endOfFile)
    return Program(source: source.id, statements: statements)
  }

  // MARK: - Tokens

  var current: Token { tokens[position] }

  /// The end of the token before the current one.
  var previousEnd: Int { position > 0 ? tokens[position - 1].span.end : current.span.start }

  // Patterns, not `==`: comparing kinds would copy names and strings.
  func at(_ symbol: Symbol) -> Bool {
    if case .symbol(symbol) = tokens[position].kind { true } else { false }
  }

  func at(_ keyword: Keyword) -> Bool {
    if case .keyword(keyword) = tokens[position].kind { true } else { false }
  }

  mutating func advance() {
    if position < tokens.count - 1 { position += 1 }
  }

  mutating func take(_ symbol: Symbol) -> Bool {
    guard at(symbol) else { return false }
    advance()
    return true
  }

  mutating func take(_ keyword: Keyword) -> Bool {
    guard at(keyword) else { return false }
    advance()
    return true
  }

  mutating func expect(_ symbol: Symbol, in place: Place = .other) throws(SyntaxError) {
    guard take(symbol) else { throw missing("'\(symbol.rawValue)'", in: place) }
  }

  mutating func expect(_ keyword: Keyword, in place: Place = .other) throws(SyntaxError) {
    guard take(keyword) else { throw missing("'\(keyword.rawValue)'", in: place) }
  }

  mutating func parseName(
    _ wanted: String = "a name", in place: Place = .other
  ) throws(SyntaxError) -> Name {
    guard case .name(let text) = current.kind else { throw missing(wanted, in: place) }
    defer { advance() }
    ids.name += 1
    return Name(id: ids.name, text: text, span: current.span)
  }

  mutating func skipNewlines() {
    while current.kind == .newline || at(.semicolon) { advance() }
  }

  func span(from start: Int) -> Span {
    Span(source: source.id, start: start, end: max(start, previousEnd))
  }

  // MARK: - Recovery

  /// Statements up to a closing brace or the end, which is left in place. A statement with an error
  /// is recorded and skipped.
  mutating func parseStatements(until end: Token.Kind) -> [Statement] {
    var statements: [Statement] = []
    skipNewlines()
    while current.kind != end && current.kind != .endOfFile {
      guard errors.count < Self.errorLimit, !isStopped() else {
        position = tokens.count - 1
        break
      }
      let start = position
      statementStart = start
      do throws(SyntaxError) {
        var statement = try parseStatement()
        statement.isSilenced = at(.semicolon)
        statements.append(statement)
        guard
          current.kind == .newline || at(.semicolon) || current.kind == end
            || current.kind == .endOfFile
        else { throw missingSeparator() }
      } catch {
        record(error)
        skipStatement(from: start)
      }
      skipNewlines()
    }
    return statements
  }

  /// Goes on behind the broken statement: at the next separator outside of brackets that opened in
  /// it. Always moves on.
  private mutating func skipStatement(from start: Int) {
    let stop = position
    var nesting = 0
    position = start
    while current.kind != .endOfFile {
      switch current.kind {
      case .symbol(.openBrace), .symbol(.openParenthesis), .symbol(.openBracket): nesting += 1
      case .symbol(.closeBrace), .symbol(.closeParenthesis), .symbol(.closeBracket):
        if nesting == 0 && position >= stop { return advanceUnlessBrace(start) }
        nesting -= 1
      case .newline, .symbol(.semicolon):
        if nesting <= 0 && position >= stop { return }
      default: break
      }
      advance()
    }
  }

  private mutating func advanceUnlessBrace(_ start: Int) {
    if !at(.closeBrace) || position == start { advance() }
  }

  mutating func record(_ error: SyntaxError) {
    if errors.count < Self.errorLimit { errors.append(error) }
  }

  /// Counts one more link of a chain that grows to the left.
  mutating func link() throws(SyntaxError) {
    links += 1
    if links > Self.chainLimit { throw .chainTooLong(current.span, limit: Self.chainLimit) }
  }

  /// Goes one level deeper; a call of `leave` with the result must follow.
  mutating func enter() throws(SyntaxError) -> Int {
    guard depth < Self.depthLimit else { throw .tooDeep(current.span, limit: Self.depthLimit) }
    depth += 1
    defer { links = 0 }
    return links
  }

  mutating func leave(_ linksOutside: Int) {
    depth -= 1
    links = max(links, linksOutside)
  }

  /// Runs `body` with trailing closures allowed or not.
  mutating func withTrailingClosures<T>(
    _ isAllowed: Bool, _ body: (inout Parser) throws(SyntaxError) -> T
  ) throws(SyntaxError) -> T {
    let before = allowsTrailingClosure
    allowsTrailingClosure = isAllowed
    defer { allowsTrailingClosure = before }
    return try body(&self)
  }
}

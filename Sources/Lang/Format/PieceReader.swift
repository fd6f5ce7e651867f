/// Joins the tokens and the comments of a text without errors to one sequence, gives each its role,
/// and decides where lines end.
///
/// Lines end where the author ended them, and besides around the statements of a block that is
/// written over several lines.
struct PieceReader {
  private let bytes: [UInt8]
  private let tokens: [Token]
  private var comments: ArraySlice<Span>
  private var pieces: [Piece] = []
  private var brackets = [Bracket()]
  /// The last piece that is no comment.
  private var last: Int?
  /// A newline or `;` has ended a statement since the last piece.
  private var endsStatement = true
  /// The token `in` behind the parameters of the closure that was opened last.
  private var closureIn: Int?

  /// What is open around a piece; the first one stands for the text itself.
  private struct Bracket {
    /// The piece that opened it.
    var opening: Int?
    /// The piece behind which its statements start: `{`, or `in` behind a closure's parameters.
    var lead: Int?
    /// `if`, `for`, `while` or `func` waits for its block.
    var awaitsBlock = false
  }

  init(_ source: Source, _ tokens: [Token], _ comments: [Span]) {
    bytes = source.bytes
    self.tokens = tokens
    self.comments = comments[...]
  }

  /// All pieces of the text, without semicolons that end nothing.
  mutating func read() -> [Piece] {
    pieces.reserveCapacity(tokens.count + comments.count)
    for (index, token) in tokens.enumerated() {
      addComments(before: token.span.start)
      switch token.kind {
      case .newline: endsStatement = true
      case .endOfFile: break
      case .symbol(.semicolon) where endsStatement && !keepsStatement(behind: index): break
      default: add(role(of: token.kind, at: index), token.span)
      }
    }
    return pieces
  }

  /// Whether a closure's first statement would become its parameters without a semicolon in front of
  /// it: `{; x in list }` asks whether the list has `x`.
  private func keepsStatement(behind index: Int) -> Bool {
    guard case .openClosure = lastRole else { return false }
    let next = tokens[index...].firstIndex { ![.newline, .symbol(.semicolon)].contains($0.kind) }
    return next.flatMap(endOfParameters) != nil
  }

  private mutating func addComments(before offset: Int) {
    while let comment = comments.first, comment.start < offset {
      comments.removeFirst()
      let before = endsStatement
      append(.comment, comment)
      endsStatement = before
    }
  }

  private mutating func add(_ role: Piece.Role, _ span: Span) {
    append(role, span)
    let index = pieces.count - 1
    follow(role, index)
    last = index
    switch role {
    case .semicolon, .openBlock, .openClosure, .closureIn: endsStatement = true
    default: endsStatement = false
    }
  }

  private mutating func append(_ role: Piece.Role, _ span: Span) {
    let before = pieces.last
    let end = before?.range.upperBound ?? 0
    let breaks = newlines(end..<span.start)
    let line = (before.map { $0.line + newlines($0.range) } ?? 0) + breaks
    pieces.append(
      Piece(
        role: role, range: span.start..<span.end, line: line, breaks: breaks,
        startsStatement: endsStatement))
  }

  private func newlines(_ range: Range<Int>) -> Int {
    bytes[range].reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
  }

  // MARK: - Brackets

  private mutating func follow(_ role: Piece.Role, _ index: Int) {
    let top = brackets.count - 1
    switch role {
    case .head: brackets[top].awaitsBlock = true
    case .open, .openClosure: brackets.append(Bracket(opening: index, lead: index))
    case .openBlock:
      brackets[top].awaitsBlock = false
      brackets.append(Bracket(opening: index, lead: index))
    case .closureIn: brackets[top].lead = index
    case .close, .closeBrace: close(brackets.removeLast(), index)
    default: break
    }
  }

  /// Sets the statements of a block over several lines apart from its braces, and brings the
  /// brackets around nothing together.
  private mutating func close(_ bracket: Bracket, _ index: Int) {
    guard let opening = bracket.opening, let lead = bracket.lead else { return }
    if lead == index - 1 {
      pieces[index].breaks = 0
    } else if case .closeBrace = pieces[index].role, pieces[opening].line < pieces[index].line {
      // A comment behind the brace stays there; it ends the line anyway.
      if !pieces[lead + 1].role.isComment { breakLine(before: lead + 1) }
      breakLine(before: index)
    }
  }

  private mutating func breakLine(before index: Int) {
    pieces[index].breaks = max(pieces[index].breaks, 1)
  }

  // MARK: - Roles

  private mutating func role(of kind: Token.Kind, at index: Int) -> Piece.Role {
    switch kind {
    case .keyword(let keyword): role(of: keyword, at: index)
    case .symbol(let symbol): role(of: symbol, at: index)
    default: .operand
    }
  }

  private mutating func role(of keyword: Keyword, at index: Int) -> Piece.Role {
    if case .dot = lastRole { return .operand }
    if tokens[index + 1].kind == .symbol(.colon) { return .operand }
    switch keyword {
    case .true, .false, .nil: return .operand
    case .if, .for, .while, .func: return .head
    case .else: return .else
    case .in where closureIn == index: return .closureIn
    default: return .keyword
    }
  }

  private mutating func role(of symbol: Symbol, at index: Int) -> Piece.Role {
    switch symbol {
    case .openParenthesis, .openBracket: return .open(isPostfix: followsValue)
    case .closeParenthesis, .closeBracket: return .close
    case .openBrace: return roleOfBrace(at: index)
    case .closeBrace: return .closeBrace
    case .minus: return followsValue ? .infix : .prefix
    case .spread: return followsValue ? .range : .prefix
    case .halfOpen: return .range
    case .dot: return .dot
    case .comma: return .comma
    case .colon: return .colon
    case .semicolon: return .semicolon
    default: return .infix
    }
  }

  private mutating func roleOfBrace(at index: Int) -> Piece.Role {
    if case .else = lastRole { return .openBlock }
    if brackets[brackets.count - 1].awaitsBlock, followsValue { return .openBlock }
    closureIn = endOfParameters(from: index + 1)
    return .openClosure
  }

  /// The `in` behind `a, b in`, or nil where no such thing stands.
  private func endOfParameters(from start: Int) -> Int? {
    var index = start
    while case .name = tokens[index].kind {
      switch tokens[index + 1].kind {
      case .keyword(.in): return index + 1
      case .symbol(.comma): index += 2
      default: return nil
      }
    }
    return nil
  }

  private var lastRole: Piece.Role? { last.map { pieces[$0].role } }

  private var followsValue: Bool { !endsStatement && lastRole?.endsValue == true }
}

extension Piece.Role {
  var isComment: Bool {
    if case .comment = self { true } else { false }
  }
}

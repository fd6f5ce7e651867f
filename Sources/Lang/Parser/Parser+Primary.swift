extension Parser {
  mutating func parsePrimary() throws(SyntaxError) -> Expression {
    let token = current
    switch token.kind {
    case .integer(let value): return literal(.integer(value))
    case .float(let value): return literal(.float(value))
    case .string(let segments):
      advance()
      return Expression(.string(try parseSegments(segments)), span: token.span)
    case .keyword(.true): return literal(.bool(true))
    case .keyword(.false): return literal(.bool(false))
    case .keyword(.nil): return literal(.nil)
    case .keyword(.if): return try parseIf()
    case .name:
      let name = try parseName()
      return Expression(.name(name), span: name.span)
    case .symbol(.openBracket): return try parseList()
    case .symbol(.openParenthesis): return try parseParenthesis()
    case .symbol(.openBrace): return try parseClosure()
    default: throw missing("an expression", in: .expression)
    }
  }

  private mutating func literal(_ kind: Expression.Kind) -> Expression {
    defer { advance() }
    return Expression(kind, span: current.span)
  }

  private mutating func parseSegments(
    _ segments: [Token.Segment]
  ) throws(SyntaxError) -> [StringPiece] {
    var pieces: [StringPiece] = []
    for segment in segments {
      switch segment {
      case .text(let text): pieces.append(.text(text))
      case .tokens(let tokens): pieces.append(.expression(try parseInterpolation(tokens)))
      }
    }
    return pieces
  }

  /// The expression between `\(` and `)`, by a parser of its own that shares the identities.
  private mutating func parseInterpolation(_ tokens: [Token]) throws(SyntaxError) -> Expression {
    var inner = Parser(source, tokens: tokens, ids: ids)
    inner.depth = depth
    inner.links = links
    defer { links = max(links, inner.links) }
    let expression = try inner.parseExpression()
    for error in inner.errors { record(error) }
    guard inner.current.kind == .endOfFile else {
      throw inner.missing("')'", in: .elements)
    }
    ids = inner.ids
    return expression
  }

  private mutating func parseList() throws(SyntaxError) -> Expression {
    let start = current.span.start
    advance()
    let elements = try withTrailingClosures(true) { (parser) throws(SyntaxError) in
      var elements: [Expression] = []
      while !parser.at(.closeBracket) {
        elements.append(try parser.parseExpression())
        guard parser.take(.comma) else { break }
      }
      return elements
    }
    guard take(.closeBracket) else { throw missing("',' or ']'", in: .elements) }
    return Expression(.list(elements), span: span(from: start))
  }

  /// `(x)` is x; `()`, `(a: 1)`, `(...r)` are records.
  private mutating func parseParenthesis() throws(SyntaxError) -> Expression {
    let start = current.span.start
    let arguments = try parseArguments(in: .elements)
    if arguments.count == 1, case .positional(let inner) = arguments[0].kind {
      return Expression(inner.kind, span: span(from: start))
    }
    for argument in arguments {
      if case .positional = argument.kind { throw .unlabelledRecordElement(argument.span) }
    }
    return Expression(.record(arguments), span: span(from: start))
  }

  private mutating func parseIf() throws(SyntaxError) -> Expression {
    let outside = try enter()
    defer { leave(outside) }
    let start = current.span.start
    var branches: [IfBranch] = []
    var otherwise: Block?
    repeat {
      try expect(.if)
      let condition = try parseHead()
      branches.append(IfBranch(condition: condition, body: try parseBlock()))
      guard take(.else) else { break }
      if !at(.if) {
        otherwise = try parseBlock()
        break
      }
    } while true
    return Expression(.if(branches, otherwise: otherwise), span: span(from: start))
  }

  /// `{ x, y in body }` or `{ body }`.
  mutating func parseClosure() throws(SyntaxError) -> Expression {
    let start = current.span.start
    try expect(.openBrace)
    var parameters: [FunctionParameter] = []
    if closureHasParameters {
      repeat {
        parameters.append(FunctionParameter(name: try parseName(), defaultValue: nil))
      } while take(.comma)
      try expect(.in)
    }
    return try withTrailingClosures(true) { (parser) throws(SyntaxError) in
      let statements = parser.parseStatements(until: .symbol(.closeBrace))
      try parser.expect(.closeBrace)
      let body = Block(statements: statements, span: parser.span(from: start))
      parser.ids.function += 1
      let function = FunctionLiteral(
        id: parser.ids.function, parameters: parameters, body: body, name: nil)
      return Expression(.function(function), span: parser.span(from: start))
    }
  }

  /// Whether names, commas and `in` follow, as in `{ a, b in`.
  private var closureHasParameters: Bool {
    var i = position
    while case .name = tokens[i].kind {
      switch tokens[i + 1].kind {
      case .keyword(.in): return true
      case .symbol(.comma): i += 2
      default: return false
      }
    }
    return false
  }
}

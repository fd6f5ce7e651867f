extension Parser {
  mutating func parseStatement() throws(SyntaxError) -> Statement {
    let start = current.span.start
    let outside = try enter()
    defer { leave(outside) }
    let kind = try parseStatementKind()
    return Statement(kind, span: span(from: start))
  }

  private mutating func parseStatementKind() throws(SyntaxError) -> Statement.Kind {
    guard case .keyword(let keyword) = current.kind else { return try parseExpressionStatement() }
    switch keyword {
    case .let, .var:
      advance()
      let name = try parseName()
      try expect(.assign, in: .binding)
      return .binding(name, isMutable: keyword == .var, value: try parseExpression())
    case .func: return try parseFunction()
    case .return:
      advance()
      return .return(endsStatement ? nil : try parseExpression())
    case .for: return try parseFor()
    case .while:
      advance()
      let condition = try parseHead()
      return .while(condition, body: try parseBlock())
    case .break:
      advance()
      return .break
    case .continue:
      advance()
      return .continue
    case .import: return try parseImport()
    default: return try parseExpressionStatement()
    }
  }

  private var endsStatement: Bool {
    current.kind == .newline || current.kind == .endOfFile || at(.semicolon) || at(.closeBrace)
  }

  private mutating func parseExpressionStatement() throws(SyntaxError) -> Statement.Kind {
    let expression = try parseExpression()
    let operation: BinaryOperator?
    switch current.kind {
    case .symbol(.assign): operation = nil
    case .symbol(.addAssign): operation = .add
    case .symbol(.subtractAssign): operation = .subtract
    case .symbol(.multiplyAssign): operation = .multiply
    case .symbol(.divideAssign): operation = .divide
    default: return .expression(expression)
    }
    switch expression.kind {
    case .name(let name):
      advance()
      return .assignment(.name(name), operation, value: try parseExpression())
    case .field: throw .immutableTarget(expression.span, isField: true)
    case .index: throw .immutableTarget(expression.span, isField: false)
    default: throw .invalidTarget(expression.span)
    }
  }

  private mutating func parseFunction() throws(SyntaxError) -> Statement.Kind {
    advance()
    let name = try parseName("a function's name")
    try expect(.openParenthesis)
    var parameters: [FunctionParameter] = []
    while !at(.closeParenthesis) {
      let parameter = try parseName("a parameter")
      let value = take(.colon) ? try parseExpression() : nil
      parameters.append(FunctionParameter(name: parameter, defaultValue: value))
      guard take(.comma) else { break }
    }
    try expect(.closeParenthesis, in: .parameters)
    let body = try withTrailingClosures(true) { (parser) throws(SyntaxError) in
      try parser.parseBlock(in: .body)
    }
    ids.function += 1
    return .function(
      name, FunctionLiteral(id: ids.function, parameters: parameters, body: body, name: name.text))
  }

  private mutating func parseFor() throws(SyntaxError) -> Statement.Kind {
    advance()
    let name = try parseName("a loop variable", in: .loop)
    try expect(.in, in: .loop)
    let sequence = try parseHead()
    return .for(name, in: sequence, body: try parseBlock())
  }

  private mutating func parseImport() throws(SyntaxError) -> Statement.Kind {
    advance()
    guard case .string(let segments) = current.kind else {
      throw missing("a path in quotes", in: .importPath)
    }
    let pathSpan = current.span
    advance()
    var path = ""
    for segment in segments {
      guard case .text(let text) = segment else { throw .interpolatedPath(pathSpan) }
      path += text
    }
    guard case .name("as") = current.kind else { throw missing("'as'", in: .importName) }
    advance()
    return .import(path: path, pathSpan: pathSpan, alias: try parseName("a name for the module"))
  }

  /// The expression before a block: `{` ends it.
  mutating func parseHead() throws(SyntaxError) -> Expression {
    try withTrailingClosures(false) { (parser) throws(SyntaxError) in
      try parser.parseExpression()
    }
  }

  mutating func parseBlock(in place: Place = .block) throws(SyntaxError) -> Block {
    let start = current.span.start
    try expect(.openBrace, in: place)
    return try withTrailingClosures(true) { (parser) throws(SyntaxError) in
      let statements = parser.parseStatements(until: .symbol(.closeBrace))
      try parser.expect(.closeBrace)
      return Block(statements: statements, span: parser.span(from: start))
    }
  }
}

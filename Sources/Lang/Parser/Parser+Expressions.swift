extension Parser {
  mutating func parseExpression() throws(SyntaxError) -> Expression {
    let outside = try enter()
    defer { leave(outside) }
    return try parseOperand(.pipe)
  }

  /// Operands joined by operators that bind at least as tightly as `minimum`; see `Infix`.
  private mutating func parseOperand(_ minimum: Precedence) throws(SyntaxError) -> Expression {
    var left = try parsePrefix(minimum)
    while let infix = currentInfix, infix.precedence >= minimum {
      try link()
      let place = current.span
      advance()
      if infix.meaning == .notIn { advance() }
      left = try parseRight(of: infix, left, place)
      if infix.precedence.isChainless, currentInfix?.precedence == infix.precedence {
        throw .chained(current.span, first: place, isRange: infix.precedence == .range)
      }
    }
    return left
  }

  /// `not` and `-`, where the operators on their left bind no tighter than they do.
  private mutating func parsePrefix(_ minimum: Precedence) throws(SyntaxError) -> Expression {
    if at(.not) && minimum <= .not { return try parseUnary(.not, operand: .not) }
    if at(.minus) { return try parseUnary(.negate, operand: .unary) }
    return try parsePostfix()
  }

  private mutating func parseUnary(
    _ operation: UnaryOperator, operand precedence: Precedence
  ) throws(SyntaxError) -> Expression {
    let outside = try enter()
    defer { leave(outside) }
    let start = current.span.start
    advance()
    let operand = try parseOperand(precedence)
    return Expression(.unary(operation, operand), span: span(from: start))
  }

  private mutating func parseRight(
    of infix: Infix, _ left: Expression, _ place: Span
  ) throws(SyntaxError) -> Expression {
    if infix.meaning == .pipe { return try parsePipe(from: left) }
    let outside = try enter()
    defer { leave(outside) }
    let right = try parseOperand(infix.precedence.rightOperand)
    let span = left.span.joined(with: right.span)
    switch infix.meaning {
    case .pipe, .notIn:
      let contains = Expression(
        .binary(.contains, left, right, operatorSpan: place), span: span)
      return Expression(.unary(.not, contains), span: span)
    case .logical(let operation):
      return Expression(.logical(operation, left, right), span: span)
    case .range(let isClosed):
      return Expression(.range(left, right, isClosed: isClosed), span: span)
    case .binary(let operation):
      return Expression(.binary(operation, left, right, operatorSpan: place), span: span)
    }
  }

  /// `a |> f(b)` is `f(a, b)`, `a |> f` is `f(a)`.
  private mutating func parsePipe(from left: Expression) throws(SyntaxError) -> Expression {
    let right = try parsePostfix()
    let span = left.span.joined(with: right.span)
    let piped = Argument(.positional(left), span: left.span)
    switch right.kind {
    case .call(let callee, let arguments, isPiped: false):
      return Expression(
        .call(callee: callee, arguments: [piped] + arguments, isPiped: true), span: span)
    case .name, .field, .function:
      return Expression(.call(callee: right, arguments: [piped], isPiped: true), span: span)
    default: throw .pipeIntoValue(right.span)
    }
  }

  private var currentInfix: Infix? {
    if at(.not), tokens[position + 1].kind == .keyword(.in) {
      return Infix(.comparison, .notIn)
    }
    return Infix(current.kind)
  }

  // MARK: - Calls, elements, fields

  private mutating func parsePostfix() throws(SyntaxError) -> Expression {
    var expression = try parsePrimary()
    while true {
      let start = expression.span.start
      if startsPostfix(after: expression) { try link() } else { return expression }
      switch current.kind {
      case .symbol(.openParenthesis):
        let arguments = try parseArguments(in: .arguments)
        expression = Expression(
          .call(callee: expression, arguments: arguments, isPiped: false), span: span(from: start))
      case .symbol(.openBrace):
        expression = try appendClosure(to: expression)
      case .symbol(.openBracket):
        advance()
        let index = try withTrailingClosures(true) { (parser) throws(SyntaxError) in
          try parser.parseExpression()
        }
        try expect(.closeBracket)
        expression = Expression(.index(expression, index), span: span(from: start))
      case .symbol(.dot):
        advance()
        let field = try parseWord("a field's name")
        expression = Expression(.field(expression, field), span: span(from: start))
      default: return expression
      }
    }
  }

  private func startsPostfix(after expression: Expression) -> Bool {
    switch current.kind {
    case .symbol(.openParenthesis), .symbol(.openBracket), .symbol(.dot): true
    case .symbol(.openBrace): allowsTrailingClosure && expression.takesClosure
    default: false
    }
  }

  private mutating func appendClosure(to callee: Expression) throws(SyntaxError) -> Expression {
    let start = current.span.start
    let closure = try parseClosure()
    let argument = Argument(.positional(closure), span: span(from: start))
    let whole = callee.span.joined(with: closure.span)
    if case .call(let function, let arguments, let isPiped) = callee.kind {
      return Expression(
        .call(callee: function, arguments: arguments + [argument], isPiped: isPiped), span: whole)
    }
    return Expression(.call(callee: callee, arguments: [argument], isPiped: false), span: whole)
  }

  /// The arguments of a call, or what stands in other parentheses; both parentheses included.
  mutating func parseArguments(in place: Place) throws(SyntaxError) -> [Argument] {
    try expect(.openParenthesis)
    let arguments = try withTrailingClosures(true) { (parser) throws(SyntaxError) in
      var arguments: [Argument] = []
      var hasLabel = false
      while !parser.at(.closeParenthesis) {
        let argument = try parser.parseArgument()
        switch argument.kind {
        case .positional:
          if hasLabel { throw .positionalAfterLabel(argument.span) }
        case .labelled, .spread: hasLabel = true
        }
        arguments.append(argument)
        guard parser.take(.comma) else { break }
      }
      return arguments
    }
    guard take(.closeParenthesis) else { throw missing("',' or ')'", in: place) }
    return arguments
  }

  private mutating func parseArgument() throws(SyntaxError) -> Argument {
    let start = current.span.start
    if take(.spread) {
      let value = try parseExpression()
      return Argument(.spread(value), span: span(from: start))
    }
    if wordText != nil, tokens[position + 1].kind == .symbol(.colon) {
      let name = try parseWord("a label")
      advance()
      let value = try parseExpression()
      return Argument(.labelled(name, value), span: span(from: start))
    }
    let value = try parseExpression()
    return Argument(.positional(value), span: span(from: start))
  }

  /// A label or a field can be any word, keywords included: `for: data`, `run.for`.
  private mutating func parseWord(_ wanted: String) throws(SyntaxError) -> Name {
    guard let text = wordText else { throw missing(wanted, in: .field) }
    defer { advance() }
    ids.name += 1
    return Name(id: ids.name, text: text, span: current.span)
  }

  private var wordText: String? {
    switch current.kind {
    case .name(let text): text
    case .keyword(let keyword): keyword.rawValue
    default: nil
    }
  }
}

extension Expression {
  /// Whether `{` behind it is a trailing closure.
  fileprivate var takesClosure: Bool {
    switch kind {
    case .name, .field, .call: true
    default: false
    }
  }
}

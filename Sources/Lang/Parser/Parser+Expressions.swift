extension Parser {
  mutating func parseExpression() throws(SyntaxError) -> Expression {
    try nested { (parser) throws(SyntaxError) in try parser.parsePipe() }
  }

  /// `a |> f(b)` is `f(a, b)`, `a |> f` is `f(a)`.
  private mutating func parsePipe() throws(SyntaxError) -> Expression {
    var left = try parseBinary(.or)
    while at(.pipe) {
      advance()
      let right = try parsePostfix()
      let span = left.span.joined(with: right.span)
      let piped = Argument(.positional(left), span: left.span)
      switch right.kind {
      case .call(let callee, let arguments, isPiped: false):
        left = Expression(
          .call(callee: callee, arguments: [piped] + arguments, isPiped: true), span: span)
      case .name, .field, .function:
        left = Expression(.call(callee: right, arguments: [piped], isPiped: true), span: span)
      default: throw .pipeIntoValue(right.span)
      }
    }
    return left
  }

  /// The levels between pipe and unary minus, loosest first.
  private enum Level: Int {
    case or, and, not, comparison, range, sum, product, unary

    var tighter: Level { Level(rawValue: rawValue + 1) ?? .unary }
  }

  private mutating func parseBinary(_ level: Level) throws(SyntaxError) -> Expression {
    switch level {
    case .or: return try parseLogical(.or, .or, level)
    case .and: return try parseLogical(.and, .and, level)
    case .not: return try parseNot()
    case .comparison: return try parseComparison()
    case .range: return try parseRange()
    case .sum, .product: return try parseArithmetic(level)
    case .unary: return try parseUnary()
    }
  }

  private mutating func parseLogical(
    _ keyword: Keyword, _ operation: LogicalOperator, _ level: Level
  ) throws(SyntaxError) -> Expression {
    var left = try parseBinary(level.tighter)
    while take(keyword) {
      let right = try parseBinary(level.tighter)
      left = Expression(.logical(operation, left, right), span: left.span.joined(with: right.span))
    }
    return left
  }

  private mutating func parseNot() throws(SyntaxError) -> Expression {
    guard at(.not) else { return try parseComparison() }
    let start = current.span.start
    advance()
    let operand = try nested { (parser) throws(SyntaxError) in try parser.parseNot() }
    return Expression(.unary(.not, operand), span: span(from: start))
  }

  private mutating func parseComparison() throws(SyntaxError) -> Expression {
    let left = try parseRange()
    guard let (operation, isNegated, place) = takeComparison() else { return left }
    let right = try parseRange()
    let span = left.span.joined(with: right.span)
    if let second = comparison(at: current.kind), second != .contains || at(.in) {
      throw .chainedComparison(current.span, first: place)
    }
    let result = Expression(.binary(operation, left, right, operatorSpan: place), span: span)
    return isNegated ? Expression(.unary(.not, result), span: span) : result
  }

  private mutating func takeComparison() -> (BinaryOperator, isNegated: Bool, Span)? {
    let place = current.span
    if at(.not), tokens[position + 1].kind == .keyword(.in) {
      advance()
      advance()
      return (.contains, true, place)
    }
    guard let operation = comparison(at: current.kind) else { return nil }
    advance()
    return (operation, false, place)
  }

  private func comparison(at kind: Token.Kind) -> BinaryOperator? {
    switch kind {
    case .symbol(.equal): .equal
    case .symbol(.notEqual): .notEqual
    case .symbol(.less): .less
    case .symbol(.lessOrEqual): .lessOrEqual
    case .symbol(.greater): .greater
    case .symbol(.greaterOrEqual): .greaterOrEqual
    case .keyword(.in): .contains
    default: nil
    }
  }

  private mutating func parseRange() throws(SyntaxError) -> Expression {
    let left = try parseBinary(.sum)
    guard at(.halfOpen) || at(.spread) else { return left }
    let isClosed = at(.spread)
    advance()
    let right = try parseBinary(.sum)
    return Expression(
      .range(left, right, isClosed: isClosed), span: left.span.joined(with: right.span))
  }

  private mutating func parseArithmetic(_ level: Level) throws(SyntaxError) -> Expression {
    var left = try parseBinary(level.tighter)
    while let operation = arithmetic(level) {
      let place = current.span
      advance()
      let right = try parseBinary(level.tighter)
      left = Expression(
        .binary(operation, left, right, operatorSpan: place),
        span: left.span.joined(with: right.span))
    }
    return left
  }

  private func arithmetic(_ level: Level) -> BinaryOperator? {
    guard case .symbol(let symbol) = current.kind else { return nil }
    switch (level, symbol) {
    case (.sum, .plus): return .add
    case (.sum, .minus): return .subtract
    case (.product, .times): return .multiply
    case (.product, .divide): return .divide
    case (.product, .integerDivide): return .integerDivide
    case (.product, .remainder): return .remainder
    default: return nil
    }
  }

  private mutating func parseUnary() throws(SyntaxError) -> Expression {
    guard at(.minus) else { return try parsePower() }
    let start = current.span.start
    advance()
    let operand = try nested { (parser) throws(SyntaxError) in try parser.parseUnary() }
    return Expression(.unary(.negate, operand), span: span(from: start))
  }

  /// Binds tighter than a minus on its left, not than one on its right: -2 ** -1 is -(2 ** (-1)).
  private mutating func parsePower() throws(SyntaxError) -> Expression {
    let base = try parsePostfix()
    guard at(.power) else { return base }
    let place = current.span
    advance()
    let exponent = try nested { (parser) throws(SyntaxError) in try parser.parseUnary() }
    return Expression(
      .binary(.power, base, exponent, operatorSpan: place),
      span: base.span.joined(with: exponent.span))
  }

  // MARK: - Calls, elements, fields

  private mutating func parsePostfix() throws(SyntaxError) -> Expression {
    var expression = try parsePrimary()
    while true {
      let start = expression.span.start
      switch current.kind {
      case .symbol(.openParenthesis):
        let arguments = try parseArguments()
        expression = Expression(
          .call(callee: expression, arguments: arguments, isPiped: false), span: span(from: start))
      case .symbol(.openBrace) where allowsTrailingClosure && expression.takesClosure:
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
        let field = try parseName("a field's name")
        expression = Expression(.field(expression, field), span: span(from: start))
      default: return expression
      }
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

  /// The arguments of a call, both parentheses included.
  mutating func parseArguments() throws(SyntaxError) -> [Argument] {
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
    guard take(.closeParenthesis) else {
      throw .expected(wanted: "',' or ')'", found: current)
    }
    return arguments
  }

  private mutating func parseArgument() throws(SyntaxError) -> Argument {
    let start = current.span.start
    if take(.spread) {
      let value = try parseExpression()
      return Argument(.spread(value), span: span(from: start))
    }
    if let label = labelText, tokens[position + 1].kind == .symbol(.colon) {
      ids.name += 1
      let name = Name(id: ids.name, text: label, span: current.span)
      advance()
      advance()
      let value = try parseExpression()
      return Argument(.labelled(name, value), span: span(from: start))
    }
    let value = try parseExpression()
    return Argument(.positional(value), span: span(from: start))
  }

  /// A label can be any word, keywords included: `for: data`.
  private var labelText: String? {
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

/// What the parser was about when a token did not fit.
enum Place {
  /// Anything else.
  case other
  case expression
  /// Among the arguments of a call.
  case arguments
  /// Among the elements of a list, or in parentheses.
  case elements
  /// Among the parameters of a function.
  case parameters
  /// Before the body of `if`, `for`, `while`.
  case block
  /// Before the body of a function.
  case body
  /// Behind the name of `let` and `var`.
  case binding
  /// Behind `for`, or the loop variable.
  case loop
  /// Behind a dot.
  case field
  /// Behind a whole statement.
  case statementEnd
  case importPath
  case importName
}

extension Place {
  /// Whether a whole value stands before it.
  fileprivate var comesBehindValue: Bool {
    self == .arguments || self == .elements || self == .statementEnd
  }
}

extension Parser {
  /// That something else is needed before the current token.
  func missing(_ wanted: String, in place: Place = .other) -> SyntaxError {
    .expected(wanted: wanted, found: current, habit: habit(in: place))
  }

  /// That a statement ends before the current token.
  func missingSeparator() -> SyntaxError {
    .missingSeparator(found: current, habit: habit(in: .statementEnd))
  }

  /// The habit that explains why the current token does not fit; nil when none does for certain.
  private func habit(in place: Place) -> Habit? {
    if isAtComment || place.comesBehindValue && hasCommentBefore { return .comment }
    switch current.kind {
    case .symbol(let symbol):
      if let habit = habit(of: symbol, in: place) { return habit }
    case .keyword(.for) where place == .elements || place == .arguments: return .comprehension
    case .keyword(.if) where place.comesBehindValue: return .choice
    case .name(let name):
      if let habit = habit(ofName: name, in: place) { return habit }
    case .string where touchesBefore:
      if case .name(let name) = before, ["b", "f", "r", "u"].contains(name.lowercased()) {
        return .stringPrefix(name.lowercased())
      }
    default: break
    }
    switch place {
    case .statementEnd: return habitOfStatement
    case .block: return .block
    case .importName: return .importedPath
    default: return nil
    }
  }

  private func habit(of symbol: Symbol, in place: Place) -> Habit? {
    switch (symbol, before, place) {
    case (.assign, .symbol(.equal), _) where touchesBefore: .comparison("==")
    case (.assign, .symbol(.notEqual), _) where touchesBefore: .comparison("!=")
    case (.assign, _, _) where touchesAfter && after == .symbol(.greater): .closure
    case (.assign, .name(let name), .arguments), (.assign, .name(let name), .parameters):
      .label(name)
    case (.assign, _, .block), (.assign, _, .elements), (.assign, _, .arguments):
      .comparison("==")
    case (.greater, .symbol(.less), .expression) where touchesBefore: .comparison("!=")
    case (.greater, .symbol(.minus), .expression) where touchesBefore: .field
    case (.colon, _, .binding): .type
    case (.colon, _, .body): .block
    case (.colon, .name(let name), .statementEnd) where after == .symbol(.assign):
      .declaration(name)
    case (.colon, .name, .statementEnd), (.colon, .string, .statementEnd): .record
    case (.minus, _, .body) where touchesAfter && after == .symbol(.greater): .resultType
    case (.plus, .symbol(.plus), .expression) where touchesBefore: increment
    case (.dot, .symbol(.dot), .field): .range
    case (.dot, _, .expression): fraction
    case (.times, _, .expression) where opensArgument, (.power, _, .expression) where opensArgument:
      .spread
    case (.comma, _, .binding): .severalNames
    case (.comma, _, .loop): .severalVariables
    case (.openParenthesis, .keyword(.for), .loop): .loopParentheses
    default: nil
    }
  }

  private func habit(ofName name: String, in place: Place) -> Habit? {
    if place == .importPath { return .importedName(name) }
    if case .name("lambda") = before { return .closure }
    if let keyword = Keyword(rawValue: name.lowercased()) { return .letters(keyword) }
    let joins = ["catch", "elif", "elseif", "elsif", "except", "finally", "is", "do", "then"]
    return joins.contains(name) && (place == .block || place.comesBehindValue) ? .word(name) : nil
  }

  /// Of a statement that was taken to be one name: `def f(x)`, `print x`.
  private var habitOfStatement: Habit? {
    if current.kind == .newline { return nil }
    guard statementStart == position - 1, case .name(let name) = before else { return nil }
    if ForeignWords.inStatements[name] != nil { return .word(name) }
    switch current.kind {
    case .name, .string, .integer, .float: return .call(name)
    default: return nil
    }
  }

  private var increment: Habit? {
    guard position > 1, case .name(let name) = tokens[position - 2].kind else { return nil }
    return .increment(name)
  }

  private var fraction: Habit? {
    guard touchesAfter, position + 1 < tokens.count else { return nil }
    let next = tokens[position + 1]
    switch next.kind {
    case .integer, .float:
      let digits = source.bytes[next.span.start..<next.span.end]
      return .fraction(String(decoding: digits, as: UTF8.self))
    default: return nil
    }
  }

  private var opensArgument: Bool {
    before == .symbol(.openParenthesis) || before == .symbol(.comma)
  }

  // MARK: - Comments

  private var isAtComment: Bool {
    switch (before, current.kind, after) {
    case (_, .symbol(.integerDivide), _), (.symbol(.integerDivide), _, _): true
    case (.symbol(.divide), .symbol(.times), _), (.symbol(.divide), .symbol(.power), _):
      touchesBefore
    case (_, .symbol(.divide), .symbol(.times)), (_, .symbol(.divide), .symbol(.power)):
      touchesAfter
    default: false
    }
  }

  /// Whether `//` stands before the current token in its statement, most likely to begin a comment.
  private var hasCommentBefore: Bool {
    tokens[min(statementStart, position)..<position].contains {
      $0.kind == .symbol(.integerDivide)
    }
  }

  // MARK: - Neighbours

  private var before: Token.Kind? { position > 0 ? tokens[position - 1].kind : nil }
  private var after: Token.Kind? {
    position + 1 < tokens.count ? tokens[position + 1].kind : nil
  }
  private var touchesBefore: Bool {
    position > 0 && tokens[position - 1].span.end == current.span.start
  }
  private var touchesAfter: Bool {
    position + 1 < tokens.count && current.span.end == tokens[position + 1].span.start
  }
}

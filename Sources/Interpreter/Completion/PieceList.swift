import Lang

/// The pieces of the text in front of the cursor, and what they are parts of.
struct PieceList {
  let pieces: [TextPiece]
  /// The pieces behind which a statement ends at the end of a line.
  private let lastOfStatements: Set<Int>

  init(_ bytes: [UInt8], from start: Int) {
    var sources = SourceMap()
    let source = sources.add(name: "", bytes: Array(bytes[start...]))
    pieces = FrontEnd.pieces(of: source).map { piece in
      var piece = piece
      piece.range = (piece.range.lowerBound + start)..<(piece.range.upperBound + start)
      return piece
    }
    var lasts: Set<Int> = []
    var index = 0
    for token in FrontEnd.tokens(of: source) where token.kind == .newline {
      while index < pieces.count, pieces[index].range.lowerBound < token.span.start + start {
        index += 1
      }
      lasts.insert(index - 1)
    }
    lastOfStatements = lasts
  }

  /// The token at an index; nil for what is none, and beyond the ends.
  func token(_ index: Int) -> Token.Kind? {
    guard pieces.indices.contains(index), case .token(let token) = pieces[index].kind else {
      return nil
    }
    return token
  }

  func isKeyword(_ keyword: Keyword, at index: Int) -> Bool { token(index) == .keyword(keyword) }

  private func name(_ index: Int) -> String? {
    if case .name(let name)? = token(index) { name } else { nil }
  }

  // MARK: - Expressions

  /// The name, call or element that ends in front of a dot: `f(x)`, `a.b[0]`.
  func operand(endingBefore dot: Int) -> Range<Int>? {
    var start = dot
    var index = dot - 1
    while index >= 0 {
      switch token(index) {
      case .symbol(.closeParenthesis)?, .symbol(.closeBracket)?, .symbol(.closeBrace)?:
        guard let open = opening(of: index) else { return nil }
        start = open
        // What is called or indexed stands right before the bracket.
        guard canPrecede(open) else { return range(start, dot) }
        index = open - 1
      case .name?, .string?, .keyword?:
        start = index
        guard token(index - 1) == .symbol(.dot) else { return range(start, dot) }
        index -= 2
      default: return start < dot ? range(start, dot) : nil
      }
    }
    return start < dot ? range(start, dot) : nil
  }

  /// Whether what ends before a bracket goes on with it.
  private func canPrecede(_ open: Int) -> Bool {
    switch token(open - 1) {
    case .name?, .symbol(.closeParenthesis)?, .symbol(.closeBracket)?, .symbol(.closeBrace)?: true
    default: false
    }
  }

  /// The index of the bracket that the one at an index closes.
  private func opening(of close: Int) -> Int? {
    var depth = 0
    for index in stride(from: close, through: 0, by: -1) {
      switch token(index) {
      case .symbol(.closeParenthesis)?, .symbol(.closeBracket)?, .symbol(.closeBrace)?: depth += 1
      case .symbol(.openParenthesis)?, .symbol(.openBracket)?, .symbol(.openBrace)?:
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
    }
    return nil
  }

  /// What a pipe takes up: everything before it up to the start of the expression.
  func pipeline(endingBefore pipe: Int) -> Range<Int>? {
    var start = pipe
    var index = pipe - 1
    while index >= 0, !isBoundary(index), !lastOfStatements.contains(index) || start == pipe {
      switch token(index) {
      case .symbol(.closeParenthesis)?, .symbol(.closeBracket)?, .symbol(.closeBrace)?:
        guard let open = opening(of: index) else { return nil }
        index = open
      default: break
      }
      start = index
      index -= 1
    }
    return start < pipe ? range(start, pipe) : nil
  }

  /// Whether an expression cannot go on to the left of a piece.
  private func isBoundary(_ index: Int) -> Bool {
    switch token(index) {
    case .symbol(let symbol)?:
      let boundaries: [Symbol] = [
        .assign, .addAssign, .subtractAssign, .multiplyAssign, .divideAssign, .comma, .colon,
        .semicolon, .openParenthesis, .openBracket, .openBrace,
      ]
      return boundaries.contains(symbol)
    case .keyword(let keyword)?:
      return ![.true, .false, .nil, .and, .or, .not].contains(keyword)
    case nil: return true
    default: return false
    }
  }

  private func range(_ start: Int, _ end: Int) -> Range<Int> {
    pieces[start].range.lowerBound..<pieces[end - 1].range.upperBound
  }

  /// Where the last statement ends that is complete: behind it a new one begins.
  var endOfStatements: Int {
    var depth = 0
    var end = 0
    for index in pieces.indices {
      switch token(index) {
      case .symbol(.openParenthesis)?, .symbol(.openBracket)?, .symbol(.openBrace)?: depth += 1
      case .symbol(.closeParenthesis)?, .symbol(.closeBracket)?, .symbol(.closeBrace)?: depth -= 1
      case .symbol(.semicolon)? where depth == 0: end = pieces[index].range.upperBound
      default: break
      }
      if depth == 0, lastOfStatements.contains(index) { end = pieces[index].range.upperBound }
    }
    return end
  }

  // MARK: - Calls

  /// The call whose brackets are open in front of a piece, and whether its argument starts there.
  func openCall(before end: Int) -> (CompletionPlace.OpenCall?, isAlone: Bool) {
    var open: [Int] = []
    for index in 0..<end {
      switch token(index) {
      case .symbol(.openParenthesis)?, .symbol(.openBracket)?, .symbol(.openBrace)?:
        open.append(index)
      case .symbol(.closeParenthesis)?, .symbol(.closeBracket)?, .symbol(.closeBrace)?:
        _ = open.popLast()
      default: break
      }
    }
    guard var bracket = open.popLast() else { return (nil, false) }
    var isAlone = false
    let list = token(bracket) == .symbol(.openBracket) ? bracket : nil
    if let list {
      isAlone = token(end - 1) == .symbol(.comma) || end - 1 == list
      guard let outer = open.popLast() else { return (nil, false) }
      bracket = outer
    }
    guard token(bracket) == .symbol(.openParenthesis), let function = name(bracket - 1),
      token(bracket - 2) != .symbol(.dot), !isKeyword(.func, at: bracket - 2)
    else { return (nil, false) }
    var call = CompletionPlace.OpenCall(function: function)
    if token(bracket - 2) == .symbol(.pipe) { call.piped = pipeline(endingBefore: bracket - 2) }
    let last = arguments(from: bracket + 1, to: list ?? end, &call)
    if list == nil { isAlone = last == end } else if last != list { return (nil, false) }
    call.isInList = list != nil
    return (call, isAlone)
  }

  /// Takes the arguments apart.
  ///
  /// - Returns: where the value of the last one begins.
  private func arguments(
    from start: Int, to end: Int, _ call: inout CompletionPlace.OpenCall
  ) -> Int {
    var depth = 0
    var first = start
    for index in start..<max(start, end) {
      switch token(index) {
      case .symbol(.openParenthesis)?, .symbol(.openBracket)?, .symbol(.openBrace)?: depth += 1
      case .symbol(.closeParenthesis)?, .symbol(.closeBracket)?, .symbol(.closeBrace)?: depth -= 1
      case .symbol(.comma)? where depth == 0:
        let (label, value) = labelled(first)
        if value < index {
          call.arguments.append(.init(label: label, value: range(value, index)))
        }
        first = index + 1
      default: break
      }
    }
    let (label, value) = labelled(first)
    call.label = value <= end ? label : nil
    return min(value, end)
  }

  /// The label in front of an argument, and where its value begins.
  private func labelled(_ start: Int) -> (label: String?, value: Int) {
    guard token(start + 1) == .symbol(.colon) else { return (nil, start) }
    switch token(start) {
    case .name(let name)?: return (name, start + 2)
    case .keyword(let keyword)?: return (keyword.rawValue, start + 2)
    default: return (nil, start)
    }
  }

  // MARK: - Names of the text itself

  /// The names that the text declares, in their order.
  var declaredNames: [String] {
    pieces.indices.flatMap { index -> [String] in
      switch token(index) {
      case .keyword(.let)?, .keyword(.var)?, .keyword(.for)?: [name(index + 1)].compactMap { $0 }
      case .keyword(.func)?:
        [name(index + 1)].compactMap { $0 } + parameters(from: index + 3)
      case .symbol(.openBrace)?: closureParameters(from: index + 1)
      default: []
      }
    }
  }

  /// `x` and `y` of `{ x, y in`.
  private func closureParameters(from start: Int) -> [String] {
    var names: [String] = []
    var index = start
    while let name = name(index) {
      names.append(name)
      if isKeyword(.in, at: index + 1) { return names }
      guard token(index + 1) == .symbol(.comma) else { return [] }
      index += 2
    }
    return []
  }

  /// `x` and `y` of `func f(x, y: 2)`.
  private func parameters(from start: Int) -> [String] {
    var names: [String] = []
    var depth = 0
    var index = start
    while index < pieces.count {
      switch token(index) {
      case .symbol(.openParenthesis)?, .symbol(.openBracket)?, .symbol(.openBrace)?: depth += 1
      case .symbol(.closeParenthesis)?, .symbol(.closeBracket)?, .symbol(.closeBrace)?:
        if depth == 0 { return names }
        depth -= 1
      case .name(let name)? where depth == 0 && token(index - 1) != .symbol(.colon):
        names.append(name)
      default: break
      }
      index += 1
    }
    return names
  }
}

import Lang

/// Says how the characters of an entry are drawn while it is typed, whether it is whole or not.
struct Highlighter {
  /// The names that get a color of their own.
  var builtins: Set<String> = []

  /// A style for each byte of the text.
  ///
  /// - Parameter cursor: the byte at which the cursor stands; a bracket there or before it is marked
  ///   with its partner. Nil for none.
  func styles(of bytes: [UInt8], cursor: Int?) -> [TextStyle] {
    var result = Array(repeating: TextStyle.plain, count: bytes.count)
    guard let range = PromptEntry.codeRange(of: bytes) else {
      paintCommand(bytes, &result)
      return result
    }
    let code = codeStyles(of: Array(bytes[range]), cursor: cursor.map { $0 - range.lowerBound })
    result.replaceSubrange(range, with: code)
    fill(0..<range.lowerBound, .keyword, &result)
    if range.upperBound < bytes.count {
      let mark = bytes[range.upperBound...].firstIndex(of: UInt8(ascii: "!")) ?? range.upperBound
      fill(range.upperBound..<(mark + 1), .keyword, &result)
    }
    return result
  }

  private func codeStyles(of bytes: [UInt8], cursor: Int?) -> [TextStyle] {
    var result = Array(repeating: TextStyle.plain, count: bytes.count)
    var sources = SourceMap()
    var brackets: [Bracket] = []
    let pieces = FrontEnd.pieces(of: sources.add(name: "", bytes: bytes))
    for (index, piece) in pieces.enumerated() {
      paint(piece.kind, piece.range, &result, &brackets)
      guard index > 0, case .token(.name) = pieces[index - 1].kind else { continue }
      if case .token(.symbol(.colon)) = piece.kind {
        fill(pieces[index - 1].range, .label, &result)
      }
    }
    mark(brackets, cursor, &result)
    return result
  }

  // MARK: - Pieces

  private typealias Bracket = (symbol: Symbol, offset: Int)

  private func paint(
    _ kind: TextPiece.Kind, _ range: Range<Int>, _ styles: inout [TextStyle],
    _ brackets: inout [Bracket]
  ) {
    switch kind {
    case .comment: fill(range, .comment, &styles)
    case .openString: fill(range, .string, &styles)
    case .stray: fill(range, .wrong, &styles)
    case .token(let token): paint(token, range, &styles, &brackets)
    }
  }

  private func paint(
    _ token: Token.Kind, _ range: Range<Int>, _ styles: inout [TextStyle],
    _ brackets: inout [Bracket]
  ) {
    switch token {
    case .keyword: fill(range, .keyword, &styles)
    case .integer, .float: fill(range, .number, &styles)
    case .name(let name) where builtins.contains(name): fill(range, .builtin, &styles)
    case .symbol(let symbol): brackets.append((symbol, range.lowerBound))
    case .string(let segments):
      fill(range, .string, &styles)
      for case .tokens(let tokens) in segments {
        for token in tokens {
          let inner = token.span.start..<token.span.end
          fill(inner, .plain, &styles)
          paint(token.kind, inner, &styles, &brackets)
        }
      }
    default: break
    }
  }

  private func fill(_ range: Range<Int>, _ style: TextStyle, _ styles: inout [TextStyle]) {
    for index in range.clamped(to: 0..<styles.count) { styles[index] = style }
  }

  /// The first word of `:load x.mq`.
  private func paintCommand(_ bytes: [UInt8], _ styles: inout [TextStyle]) {
    guard let start = bytes.firstIndex(where: { $0 > UInt8(ascii: " ") }) else { return }
    let isWord = bytes[start] == UInt8(ascii: ":")
    let end = bytes[start...].firstIndex { $0 <= UInt8(ascii: " ") } ?? bytes.count
    fill(start..<(isWord ? end : start + 1), .keyword, &styles)
  }

  // MARK: - Brackets

  private func mark(_ brackets: [Bracket], _ cursor: Int?, _ styles: inout [TextStyle]) {
    var open: [Bracket] = []
    for bracket in brackets {
      switch bracket.symbol {
      case .openParenthesis, .openBracket, .openBrace: open.append(bracket)
      case .closeParenthesis, .closeBracket, .closeBrace:
        let partner = open.popLast()
        if let partner, partner.symbol.closing == bracket.symbol {
          let isMarked = cursor.map { [$0, $0 - 1] }?.contains {
            $0 == partner.offset || $0 == bracket.offset
          }
          if isMarked == true {
            styles[partner.offset] = .match
            styles[bracket.offset] = .match
          }
        } else {
          styles[bracket.offset] = .wrong
        }
      default: break
      }
    }
  }
}

extension Symbol {
  /// The bracket that closes this one.
  var closing: Symbol? {
    switch self {
    case .openParenthesis: .closeParenthesis
    case .openBracket: .closeBracket
    case .openBrace: .closeBrace
    default: nil
    }
  }
}

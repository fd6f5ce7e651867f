/// A piece of a text as an editor sees it while it is typed: broken text has tokens, too, and what
/// lies between them is a comment, a string without an end, or nothing of the language.
public struct TextPiece: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case token(Token.Kind)
    case comment
    /// A string whose closing quote is missing; it goes on to the end of the line, or of the text.
    case openString(isMultiline: Bool)
    /// Characters that the lexer takes for nothing.
    case stray
  }

  public var kind: Kind
  /// In bytes of the text.
  public var range: Range<Int>
}

extension FrontEnd {
  /// The pieces of a text in their order; blanks and the ends of statements are left out.
  public static func pieces(of source: Source) -> [TextPiece] {
    var result: [TextPiece] = []
    var end = 0
    for token in tokens(of: source) {
      appendGap(end..<token.span.start, of: source.bytes, to: &result)
      end = max(end, token.span.end)
      if token.kind == .newline || token.kind == .endOfFile { continue }
      result.append(TextPiece(kind: .token(token.kind), range: token.span.start..<token.span.end))
    }
    return result
  }

  /// What stands between two tokens.
  private static func appendGap(
    _ gap: Range<Int>, of bytes: [UInt8], to result: inout [TextPiece]
  ) {
    var start = gap.lowerBound
    while start < gap.upperBound {
      let rest = bytes[start..<gap.upperBound]
      let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")) ?? gap.upperBound
      var piece: (kind: TextPiece.Kind, end: Int)?
      switch bytes[start] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): break
      case UInt8(ascii: "#"): piece = (.comment, lineEnd)
      case UInt8(ascii: "\""):
        let isMultiline = rest.starts(with: "\"\"\"".utf8)
        piece = (.openString(isMultiline: isMultiline), isMultiline ? gap.upperBound : lineEnd)
      default:
        let end = rest.dropFirst().firstIndex { $0 <= UInt8(ascii: " ") }
        piece = (.stray, end ?? gap.upperBound)
      }
      if let piece {
        result.append(TextPiece(kind: piece.kind, range: start..<piece.end))
        start = piece.end
      } else {
        start += 1
      }
    }
  }
}

/// What the lexer rejects.
enum LexicalError: PhaseError {
  case invalidUTF8(Span, byte: UInt8)
  case unexpectedCharacter(Span, Unicode.Scalar)
  case unterminatedString(Span)
  case unterminatedInterpolation(Span)
  case tooDeep(Span, limit: Int)
  case unknownEscape(Span, String)
  case invalidScalar(Span)
  case invalidNumber(Span, String)
  case integerOverflow(Span)
  case floatOverflow(Span)
  case unclosed(Span, bracket: String)
  case unmatched(Span, bracket: String)
  case mismatched(Span, bracket: String, opening: Span, expected: String)

  var diagnostic: Diagnostic {
    switch self {
    case .invalidUTF8(let span, let byte):
      Diagnostic(
        code: "text.invalid_utf8", message: "the text is not valid UTF-8 at byte \(span.start)",
        primary: .init(span, "byte 0x\(String(byte, radix: 16)) belongs to no character"))
    case .unexpectedCharacter(let span, let scalar):
      Diagnostic(
        code: "text.character", message: "\(Self.description(scalar)) has no meaning here",
        primary: .init(span, "not part of the language"), help: Self.replacement(for: scalar))
    case .unterminatedString(let span):
      Diagnostic(
        code: "text.unterminated_string", message: "a string has no closing quote",
        primary: .init(span, "starts here"))
    case .unterminatedInterpolation(let span):
      Diagnostic(
        code: "text.unterminated_interpolation", message: "an interpolation has no closing ')'",
        primary: .init(span, "starts here"), notes: ["it ends on the line on which it starts"])
    case .tooDeep(let span, let limit):
      Diagnostic(
        code: "syntax.too_deep", message: "interpolations nest more than \(limit) levels deep",
        primary: .init(span))
    case .unknownEscape(let span, let text):
      Diagnostic(
        code: "text.escape", message: "unknown escape '\(text)' in a string",
        primary: .init(span), notes: [#"escapes are \n \t \r \0 \" \\ \u{...} and \(...)"#])
    case .invalidScalar(let span):
      Diagnostic(
        code: "text.scalar", message: "a '\\u{...}' names no Unicode character",
        primary: .init(span, "1 to 8 hexadecimal digits of a Unicode scalar are needed"))
    case .invalidNumber(let span, let text):
      Diagnostic(
        code: "number.invalid", message: "'\(text)' is not a number", primary: .init(span))
    case .integerOverflow(let span):
      Diagnostic(
        code: "number.too_large", message: "an integer does not fit into 64 bits",
        primary: .init(span, "at most 9223372036854775807"),
        help: "write it with '.0' to make it a float")
    case .floatOverflow(let span):
      Diagnostic(
        code: "number.too_large", message: "a float is too large",
        primary: .init(span, "at most 1.8e308"))
    case .unclosed(let span, let bracket):
      Diagnostic(
        code: "syntax.unclosed", message: "'\(bracket)' is never closed",
        primary: .init(span, "opened here"))
    case .unmatched(let span, let bracket):
      Diagnostic(
        code: "syntax.unmatched", message: "'\(bracket)' closes nothing", primary: .init(span))
    case .mismatched(let span, let bracket, let opening, let expected):
      Diagnostic(
        code: "syntax.mismatched", message: "'\(bracket)' stands where '\(expected)' must close",
        primary: .init(span), secondary: [.init(opening, "opened here")])
    }
  }

  /// The character in quotes, or its number where a terminal would not show it.
  private static func description(_ scalar: Unicode.Scalar) -> String {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "character U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    default: return "'\(scalar)'"
    }
  }

  private static func replacement(for scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "&": "write 'and'"
    case "|": "write 'or'; a pipe is '|>'"
    case "!": "write 'not'"
    case "^": "a power is written '**'"
    case "'", "\u{201C}", "\u{201D}", "\u{2018}", "\u{2019}":
      "strings stand in straight double quotes: \"...\""
    case "\u{A0}", "\u{3000}": "write a plain space"
    default: nil
    }
  }
}

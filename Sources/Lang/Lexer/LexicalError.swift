/// What the lexer rejects.
enum LexicalError: PhaseError {
  case invalidUTF8(Span, byte: UInt8)
  case unexpectedCharacter(Span, String)
  case unterminatedString(Span)
  case unknownEscape(Span, String)
  case invalidScalar(Span)
  case invalidNumber(Span, String)
  case integerOverflow(Span)
  case floatOverflow(Span)
  case unclosed(opening: Span, bracket: String, end: Span)
  case unmatched(Span, bracket: String)
  case mismatched(Span, bracket: String, opening: Span, expected: String)

  var diagnostic: Diagnostic {
    switch self {
    case .invalidUTF8(let span, let byte):
      Diagnostic(
        code: "text.invalid_utf8", message: "the text is not valid UTF-8 at byte \(span.start)",
        primary: .init(span, "byte 0x\(String(byte, radix: 16)) belongs to no character"))
    case .unexpectedCharacter(let span, let text):
      Diagnostic(
        code: "text.character", message: "'\(text)' has no meaning here",
        primary: .init(span, "not part of the language"), help: Self.replacement(for: text))
    case .unterminatedString(let span):
      Diagnostic(
        code: "text.unterminated_string", message: "a string has no closing quote",
        primary: .init(span, "starts here"))
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
    case .unclosed(let opening, let bracket, let end):
      Diagnostic(
        code: "syntax.unclosed", message: "'\(bracket)' is never closed",
        primary: .init(opening, "opened here"), secondary: [.init(end, "the text ends here")])
    case .unmatched(let span, let bracket):
      Diagnostic(
        code: "syntax.unmatched", message: "'\(bracket)' closes nothing", primary: .init(span))
    case .mismatched(let span, let bracket, let opening, let expected):
      Diagnostic(
        code: "syntax.mismatched", message: "'\(bracket)' stands where '\(expected)' must close",
        primary: .init(span), secondary: [.init(opening, "opened here")])
    }
  }

  private static func replacement(for text: String) -> String? {
    switch text {
    case "&": "write 'and'"
    case "|": "write 'or'; a pipe is '|>'"
    case "!": "write 'not'"
    case "^": "a power is written '**'"
    case "'", "\u{201C}", "\u{201D}", "\u{2018}", "\u{2019}":
      #"strings stand in straight double quotes: "...""#
    default: nil
    }
  }
}

/// What the lexer rejects.
enum LexicalError: PhaseError {
  case invalidUTF8(Span, byte: UInt8)
  /// A character that begins no token, or two that are one sign elsewhere.
  case unexpected(Span, String, isInComment: Bool)
  /// A string in quotes of other languages, with them.
  case foreignQuotes(Span, text: String)
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
    case .unexpected(let span, let text, let isInComment):
      Diagnostic(
        code: "text.character", message: "\(Self.description(text)) has no meaning here",
        primary: .init(span, "not part of the language"),
        help: isInComment ? "a comment begins with '#'" : Self.replacement(for: text))
    case .foreignQuotes(let span, let text):
      Diagnostic(
        code: "text.quotes", message: "a string stands in straight double quotes",
        primary: .init(span, "in other quotes"), help: Self.quoted(text))
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
        primary: .init(span), help: #"write '\\' for a backslash"#,
        notes: [#"escapes are \n \t \r \0 \" \\ \u{...} and \(...)"#])
    case .invalidScalar(let span):
      Diagnostic(
        code: "text.scalar", message: "a '\\u{...}' names no Unicode character",
        primary: .init(span, "1 to 8 hexadecimal digits of a Unicode scalar are needed"))
    case .invalidNumber(let span, let text):
      Diagnostic(
        code: "number.invalid", message: "'\(text)' is not a number", primary: .init(span),
        help: Self.decimal(text).map { "write '\($0)'" })
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

  /// The text in quotes, or the number of a character that a terminal would not show.
  private static func description(_ text: String) -> String {
    guard text.unicodeScalars.count == 1, let scalar = text.unicodeScalars.first else {
      return "'\(text)'"
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "character U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    default: return "'\(scalar)'"
    }
  }

  private static func replacement(for text: String) -> String? {
    switch text {
    case "&", "&&": "write 'and'"
    case "|": "write 'or'; a pipe is '|>'"
    case "||": "write 'or'"
    case "!": "write 'not'"
    case "?": "write if c { a } else { b }"
    case "^": "a power is written '**'"
    case "\\": "a line goes on behind an operator or ',', and within brackets"
    case "'", "`", "\u{201C}", "\u{201D}", "\u{201E}", "\u{2018}", "\u{2019}", "\u{201A}":
      "strings stand in straight double quotes: \"...\""
    case "\u{A0}", "\u{202F}", "\u{3000}": "write a plain space"
    case "\u{FEFF}": "save the text as UTF-8 without a byte order mark"
    default: lookalikes[text].map { "write '\($0)'" }
    }
  }

  /// Signs that look like ours, as they are typeset or typed on other keyboards.
  private static let lookalikes: [String: String] = [
    "\u{2212}": "-", "\u{2010}": "-", "\u{2011}": "-", "\u{2013}": "-", "\u{2014}": "-",
    "\u{D7}": "*", "\u{B7}": "*", "\u{F7}": "/", "\u{2264}": "<=", "\u{2265}": ">=",
    "\u{2260}": "!=", "\u{2026}": "...", "\u{FF08}": "(", "\u{FF09}": ")", "\u{FF0C}": ",",
    "\u{FF1A}": ":", "\u{FF1B}": ";", "\u{FF1D}": "=", "\u{3001}": ",",
  ]

  /// The string in our quotes, if it needs no change within them.
  private static func quoted(_ text: String) -> String {
    let inner = text.dropFirst().dropLast()
    guard inner.count <= 40, !inner.contains(where: { "\"\\".contains($0) }) else {
      return "write it as \"...\""
    }
    return "write \"\(inner)\""
  }

  /// The value of an integer in another base: `0xFF`.
  private static func decimal(_ text: String) -> Int? {
    let bases: [(prefix: String, radix: Int)] = [("0x", 16), ("0b", 2), ("0o", 8)]
    return bases.lazy.compactMap { base in
      text.lowercased().hasPrefix(base.prefix)
        ? Int(text.dropFirst(2).filter { $0 != "_" }, radix: base.radix) : nil
    }.first
  }
}

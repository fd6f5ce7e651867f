/// The one layout of a text.
///
/// Only white space and semicolons that end nothing change. Lines end where the author ended them:
/// there is no line width. Strings and comments are kept, and so is the meaning: the tree of the
/// result is compared with that of the text.
public struct Formatter: Sendable {
  public init() {}

  /// The text in its one layout. Formatting the result again changes nothing.
  ///
  /// - Throws: `Diagnostics` of a text that the lexer or the parser rejects.
  public func format(_ source: Source) throws(Diagnostics) -> String {
    let text = try FrontEnd.parse(source, keepsComments: true)
    var reader = PieceReader(source, text.tokens, text.comments)
    var layout = Layout(source, reader.read())
    let result = Source(id: source.id, name: source.name, bytes: layout.write())
    try check(result, against: text)
    return String(decoding: result.bytes, as: UTF8.self)
  }

  /// - Throws: when the result does not say the same as the text, or has lost a comment.
  func check(_ result: Source, against text: ParsedText) throws(Diagnostics) {
    let printer = SyntaxPrinter()
    guard let again = try? FrontEnd.parse(result, keepsComments: true),
      again.comments.count == text.comments.count,
      printer.print(again.program) == printer.print(text.program)
    else { throw Diagnostics([FormatError.changesMeaning(name: result.name).diagnostic]) }
  }
}

/// What must never happen to a text that is formatted.
enum FormatError: PhaseError {
  case changesMeaning(name: String)

  var diagnostic: Diagnostic {
    switch self {
    case .changesMeaning(let name):
      Diagnostic(
        code: "format.meaning", message: "the new layout of '\(name)' would mean something else",
        primary: nil, notes: ["this is an error in mqsh; the text is left as it is"])
    }
  }
}

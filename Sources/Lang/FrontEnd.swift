/// The whole front end: text to tokens to tree to resolved names. Each phase reports everything it
/// finds before the next one starts.
public struct FrontEnd: Sendable {
  private let builtins: [String: Int]
  private let isStopped: @Sendable () -> Bool

  /// - Parameters:
  ///   - builtins: the host's names, in the order of their indices.
  ///   - isStopped: asked now and then; once it is true, what is under way throws no diagnostics at
  ///     all, or some that do not matter.
  public init(builtins: [String], isStopped: @escaping @Sendable () -> Bool = { false }) {
    self.isStopped = isStopped
    self.builtins = Dictionary(
      builtins.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// What comes out of a text without errors.
  public struct Result: Sendable {
    public var program: Program
    public var resolution: Resolution
    /// The top-level names after the text.
    public var globals: Globals
  }

  /// - Parameters:
  ///   - globals: the session's names so far; empty for a file.
  ///   - isPrompt: whether a declaration may replace an older one of the same name.
  /// - Throws: `Diagnostics` of the first phase that found errors.
  public func process(
    _ source: Source, globals: Globals = Globals(), isPrompt: Bool = false
  ) throws(Diagnostics) -> Result {
    let analysis = try analyze(source, globals: globals, isPrompt: isPrompt)
    guard analysis.nameErrors.isEmpty else { throw Diagnostics(analysis.nameErrors) }
    return analysis.result
  }

  /// A text whose names may be wrong: wrong ones have no binding.
  public struct Analysis: Sendable {
    public var result: Result
    public var nameErrors: [Diagnostic]
  }

  /// As `process`, but goes on after wrong names, for those who have more to find.
  ///
  /// - Throws: `Diagnostics` of the lexer or the parser, without whose errors there is no tree.
  public func analyze(
    _ source: Source, globals: Globals = Globals(), isPrompt: Bool = false
  ) throws(Diagnostics) -> Analysis {
    let program = try Self.parse(source, until: isStopped).program
    var resolver = Resolver(builtins: builtins, globals: globals, isPrompt: isPrompt)
    let resolution = resolver.resolve(program, until: isStopped)
    if isStopped() { throw Diagnostics([]) }
    return Analysis(
      result: Result(program: program, resolution: resolution, globals: resolver.globals),
      nameErrors: resolver.errors.map(\.diagnostic))
  }

  /// Whether more lines could complete the text: a bracket or a `"""` is open, or the last line ends
  /// in an operator.
  public static func isIncomplete(_ source: Source) -> Bool {
    var lexer = Lexer(source)
    lexer.run()
    return lexer.isIncomplete
  }

  /// The tokens of a text, as far as they can be recognized: for colouring and completion.
  public static func tokens(of source: Source) -> [Token] {
    var lexer = Lexer(source)
    lexer.run()
    return lexer.tokens
  }

  /// The tree of a text without errors of its own, as nested lists; names are not resolved.
  ///
  /// - Throws: `Diagnostics` of the lexer or the parser.
  public func tree(of source: Source) throws(Diagnostics) -> String {
    SyntaxPrinter().print(try Self.parse(source).program)
  }

  /// - Parameter keepsComments: whether the comments are wanted, too.
  static func parse(
    _ source: Source, keepsComments: Bool = false,
    until isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws(Diagnostics) -> ParsedText {
    var lexer = Lexer(source, keepsComments: keepsComments)
    lexer.isStopped = isStopped
    lexer.run()
    try report(lexer.errors)
    var parser = Parser(source, tokens: lexer.tokens)
    parser.isStopped = isStopped
    let program = parser.parseProgram()
    try report(parser.errors)
    return ParsedText(program: program, tokens: lexer.tokens, comments: lexer.comments)
  }

  private static func report(_ errors: [some PhaseError]) throws(Diagnostics) {
    guard errors.isEmpty else { throw Diagnostics(errors.map(\.diagnostic)) }
  }
}

/// A text without errors of its own; names are not resolved.
struct ParsedText {
  var program: Program
  var tokens: [Token]
  var comments: [Span]
}

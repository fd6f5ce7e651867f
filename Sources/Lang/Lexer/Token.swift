/// The smallest pieces of a text.
public struct Token: Hashable, Sendable {
  public var kind: Kind
  public var span: Span

  public enum Kind: Hashable, Sendable {
    case name(String)
    case integer(Int)
    case float(Double)
    /// Text and interpolated tokens in turn.
    case string([Segment])
    case keyword(Keyword)
    case symbol(Symbol)
    /// Ends a statement; never emitted where the text goes on.
    case newline
    case endOfFile
  }

  public enum Segment: Hashable, Sendable {
    case text(String)
    /// The tokens between `\(` and `)`, closed by `endOfFile` at the bracket.
    case tokens([Token])
  }
}

public enum Keyword: String, Sendable, CaseIterable {
  case `let`, `var`, `func`, `return`, `if`, `else`, `for`, `in`, `while`, `break`, `continue`
  case `true`, `false`, `nil`, and, or, not, `import`
}

public enum Symbol: String, Sendable, CaseIterable {
  case spread = "..."
  case halfOpen = "..<"
  case power = "**"
  case integerDivide = "//"
  case equal = "=="
  case notEqual = "!="
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case pipe = "|>"
  case addAssign = "+="
  case subtractAssign = "-="
  case multiplyAssign = "*="
  case divideAssign = "/="
  case plus = "+"
  case minus = "-"
  case times = "*"
  case divide = "/"
  case remainder = "%"
  case less = "<"
  case greater = ">"
  case assign = "="
  case dot = "."
  case comma = ","
  case colon = ":"
  case semicolon = ";"
  case openParenthesis = "("
  case closeParenthesis = ")"
  case openBracket = "["
  case closeBracket = "]"
  case openBrace = "{"
  case closeBrace = "}"
}

extension Token.Kind {
  /// Whether a line that ends in this token goes on with the next one.
  var continuesLine: Bool {
    switch self {
    case .keyword(.and), .keyword(.or), .keyword(.not), .keyword(.in): true
    case .symbol(let symbol):
      switch symbol {
      case .semicolon, .closeParenthesis, .closeBracket, .closeBrace, .openBrace: false
      default: true
      }
    default: false
    }
  }

  /// How messages name the token.
  var description: String {
    switch self {
    case .name(let name): "name '\(name)'"
    case .integer, .float: "a number"
    case .string: "a string"
    case .keyword(let keyword): "'\(keyword.rawValue)'"
    case .symbol(let symbol): "'\(symbol.rawValue)'"
    case .newline: "the end of the line"
    case .endOfFile: "the end of the text"
    }
  }
}

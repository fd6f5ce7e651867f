// The syntax tree: what the parser makes and the resolver reads. It is immutable; what the resolver
// finds out is kept beside it, in `Resolution`, keyed by the identity of each name.

/// A whole file, or one entry typed at the prompt.
public struct Program: Sendable {
  public var source: SourceID
  public var statements: [Statement]

  public init(source: SourceID, statements: [Statement]) {
    self.source = source
    self.statements = statements
  }
}

/// An identifier at one place in the text.
public struct Name: Hashable, Sendable {
  /// Unique among all names of one `Program`; the key into `Resolution`.
  public var id: Int
  public var text: String
  public var span: Span

  public init(id: Int, text: String, span: Span) {
    self.id = id
    self.text = text
    self.span = span
  }
}

/// A statement with its place, which excludes the terminating newline or `;`.
public struct Statement: Sendable {
  public var kind: Kind
  public var span: Span
  /// True when a `;` follows; at the prompt it silences the echo of a value.
  public var isSilenced: Bool

  public init(_ kind: Kind, span: Span, isSilenced: Bool = false) {
    self.kind = kind
    self.span = span
    self.isSilenced = isSilenced
  }

  public indirect enum Kind: Sendable {
    /// `let name = value` or `var name = value`.
    case binding(Name, isMutable: Bool, value: Expression)
    /// `func name(parameters) { body }`; visible in its own body, and at the top level in the whole
    /// file, so that two functions can call each other.
    case function(Name, FunctionLiteral)
    /// `target = value`, or with an operator `target += value`.
    case assignment(AssignmentTarget, BinaryOperator?, value: Expression)
    case expression(Expression)
    case `return`(Expression?)
    case `for`(Name, in: Expression, body: Block)
    case `while`(Expression, body: Block)
    case `break`
    case `continue`
    /// `import "common.mq" as common`; the path is relative to the importing file.
    case `import`(path: String, pathSpan: Span, alias: Name)
  }
}

/// What may stand left of `=`: only a `var`. Values are immutable, so `r.lr = 1` is rejected by the
/// parser with a pointer to `with(r, lr: 1)`.
public enum AssignmentTarget: Sendable {
  case name(Name)
}

/// Statements in braces; its value is that of the last statement when that is an expression.
public struct Block: Sendable {
  public var statements: [Statement]
  public var span: Span

  public init(statements: [Statement], span: Span) {
    self.statements = statements
    self.span = span
  }
}

/// A named function's or a closure's parameters and body.
public struct FunctionLiteral: Sendable {
  /// Unique among all functions of one `Program`; the key into `Resolution.functions`.
  public var id: Int
  public var parameters: [FunctionParameter]
  public var body: Block
  /// Nil for a closure.
  public var name: String?

  public init(id: Int, parameters: [FunctionParameter], body: Block, name: String?) {
    self.id = id
    self.parameters = parameters
    self.body = body
    self.name = name
  }
}

/// A parameter: every one can be given by position or by its name as a label.
public struct FunctionParameter: Sendable {
  public var name: Name
  /// Evaluated at each call that leaves the argument out, in the scope of the function.
  public var defaultValue: Expression?

  public init(name: Name, defaultValue: Expression?) {
    self.name = name
    self.defaultValue = defaultValue
  }
}

public struct Expression: Sendable {
  public var kind: Kind
  public var span: Span

  public init(_ kind: Kind, span: Span) {
    self.kind = kind
    self.span = span
  }

  public indirect enum Kind: Sendable {
    case `nil`
    case bool(Bool)
    case integer(Int)
    case float(Double)
    /// Alternating text and interpolated expressions; plain text is one `.text` piece.
    case string([StringPiece])
    case name(Name)
    case list([Expression])
    /// `(lr: 0.1, ...base)`; `()` is the empty record. `(x)` is just `x`.
    case record([Argument])
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression, operatorSpan: Span)
    /// Short-circuiting `and` / `or`.
    case logical(LogicalOperator, Expression, Expression)
    /// `a..<b` and `a...b`.
    case range(Expression, Expression, isClosed: Bool)
    /// A call; a trailing closure is the last argument, without a label. A pipe `a |> f(b)` is
    /// `f(a, b)` with `isPiped` set, so that diagnostics can speak of the pipe.
    case call(callee: Expression, arguments: [Argument], isPiped: Bool)
    case index(Expression, Expression)
    /// `base.field`.
    case field(Expression, Name)
    /// A closure `{ x, y in body }` or `{ body }`.
    case function(FunctionLiteral)
    /// `if c { } else { }`; without an else branch the value is nil when `c` is false.
    case `if`([IfBranch], otherwise: Block?)
  }
}

public enum StringPiece: Sendable {
  case text(String)
  case expression(Expression)
}

/// One `if` or `else if` with its condition.
public struct IfBranch: Sendable {
  public var condition: Expression
  public var body: Block

  public init(condition: Expression, body: Block) {
    self.condition = condition
    self.body = body
  }
}

/// One argument of a call, or one element of a record: they are written alike.
public struct Argument: Sendable {
  public var kind: Kind
  public var span: Span

  public init(_ kind: Kind, span: Span) {
    self.kind = kind
    self.span = span
  }

  public enum Kind: Sendable {
    case positional(Expression)
    case labelled(Name, Expression)
    /// `...record`: its fields become labelled arguments.
    case spread(Expression)
  }
}

public enum UnaryOperator: String, Sendable, CaseIterable {
  case negate = "-"
  case not = "not"
}

public enum LogicalOperator: String, Sendable, CaseIterable {
  case and
  case or
}

public enum BinaryOperator: String, Sendable, CaseIterable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case integerDivide = "//"
  case remainder = "%"
  case power = "**"
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contains = "in"
}

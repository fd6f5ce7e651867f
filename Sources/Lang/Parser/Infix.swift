/// How tightly operators bind, loosest first. Those of one level join from the left, save `**`, and
/// save comparisons and ranges, which do not chain.
enum Precedence: Int, Comparable {
  case pipe, or, and, not, comparison, range, sum, product, unary, power

  static func < (left: Precedence, right: Precedence) -> Bool { left.rawValue < right.rawValue }

  var isChainless: Bool { self == .comparison || self == .range }

  /// The loosest operators in what stands right of one of these: tighter ones, except that `**` takes
  /// a minus and another `**`: 2 ** -1, and 2 ** 3 ** 2 is 2 ** (3 ** 2).
  var rightOperand: Precedence {
    self == .power ? .unary : Precedence(rawValue: rawValue + 1) ?? .power
  }
}

/// An operator between two operands: a row of the precedence table.
struct Infix {
  let precedence: Precedence
  let meaning: Meaning

  enum Meaning: Equatable {
    case pipe
    case logical(LogicalOperator)
    case binary(BinaryOperator)
    case range(isClosed: Bool)
    /// `a not in b`, two tokens.
    case notIn
  }

  init(_ precedence: Precedence, _ meaning: Meaning) {
    self.precedence = precedence
    self.meaning = meaning
  }

  /// Nil for a token that is no such operator.
  init?(_ kind: Token.Kind) {
    switch kind {
    case .keyword(.or): self.init(.or, .logical(.or))
    case .keyword(.and): self.init(.and, .logical(.and))
    case .keyword(.in): self.init(.comparison, .binary(.contains))
    case .symbol(let symbol): self.init(symbol)
    default: return nil
    }
  }

  private init?(_ symbol: Symbol) {
    switch symbol {
    case .pipe: self.init(.pipe, .pipe)
    case .equal: self.init(.comparison, .binary(.equal))
    case .notEqual: self.init(.comparison, .binary(.notEqual))
    case .less: self.init(.comparison, .binary(.less))
    case .lessOrEqual: self.init(.comparison, .binary(.lessOrEqual))
    case .greater: self.init(.comparison, .binary(.greater))
    case .greaterOrEqual: self.init(.comparison, .binary(.greaterOrEqual))
    case .halfOpen: self.init(.range, .range(isClosed: false))
    case .spread: self.init(.range, .range(isClosed: true))
    case .plus: self.init(.sum, .binary(.add))
    case .minus: self.init(.sum, .binary(.subtract))
    case .times: self.init(.product, .binary(.multiply))
    case .divide: self.init(.product, .binary(.divide))
    case .integerDivide: self.init(.product, .binary(.integerDivide))
    case .remainder: self.init(.product, .binary(.remainder))
    case .power: self.init(.power, .binary(.power))
    default: return nil
    }
  }
}

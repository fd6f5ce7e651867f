/// A token or a comment, with what the formatter knows about its place.
struct Piece {
  var role: Role
  /// Its bytes in the text.
  var range: Range<Int>
  /// The line of the text on which it starts, from 0.
  var line: Int
  /// Newlines between it and the piece before it.
  var breaks: Int
  /// A newline or `;` in front of it ended a statement.
  var startsStatement: Bool

  /// What decides about the space around a piece and the indentation behind it.
  enum Role {
    /// A name, a literal, or a keyword that stands as a field or a label.
    case operand
    case keyword
    /// `if`, `for`, `while` and `func`: the next block is theirs.
    case head
    case `else`
    /// The `in` behind a closure's parameters.
    case closureIn
    /// `-` of a negative value, `...` of a spread.
    case prefix
    case infix
    /// `..<` and `...` between two bounds.
    case range
    case dot, comma, colon, semicolon
    /// `(` and `[`; behind a value they call it or take an element of it.
    case open(isPostfix: Bool)
    case close
    /// `{` of a statement's body, and of a closure.
    case openBlock, openClosure
    case closeBrace
    case comment
  }
}

extension Piece.Role {
  /// Whether a value ends here, so that `-` subtracts and `(` calls.
  var endsValue: Bool {
    switch self {
    case .operand, .close, .closeBrace: true
    default: false
    }
  }

  /// Whether one space stands between two pieces of a line.
  static func isSpaced(_ left: Piece.Role, _ right: Piece.Role) -> Bool {
    switch (left, right) {
    case (.open, _), (.dot, _), (.prefix, _), (.range, _): false
    case (_, .close), (_, .dot), (_, .range), (_, .comma), (_, .colon), (_, .semicolon): false
    case (_, .open(isPostfix: true)): false
    case (.openBlock, .closeBrace), (.openClosure, .closeBrace): false
    default: true
    }
  }
}

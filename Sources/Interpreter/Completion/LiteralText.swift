import Lang

extension Expression {
  /// A literal as it is written; dots for other expressions. For listings.
  var literalText: String {
    switch kind {
    case .nil: "nil"
    case .integer(let value): String(value)
    case .float(let value): Display.number(value)
    case .bool(let value): String(value)
    case .unary(.negate, let inner): "-" + inner.literalText
    case .string(let pieces): pieces.literalText ?? "..."
    default: "..."
    }
  }
}

extension [StringPiece] {
  /// A string without interpolations, with its quotes.
  fileprivate var literalText: String? {
    guard count <= 1 else { return nil }
    guard case .text(let text)? = first else { return isEmpty ? "\"\"" : nil }
    return Display.inline(.text(text))
  }
}

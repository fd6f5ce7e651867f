extension Value: Equatable {
  /// Equality of content; values of unlike types are unequal, but 1 == 1.0.
  public static func == (a: Value, b: Value) -> Bool {
    switch (a, b) {
    case (.nil, .nil), (.missing, .missing): true
    case (.bool(let a), .bool(let b)): a == b
    case (.int(let a), .int(let b)): a == b
    case (.float(let a), .float(let b)): a == b
    case (.int(let a), .float(let b)), (.float(let b), .int(let a)): compare(a, b) == 0
    case (.string(let a), .string(let b)): a == b
    case (.list(let a), .list(let b)): a === b || a.elements == b.elements
    case (.range(let a), .range(let b)): a.lower == b.lower && a.upper == b.upper
    case (.record(let a), .record(let b)): a === b || (a.labels == b.labels && a.values == b.values)
    case (.function(let a), .function(let b)): a === b
    case (.builtin(let a), .builtin(let b)): a.builtin.name == b.builtin.name
    case (.host(let a), .host(let b)): a === b || a.value.isEqual(to: b.value)
    default: false
    }
  }

  /// Whether nothing was given, without comparing contents.
  var isMissing: Bool { if case .missing = self { true } else { false } }

  /// Negative, zero or positive as a is less than, equal to or greater than b; nil for NaN.
  ///
  /// Exact also beyond 2^53, where an int does not fit a float.
  static func compare(_ a: Int, _ b: Double) -> Int? {
    if b.isNaN { return nil }
    if b >= 0x1p63 { return -1 }
    if b < -0x1p63 { return 1 }
    let whole = Int(b.rounded(.towardZero))
    if a != whole { return a < whole ? -1 : 1 }
    let rest = b - b.rounded(.towardZero)
    return rest > 0 ? -1 : rest < 0 ? 1 : 0
  }
}

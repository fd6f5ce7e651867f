import Lang
import QuantRuntime

/// Orders values by keys, equal ones as they were. NaN and nil come last in either direction: they have
/// no order, and a sort needs one.
struct SortOrder {
  let descending: Bool
  private let interruption: Interruption

  init(descending: Bool, _ interruption: Interruption) {
    self.descending = descending
    self.interruption = interruption
  }

  /// The places of keys, from the one that comes first.
  ///
  /// - Throws: `ValueError.operands` for keys that cannot be compared, `Interrupted`.
  func places(_ keys: [Value]) throws -> [Int] {
    // Keys of one kind, as most are, are taken out of their values once and not at each comparison.
    if let ints = Self.all(keys, { if case .int(let x) = $0 { x } else { nil } }) {
      return try places(of: ints)
    }
    if let floats = Self.all(keys, { if case .float(let x) = $0, !x.isNaN { x } else { nil } }) {
      return try places(of: floats)
    }
    if let texts = Self.all(keys, { if case .string(let x) = $0 { x.value } else { nil } }) {
      return try places(of: texts)
    }
    return try keys.indices.sorted { a, b in
      try interruption.check()
      let isLast = (keys[a].hasNoOrder, keys[b].hasNoOrder)
      if isLast.0 || isLast.1 { return isLast.0 == isLast.1 ? a < b : isLast.1 }
      let order = try Arithmetic.order(.less, keys[a], keys[b]) ?? 0
      return order == 0 ? a < b : (order < 0) != descending
    }
  }

  private func places<Key: Comparable>(of keys: [Key]) throws -> [Int] {
    try zip(keys, keys.indices)
      .sorted { (a: (key: Key, place: Int), b: (key: Key, place: Int)) in
        try interruption.check()
        if a.key == b.key { return a.place < b.place }
        return (a.key < b.key) != descending
      }
      .map(\.1)
  }

  /// What all values hold; nil when one holds something else.
  private static func all<Key>(_ values: [Value], _ key: (Value) -> Key?) -> [Key]? {
    var keys: [Key] = []
    for value in values {
      guard let key = key(value) else { return nil }
      keys.append(key)
    }
    return keys
  }
}

extension Value {
  fileprivate var hasNoOrder: Bool {
    switch self {
    case .nil: true
    case .float(let x): x.isNaN
    default: false
    }
  }
}

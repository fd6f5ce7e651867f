/// Values by the identities that the parser counts up from 1: a dictionary that is an array.
public struct IdentityTable<Value> {
  private var values: [Value?] = []

  public init() {}

  /// Nil where nothing was set.
  public subscript(identity: Int) -> Value? {
    get { values.indices.contains(identity) ? values[identity] : nil }
    set {
      while values.count <= identity { values.append(nil) }
      values[identity] = newValue
    }
  }

  /// What was set, in the order of the identities.
  public var all: [(identity: Int, value: Value)] {
    values.enumerated().compactMap { identity, value in value.map { (identity, $0) } }
  }

  func mapValues<Other>(_ transform: (Value) -> Other) -> IdentityTable<Other> {
    var result = IdentityTable<Other>()
    result.values = values.map { $0.map(transform) }
    return result
  }
}

extension IdentityTable: Sendable where Value: Sendable {}

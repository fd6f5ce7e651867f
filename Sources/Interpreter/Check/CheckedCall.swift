/// One call of a builtin before anything runs: what is known of each argument.
struct CheckedCall: Sendable {
  let builtin: Builtin
  /// For each parameter; that of one that was left out is its default.
  let types: [StaticType]

  /// - Precondition: the builtin declares the parameter.
  subscript(name: String) -> StaticType {
    guard let index = builtin.parameters.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("'\(builtin.name)' declares no parameter '\(name)'")
    }
    return types[index]
  }

  /// The argument, where it is known; a default counts.
  func constant(_ name: String) -> Value? { self[name].constant }

  /// The host value of an argument, where it is known.
  func host<T: HostValue>(_ name: String, as type: T.Type) -> T? {
    guard case .host(let box)? = constant(name) else { return nil }
    return box.value as? T
  }

  /// Whether there is a value other than nil; nil where that is not certain.
  func isGiven(_ name: String) -> Bool? { self[name].name.map { $0 != "nil" && $0 != "nothing" } }

  /// An error in the builtin's own words.
  func failure(_ code: String, _ message: String, help: String? = nil) -> any Error {
    ValueError.builtin(code: code, message: message, help: help)
  }
}

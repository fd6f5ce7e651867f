import Lang

/// `x += y` where x is a variable: a text or a list that only the variable sees grows where it is.
///
/// Values never change as far as a script can tell. Without this a loop that builds a list would copy
/// it at each turn; a second owner, such as another variable or a `for` that goes through the list,
/// still makes a copy.
enum InPlace {
  /// - Throws: as `Arithmetic.apply`; the variable then keeps its value.
  static func add(_ addend: Registers, to variable: Registers) throws {
    switch (variable.pointee.kind, addend.pointee.kind) {
    case (.string, .string) where variable.isSoleOwner(of: Text.self):
      // Also a variable that is added to itself.
      let larger = try variable.object(Text.self)._withUnsafeGuaranteedRef { text in
        try addend.object(Text.self)._withUnsafeGuaranteedRef { try text.appending($0) }
      }
      if let larger { variable.pointee = .string(larger) }
    case (.list, .list) where variable != addend && variable.isSoleOwner(of: List.self):
      try variable.object(List.self)._withUnsafeGuaranteedRef { list in
        try addend.object(List.self)._withUnsafeGuaranteedRef { try list.append(contentsOf: $0) }
      }
    default:
      variable.pointee = try Arithmetic.apply(.add, variable.pointee, addend.pointee)
    }
  }

  /// Adds a list of the given elements.
  ///
  /// - Throws: as `add`.
  static func append(_ elements: UnsafeBufferPointer<Value>, to variable: Registers) throws {
    if elements.count == 1, case .list = variable.pointee, variable.isSoleOwner(of: List.self) {
      return try variable.object(List.self)._withUnsafeGuaranteedRef { try $0.append(elements[0]) }
    }
    let addend = try Value.list(Array(elements))
    variable.pointee = try Arithmetic.apply(.add, variable.pointee, addend)
  }
}

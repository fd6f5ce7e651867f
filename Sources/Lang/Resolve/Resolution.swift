/// Where each name of a program lives; what the resolver finds out and the interpreter compiles from.
public struct Resolution: Sendable {
  /// Indexed by `Name.id`: the binding of every name that is read, written or declared. Field names
  /// and labels have none.
  public var bindings: IdentityTable<Binding>
  /// Indexed by `FunctionLiteral.id`.
  public var functions: IdentityTable<FunctionLayout>
  /// Local slots that the top level itself needs (loop variables, names of inner blocks).
  public var topLevelSlotCount: Int

  public init(
    bindings: IdentityTable<Binding> = IdentityTable(),
    functions: IdentityTable<FunctionLayout> = IdentityTable(),
    topLevelSlotCount: Int = 0
  ) {
    self.bindings = bindings
    self.functions = functions
    self.topLevelSlotCount = topLevelSlotCount
  }
}

public enum Binding: Hashable, Sendable {
  /// A slot of the running function's frame. `isBoxed` is set when an inner function captures the
  /// variable and somebody assigns to it after its declaration: then the slot holds a shared box.
  case local(slot: Int, isBoxed: Bool)
  /// The n-th captured variable of the running closure.
  case captured(index: Int, isBoxed: Bool)
  /// A name of the file's or the session's top level.
  case global(slot: Int)
  /// A name of the host's table, by its index in the list given to the resolver.
  case builtin(index: Int)
}

/// The frame of one function: how many slots it needs and what it takes from the outside.
public struct FunctionLayout: Sendable {
  /// Parameters take the first slots, in order.
  public var slotCount: Int
  /// For each captured variable, where the *enclosing* function finds it when the closure is made.
  public var captures: [Binding]

  public init(slotCount: Int, captures: [Binding]) {
    self.slotCount = slotCount
    self.captures = captures
  }
}

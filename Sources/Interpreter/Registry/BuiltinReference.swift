/// A built-in function as a value, with what its calls need at hand: reading that from `Builtin` would
/// copy descriptions that only help shows.
public final class BuiltinReference: @unchecked Sendable {
  let builtin: Builtin
  let binder: ArgumentBinder
  let body: @Sendable (Call) throws -> Value
  /// Of parameters.
  let count: Int
  let names: UnsafeMutablePointer<String>
  /// The arguments that can be seen to fit without reading more than their kind.
  private let takes: UnsafeMutablePointer<ValueKinds>
  private let defaults: Registers

  init(_ builtin: Builtin) {
    self.builtin = builtin
    binder = builtin.binder
    body = builtin.body
    count = builtin.parameters.count
    names = .allocate(capacity: count)
    takes = .allocate(capacity: count)
    defaults = .allocate(capacity: count)
    for (index, parameter) in builtin.parameters.enumerated() {
      (names + index).initialize(to: parameter.name)
      (takes + index).initialize(to: parameter.type.taken.asTheyAre)
      (defaults + index).initialize(to: parameter.defaultValue ?? .nil)
    }
  }

  deinit {
    names.deinitialize(count: count).deallocate()
    takes.deinitialize(count: count).deallocate()
    defaults.deinitialize(count: count).deallocate()
  }

  /// As `Builtin.bind`, for arguments whose places are known. They may already be in their places.
  func place(_ arguments: Registers, _ plan: CallPlan, in window: Registers) throws {
    for index in 0..<count {
      let source = index < plan.givenInOrder ? index : plan.sources[index]
      if source >= 0 {
        if window != arguments { (window + index).set(arguments + source) }
        if !takes[index].contains(window[index].kind) {
          window[index] = try check(window[index], index)
        }
      } else if index == plan.collector {
        window[index] = .record(try plan.collected(arguments))
      } else {
        (window + index).set(defaults + index)
      }
    }
  }

  @inline(never)
  private func check(_ value: Value, _ index: Int) throws -> Value {
    let parameter = builtin.parameters[index]
    return try builtin.check(value, parameter, parameter.type)
  }
}

/// A built-in function as a value, with what its calls need at hand: reading that from `Builtin` would
/// copy descriptions that only help shows.
public final class BuiltinReference: @unchecked Sendable {
  let builtin: Builtin
  let binder: ArgumentBinder
  let body: @Sendable (Call) throws -> Value
  /// Of parameters.
  let count: Int
  private let names: UnsafeMutablePointer<String>
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

  /// The place of the parameter with a name; nil when there is none.
  @inline(__always)
  func index(of name: String) -> Int? {
    // Names are short, and then equal ones have equal bits. `==` would compare the bytes of all that
    // differ.
    let bits = Self.bits(name)
    for index in 0..<count where Self.bits(names[index]) == bits { return index }
    return indexOfLongName(name)
  }

  @inline(never)
  private func indexOfLongName(_ name: String) -> Int? {
    (0..<count).first { names[$0] == name }
  }

  @inline(__always)
  private static func bits(_ name: String) -> SIMD2<UInt64> {
    unsafeBitCast(name, to: SIMD2<UInt64>.self)
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

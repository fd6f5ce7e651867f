/// A function of the script with what it captured.
public final class Function: @unchecked Sendable {
  let code: Code
  /// Emptied by `Teardown` only, when nobody else sees the function.
  fileprivate(set) var captures: [Value]
  /// The globals of the file that it was written in.
  let module: Module

  init(code: Code, captures: [Value], module: Module) {
    self.code = code
    self.captures = captures
    self.module = module
  }

  deinit {
    var content = captures
    captures = []
    Teardown.free(&content)
  }
}

/// A built-in function as a value.
public final class BuiltinReference: Sendable {
  let builtin: Builtin
  init(_ builtin: Builtin) { self.builtin = builtin }
}

/// A mutable variable that several closures see.
public final class Box: @unchecked Sendable {
  var value: Value
  init(_ value: Value) { self.value = value }

  deinit {
    guard Teardown.holdsOthers(value) else { return }
    var content = [value]
    value = .nil
    Teardown.free(&content)
  }
}

/// Frees chains of closures with a loop.
///
/// Lists and records nest to a bounded depth, closures do not: `f = wrap(f)` in a loop makes a chain
/// of any length, and freeing it link by link inside of each other would run out of stack.
private enum Teardown {
  static func holdsOthers(_ value: Value) -> Bool {
    switch value {
    case .function, .box, .list, .record: true
    default: false
    }
  }

  static func free(_ values: inout [Value]) {
    guard values.contains(where: holdsOthers) else { return }
    var pending: [AnyObject] = []
    take(&values, into: &pending)
    while !pending.isEmpty {
      // What others still see stays whole. Checked in place: a copy would itself be another owner.
      let isLast = isKnownUniquelyReferenced(&pending[pending.count - 1])
      let object = pending.removeLast()
      if isLast { empty(object, into: &pending) }
    }
  }

  private static func empty(_ object: AnyObject, into pending: inout [AnyObject]) {
    switch object {
    case let function as Function: take(&function.captures, into: &pending)
    case let list as List: take(&list.elements, into: &pending)
    case let record as Record: take(&record.values, into: &pending)
    case let box as Box:
      var content = [box.value]
      box.value = .nil
      take(&content, into: &pending)
    default: break
    }
  }

  private static func take(_ values: inout [Value], into pending: inout [AnyObject]) {
    for value in values {
      switch value {
      case .function(let function): pending.append(function)
      case .box(let box): pending.append(box)
      case .list(let list): pending.append(list)
      case .record(let record): pending.append(record)
      default: break
      }
    }
    values = []
  }
}

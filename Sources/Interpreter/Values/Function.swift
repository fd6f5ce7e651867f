/// A function of the script with what it captured.
public final class Function: @unchecked Sendable {
  let code: Code
  /// That of the code, a step nearer.
  let entry: UnsafePointer<Code.Entry>
  /// Taken out by `Teardown` only, when nobody else sees the function.
  let captures: Registers
  private var captureCount: Int
  /// The globals of the file that it was written in.
  let module: Module

  /// - Parameter captureCount: the values that the code captures, which are still to be put in.
  init(code: Code, captureCount: Int, module: Module) {
    self.code = code
    entry = code.entry
    captures = .allocate(capacity: captureCount)
    captures.initialize(repeating: .nil, count: captureCount)
    self.captureCount = captureCount
    self.module = module
  }

  deinit {
    if (0..<captureCount).contains(where: { Teardown.holdsOthers(captures[$0]) }) {
      var content = takeCaptures()
      Teardown.free(&content)
    }
    captures.deinitialize(count: captureCount).deallocate()
  }

  fileprivate func takeCaptures() -> [Value] {
    let content = Array(UnsafeBufferPointer(start: captures, count: captureCount))
    captures.deinitialize(count: captureCount)
    captureCount = 0
    return content
  }
}

/// A mutable variable that several closures see.
public final class Box: @unchecked Sendable {
  // No two parts of the interpreter hold on to it at once; checking that would cost more than an
  // addition.
  @exclusivity(unchecked) var value: Value
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
    case let function as Function:
      var content = function.takeCaptures()
      take(&content, into: &pending)
    case let list as List: take(&list.elements, into: &pending)
    case let record as Record:
      var content = record.takeValues()
      take(&content, into: &pending)
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

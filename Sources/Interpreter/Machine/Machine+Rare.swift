import Lang
import QuantRuntime

extension Machine {
  /// The instructions that are not worth a place in the loop.
  func executeRare(_ i: Instruction, _ frame: Frame, _ at: inout Int) throws {
    let r = frame.registers
    let a = Int(i.a)
    let b = Int(i.b)
    let c = Int(i.c)
    switch i.opcode {
    case .makeBox: r[a] = .box(Box(r[b]))
    case .loadBox: r[a] = try content(r[b])
    case .storeBox: if case .box(let box) = r[a] { box.value = r[b] }
    case .storeCapturedBox: if case .box(let box) = frame.captures[a] { box.value = r[b] }
    case .addToGlobal:
      let global = frame.globals + a
      if global.pointee.isMissing { throw uninitialized(frame, c) }
      try frame.add(i.b, to: global)
    case .addToBox: if case .box(let box) = r[a] { try frame.add(i.b, to: box) }
    case .append: try InPlace.append(UnsafeBufferPointer(start: r + b, count: c), to: r + a)
    case .negate: r[a] = try Arithmetic.negate(r[b])
    case .not:
      guard case .bool(let value) = r[b] else { throw condition(r[b]) }
      r[a] = .bool(!value)
    case .checkBool:
      guard case .bool = r[a] else { throw condition(r[a]) }
    case .jumpIfPresent: if !r[a].isMissing { at = b }
    case .halfOpenRange: r[a] = try range(r[b], r[c], isClosed: false)
    case .closedRange: r[a] = try range(r[b], r[c], isClosed: true)
    case .startIteration: try startIteration(r + a)
    case .closure: r[a] = makeClosure(frame, b)
    case .list: r[a] = try .list(Array(UnsafeBufferPointer(start: r + b, count: c)))
    case .record: r[a] = try makeRecord(frame.entry.pointee.calls + c, r + b)
    case .interpolate: r[a] = try interpolate(frame.entry.pointee.templates[c], r + b)
    case .contains where frame[i.b].pointee.kind == .string && frame[i.c].pointee.kind == .string:
      let isFound = try frame[i.c].object(Text.self)._withUnsafeGuaranteedRef { text in
        try frame[i.b].object(Text.self)._withUnsafeGuaranteedRef { part in
          try TextSearch.contains(text, part, until: interruption)
        }
      }
      (r + a).set(isFound)
    case .contains:
      (r + a).set(
        try Arithmetic.contains(frame[i.b].pointee, in: frame[i.c].pointee, until: interruption))
    case .importModule:
      let (path, span) = frame.code.takeUnretainedValue().imports[b]
      let folder = frame.module.takeUnretainedValue().folder
      r[a] = try context.importModule(path, from: folder, at: span)
    default:
      guard let operation = i.opcode.operation else { return }
      r[a] = try Arithmetic.apply(operation, frame[i.b].pointee, frame[i.c].pointee)
    }
  }

  private func content(_ value: Value) throws -> Value {
    guard case .box(let box) = value else { return value }
    if box.value.isMissing { throw unready() }
    return box.value
  }

  private func range(_ lower: Value, _ upper: Value, isClosed: Bool) throws -> Value {
    guard case .int(let low) = lower else { throw ValueError.rangeBound(type: lower.typeName) }
    guard case .int(let high) = upper else { throw ValueError.rangeBound(type: upper.typeName) }
    if isClosed && high == .max { throw ValueError.overflow(operation: "...") }
    return .range(IntRange(low, isClosed ? high + 1 : high))
  }

  /// Position and end go into the two registers above the sequence.
  private func startIteration(_ r: Registers) throws {
    if case .range(let range) = r[0] {
      r[1] = .int(range.lower)
      r[2] = .int(range.upper)
      return
    }
    if case .list = r[0] {
    } else {
      r[0] = try .list(try r[0].iterated(until: interruption))
    }
    guard case .list(let list) = r[0] else { return }
    r[1] = .int(0)
    r[2] = .int(list.elements.count)
  }

  private func makeClosure(_ frame: Frame, _ index: Int) -> Value {
    let child = frame.entry.pointee.children + index
    let function = frame.module._withUnsafeGuaranteedRef { module in
      Function(code: child.pointee.code, captureCount: child.pointee.captures.count, module: module)
    }
    for place in child.pointee.captures.indices {
      switch child.pointee.captures[place] {
      case .local(let slot, _): function.captures[place] = frame.registers[slot]
      case .captured(let index, _): function.captures[place] = frame.captures[index]
      case .global, .builtin: break
      }
    }
    return .function(function)
  }

  /// Later fields replace earlier ones of the same label, in their place.
  private func makeRecord(_ site: UnsafeMutablePointer<CallSite>, _ r: Registers) throws -> Value {
    guard let shape = site.pointee.recordShape else {
      return .record(try .make(merging: try arguments(site.pointee.shape, r).labelled))
    }
    let count = site.pointee.count
    return .record(try .make(shape) { $0.initialize(from: r, count: count) })
  }

  /// The texts of a template with the values between them.
  private func interpolate(_ template: Template, _ values: Registers) throws -> Value {
    text.clear()
    for (index, literal) in template.literals.enumerated() {
      if index > 0 {
        let value = values + (index - 1)
        switch value.pointee {
        case .int(let number): text.append(number)
        case .string: value.object(Text.self)._withUnsafeGuaranteedRef { text.append($0) }
        default: text.append(try Display.plain(value.pointee, until: interruption))
        }
      }
      text.append(literal)
      try ValueError.checkText(text.count)
    }
    return .string(text.take())
  }
}

extension Opcode {
  /// The operator of what gives a value and has no case of its own.
  fileprivate var operation: BinaryOperator? {
    switch self {
    case .power: .power
    case .equal: .equal
    case .notEqual: .notEqual
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    default: nil
    }
  }
}

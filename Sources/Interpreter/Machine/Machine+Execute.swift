import Lang
import QuantRuntime

extension Machine {
  /// The loop over instructions. Integer and float arithmetic and the jumps are done in place; what
  /// is rarer is called.
  func execute(
    _ code: Code, _ r: UnsafeMutablePointer<Value>, _ captures: [Value], _ module: Module
  ) throws -> Value {
    guard let program = UnsafePointer(code.instructions.baseAddress) else { return .nil }
    let interruption = context.interruption
    var at = 0
    do {
      while true {
        let i = program[at]
        at += 1
        let a = Int(i.a)
        let b = Int(i.b)
        let c = Int(i.c)
        switch i.opcode {
        case .constant: r[a] = code.constants[b]
        case .move: r[a] = r[b]
        case .global:
          let value = module.value(b)
          if case .missing = value { throw uninitialized(code, c) }
          r[a] = value
        case .setGlobal: module.set(a, r[b])
        case .add:
          if case .int(let x) = r[b], case .int(let y) = r[c] {
            let (sum, overflow) = x.addingReportingOverflow(y)
            if overflow { throw ValueError.overflow(operation: "+") }
            r[a] = .int(sum)
          } else if case .float(let x) = r[b], case .float(let y) = r[c] {
            r[a] = .float(x + y)
          } else {
            r[a] = try Arithmetic.apply(.add, r[b], r[c])
          }
        case .subtract:
          if case .int(let x) = r[b], case .int(let y) = r[c] {
            let (difference, overflow) = x.subtractingReportingOverflow(y)
            if overflow { throw ValueError.overflow(operation: "-") }
            r[a] = .int(difference)
          } else {
            r[a] = try Arithmetic.apply(.subtract, r[b], r[c])
          }
        case .multiply:
          if case .float(let x) = r[b], case .float(let y) = r[c] {
            r[a] = .float(x * y)
          } else {
            r[a] = try Arithmetic.apply(.multiply, r[b], r[c])
          }
        case .less:
          if case .int(let x) = r[b], case .int(let y) = r[c] {
            r[a] = .bool(x < y)
          } else {
            r[a] = try Arithmetic.apply(.less, r[b], r[c])
          }
        case .jump: at = a
        case .loop:
          if interruption.isRequested { throw Interrupted() }
          at = a
        case .jumpIfFalse:
          guard case .bool(let test) = r[a] else { throw condition(r[a]) }
          if !test { at = b }
        case .jumpIfTrue:
          guard case .bool(let test) = r[a] else { throw condition(r[a]) }
          if test { at = b }
        case .nextElement:
          guard case .int(let index) = r[b + 1], case .int(let end) = r[b + 2], index < end else {
            at = c
            continue
          }
          r[b + 1] = .int(index + 1)
          r[a] = element(r[b], index)
        case .call:
          if interruption.isRequested { throw Interrupted() }
          r[a] = try call(code, i, r, code.spans[at - 1])
        case .giveBack: return r[a]
        default: try executeRare(i, code, r, captures, module, &at)
        }
      }
    } catch let error as ScriptError {
      throw error
    } catch let failure as any RuntimeFailure {
      throw ScriptError(failure: failure, span: code.spans[at - 1])
    }
  }

  private func uninitialized(_ code: Code, _ name: Int) -> ValueError {
    guard case .string(let text) = code.constants[name] else { return .uninitialized(name: "?") }
    return .uninitialized(name: text.value)
  }

  private func condition(_ value: Value) -> ValueError { .condition(type: value.typeName) }

  /// The element of a sequence that `startIteration` has accepted.
  private func element(_ sequence: Value, _ index: Int) -> Value {
    switch sequence {
    case .list(let list): list.elements[index]
    case .range: .int(index)
    default: .nil
    }
  }

  private func executeRare(
    _ i: Instruction, _ code: Code, _ r: UnsafeMutablePointer<Value>, _ captures: [Value],
    _ module: Module, _ at: inout Int
  ) throws {
    let a = Int(i.a)
    let b = Int(i.b)
    let c = Int(i.c)
    switch i.opcode {
    case .builtin: r[a] = context.builtinValues[b]
    case .makeBox: r[a] = .box(Box(r[b]))
    case .loadBox: r[a] = try content(r[b])
    case .storeBox: if case .box(let box) = r[a] { box.value = r[b] }
    case .capture: r[a] = captures[b]
    case .loadCapturedBox: r[a] = try content(captures[b])
    case .storeCapturedBox: if case .box(let box) = captures[a] { box.value = r[b] }
    case .negate: r[a] = try Arithmetic.negate(r[b])
    case .not:
      guard case .bool(let value) = r[b] else { throw condition(r[b]) }
      r[a] = .bool(!value)
    case .checkBool:
      guard case .bool = r[a] else { throw condition(r[a]) }
    case .jumpIfPresent:
      if case .missing = r[a] {} else { at = b }
    case .halfOpenRange: r[a] = try range(r[b], r[c], isClosed: false)
    case .closedRange: r[a] = try range(r[b], r[c], isClosed: true)
    case .startIteration: try startIteration(r + a)
    case .closure: r[a] = makeClosure(code, b, r, captures, module)
    case .list: r[a] = try .list((0..<c).map { r[b + $0] })
    case .record: r[a] = try makeRecord(code.calls[c], r + b)
    case .interpolate: r[a] = try interpolate((0..<c).map { r[b + $0] })
    case .index: r[a] = try Access.element(of: r[b], at: r[c])
    case .contains:
      r[a] = .bool(try Arithmetic.contains(r[b], in: r[c], until: context.interruption))
    case .field:
      guard case .string(let name) = code.constants[c] else { return }
      r[a] = try Access.field(name.value, of: r[b], until: context.interruption)
    case .importModule:
      let (path, span) = code.imports[b]
      r[a] = try context.importModule(path, from: module.folder, at: span)
    default:
      guard let operation = i.opcode.operation else { return }
      r[a] = try Arithmetic.apply(operation, r[b], r[c])
    }
  }

  private func content(_ value: Value) throws -> Value {
    guard case .box(let box) = value else { return value }
    if case .missing = box.value { throw ValueError.uninitialized(name: "a function") }
    return box.value
  }

  private func range(_ lower: Value, _ upper: Value, isClosed: Bool) throws -> Value {
    guard case .int(let low) = lower else { throw ValueError.rangeBound(type: lower.typeName) }
    guard case .int(let high) = upper else { throw ValueError.rangeBound(type: upper.typeName) }
    if isClosed && high == .max { throw ValueError.overflow(operation: "...") }
    return .range(IntRange(low, isClosed ? high + 1 : high))
  }

  /// Position and end go into the two registers above the sequence.
  private func startIteration(_ r: UnsafeMutablePointer<Value>) throws {
    if case .range(let range) = r[0] {
      r[1] = .int(range.lower)
      r[2] = .int(range.upper)
      return
    }
    let list = try List(try r[0].iterated(until: context.interruption))
    r[0] = .list(list)
    r[1] = .int(0)
    r[2] = .int(list.elements.count)
  }

  private func makeClosure(
    _ code: Code, _ child: Int, _ r: UnsafeMutablePointer<Value>, _ captures: [Value],
    _ module: Module
  ) -> Value {
    let taken = code.childCaptures[child].map { binding in
      switch binding {
      case .local(let slot, _): r[slot]
      case .captured(let index, _): captures[index]
      case .global, .builtin: Value.nil
      }
    }
    return .function(Function(code: code.children[child], captures: taken, module: module))
  }

  /// Later fields replace earlier ones of the same label, in their place.
  private func makeRecord(_ shape: CallShape, _ r: UnsafeMutablePointer<Value>) throws -> Value {
    .record(try Record([], []).with(try arguments(shape, r).labelled))
  }

  private func interpolate(_ values: [Value]) throws -> Value {
    var text = ""
    for value in values {
      text += try Display.plain(value, until: context.interruption)
      try ValueError.checkText(text.utf8.count)
    }
    return .text(text)
  }
}

extension Opcode {
  /// The operator of the arithmetic opcodes.
  fileprivate var operation: BinaryOperator? {
    switch self {
    case .divide: .divide
    case .integerDivide: .integerDivide
    case .remainder: .remainder
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

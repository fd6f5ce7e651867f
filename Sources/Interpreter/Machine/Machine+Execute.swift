import Lang
import QuantRuntime

extension Machine {
  /// The loop over instructions. Numbers, comparisons, jumps, variables, elements, fields and calls of
  /// functions are done in place; what is rarer is called.
  ///
  /// - Parameter start: with its arguments in place; they and all of its registers are cleared.
  func execute(_ start: Frame) throws -> Value {
    let bottom = frames.count
    var frame = start
    var at = 0
    top = frame.registers + frame.entry.pointee.registerCount
    do {
      while true {
        let i = frame.program[at]
        at += 1
        let r = frame.registers
        let a = Int(i.a)
        let b = Int(i.b)
        let c = Int(i.c)
        switch i.opcode {
        case .constant: (r + a).set(frame.constants + b)
        case .move: (r + a).set(r + b)
        case .global:
          let global = frame.globals + b
          if global.pointee.isMissing { throw uninitialized(frame, c) }
          (r + a).set(global)
        case .builtin: (r + a).set(builtins + b)
        case .setGlobal: (frame.globals + a).set(r + b)

        case .add: try frame.compute(.add, i, { $0.addingReportingOverflow($1) }, +)
        case .subtract: try frame.compute(.subtract, i, { $0.subtractingReportingOverflow($1) }, -)
        case .multiply:
          try frame.compute(.multiply, i, { $0.multipliedReportingOverflow(by: $1) }, *)
        case .divide: try frame.divide(i)
        case .integerDivide: try frame.floorDivide(i)
        case .remainder: try frame.remainder(i)
        case .less: (r + a).set(try frame.compare(.less, i, <, <))
        case .jumpEqual: if try frame.compare(.equal, i, ==, ==) == i.sense { at = a }
        case .jumpNotEqual: if try frame.compare(.notEqual, i, !=, !=) == i.sense { at = a }
        case .jumpLess: if try frame.compare(.less, i, <, <) == i.sense { at = a }
        case .jumpLessOrEqual: if try frame.compare(.lessOrEqual, i, <=, <=) == i.sense { at = a }
        case .jumpGreater: if try frame.compare(.greater, i, >, >) == i.sense { at = a }
        case .jumpGreaterOrEqual:
          if try frame.compare(.greaterOrEqual, i, >=, >=) == i.sense { at = a }
        case .addTo: try frame.add(i.b, to: r + a)

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
          (r + b + 1).set(index + 1)
          if case .list = r[b] {
            (r + b).object(List.self)._withUnsafeGuaranteedRef { (r + a).set($0.elements[index]) }
          } else {
            (r + a).set(index)
          }

        case .index:
          guard case .list = r[b], case .int(let index) = r[c],
            (r + b).object(List.self)._withUnsafeGuaranteedRef({ list in
              guard index >= 0, index < list.elements.count else { return false }
              (r + a).set(list.elements[index])
              return true
            })
          else {
            r[a] = try Access.element(of: r[b], at: r[c])
            continue
          }
        case .field, .indexByName:
          let site = frame.entry.pointee.fields + c
          guard case .record = r[b],
            (r + b).object(Record.self)._withUnsafeGuaranteedRef({ record in
              guard let index = site.pointee.index(in: record) else { return false }
              (r + a).set(record[index])
              return true
            })
          else {
            r[a] =
              i.opcode == .field
              ? try Access.field(site.pointee.name, of: r[b], until: interruption)
              : try Access.element(of: r[b], at: .text(site.pointee.name))
            continue
          }
        case .release: if !r[a].isInline { r[a] = .nil }
        case .capture: (r + a).set(frame.captures + b)
        case .loadCapturedBox:
          guard case .box = frame.captures[b] else { throw unready() }
          try (frame.captures + b).object(Box.self)._withUnsafeGuaranteedRef { box in
            if box.value.isMissing { throw unready() }
            (r + a).set(box.value)
          }
        case .addToCapturedBox:
          if case .box = frame.captures[a] {
            try (frame.captures + a).object(Box.self)._withUnsafeGuaranteedRef {
              try frame.add(i.b, to: $0)
            }
          }

        case .call:
          if interruption.isRequested { throw Interrupted() }
          let first = r + b
          let site = frame.entry.pointee.calls + c
          guard case .function = first.pointee,
            let callee = try (first.object(Function.self))._withUnsafeGuaranteedRef({
              function -> Frame? in
              let entry = function.entry
              let window =
                entry.pointee.parameterCount == site.pointee.positionalCount
                ? first + 1 : try placeArguments(site, function, first)
              guard let window else { return nil }
              guard !isFull, hasRoom(entry.pointee.registerCount, at: window) else {
                throw ValueError.callDepth(limit: Self.depthLimit)
              }
              return Frame(function, at: window)
            })
          else {
            (r + a).set(try call(site, first, span(frame, at)))
            continue
          }
          frame.at = at
          frames.push(frame)
          frame = callee
          top = frame.registers + frame.entry.pointee.registerCount
          at = 0
        case .giveBack:
          let result = (r + a).take()
          r.clear(frame.entry.pointee.registerCount)
          if frames.count == bottom { return result }
          frame = frames.pop()
          at = frame.at
          top = frame.registers + frame.entry.pointee.registerCount
          // The call instruction says where the result goes.
          (frame.registers + Int(frame.program[at - 1].a)).set(result)
        default: try executeRare(i, frame, &at)
        }
      }
    } catch let error as ScriptError {
      throw unwind(error, frame, to: bottom)
    } catch let failure as any RuntimeFailure {
      throw unwind(ScriptError(failure: failure, span: span(frame, at)), frame, to: bottom)
    } catch {
      // An interruption is about no place in the text.
      leave(frame, to: bottom) { _, _ in }
      throw error
    }
  }

  /// Where the instruction before a place came from.
  private func span(_ frame: Frame, _ at: Int) -> Span {
    frame.entry.pointee.spans[at - 1]
  }

  /// Leaves all functions that wait, and adds the calls of them to an error.
  private func unwind(_ error: ScriptError, _ frame: Frame, to bottom: Int) -> ScriptError {
    var error = error
    leave(frame, to: bottom) { left, caller in
      let name = left.code._withUnsafeGuaranteedRef { $0.name }
      error.calls.append(.init(function: name, span: span(caller, caller.at)))
    }
    return error
  }

  /// - Parameter tell: what is done with each function that is left, and with its caller.
  private func leave(_ frame: Frame, to bottom: Int, _ tell: (Frame, Frame) -> Void) {
    var left = frame
    left.registers.clear(left.entry.pointee.registerCount)
    while frames.count > bottom {
      let caller = frames.pop()
      tell(left, caller)
      // Releases the function that was left, with the register that held it.
      caller.registers.clear(caller.entry.pointee.registerCount)
      left = caller
    }
  }

  func uninitialized(_ frame: Frame, _ name: Int) -> ValueError {
    guard case .string(let text) = frame.constants[name] else {
      return .uninitialized(name: "?")
    }
    return .uninitialized(name: text.value)
  }

  /// A variable that closures share is read before its declaration gave it a value.
  func unready() -> ValueError { .uninitialized(name: "a function") }

  func condition(_ value: Value) -> ValueError { .condition(type: value.typeName) }
}

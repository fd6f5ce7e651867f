import Lang

/// What instructions do with operands: registers, or constants for negative numbers.
///
/// Everything here is inlined into the loop over instructions, so that numbers are handled without a
/// call; other values are left to `Arithmetic`.
extension Frame {
  @inline(__always)
  subscript(operand: Int32) -> Registers {
    operand >= 0 ? registers + Int(operand) : constants + Int(~operand)
  }

  @inline(__always)
  func compute(
    _ operation: BinaryOperator, _ i: Instruction,
    _ ints: (Int, Int) -> (partialValue: Int, overflow: Bool), _ floats: (Double, Double) -> Double
  ) throws {
    let (x, y, target) = (self[i.b], self[i.c], registers + Int(i.a))
    if case .int(let m) = x.pointee, case .int(let n) = y.pointee {
      let (result, overflow) = ints(m, n)
      if overflow { throw ValueError.overflow(operation: operation.rawValue) }
      target.set(result)
    } else if let m = x.pointee.number, let n = y.pointee.number {
      target.set(floats(m, n))
    } else {
      target.pointee = try Arithmetic.apply(operation, x.pointee, y.pointee)
    }
  }

  @inline(__always)
  func divide(_ i: Instruction) throws {
    let (x, y, target) = (self[i.b], self[i.c], registers + Int(i.a))
    if let m = x.pointee.number, let n = y.pointee.number, n != 0 {
      target.set(m / n)
    } else {
      target.pointee = try Arithmetic.apply(.divide, x.pointee, y.pointee)
    }
  }

  @inline(__always)
  func floorDivide(_ i: Instruction) throws {
    let (x, y, target) = (self[i.b], self[i.c], registers + Int(i.a))
    if case .int(let m) = x.pointee, case .int(let n) = y.pointee, n > 0 {
      let quotient = m / n
      target.set(m < 0 && quotient &* n != m ? quotient - 1 : quotient)
    } else {
      target.pointee = try Arithmetic.apply(.integerDivide, x.pointee, y.pointee)
    }
  }

  @inline(__always)
  func remainder(_ i: Instruction) throws {
    let (x, y, target) = (self[i.b], self[i.c], registers + Int(i.a))
    if case .int(let m) = x.pointee, case .int(let n) = y.pointee, n > 0 {
      let rest = m % n
      target.set(rest < 0 ? rest + n : rest)
    } else {
      target.pointee = try Arithmetic.apply(.remainder, x.pointee, y.pointee)
    }
  }

  @inline(__always)
  func compare(
    _ operation: BinaryOperator, _ i: Instruction, _ ints: (Int, Int) -> Bool,
    _ floats: (Double, Double) -> Bool
  ) throws -> Bool {
    let (x, y) = (self[i.b], self[i.c])
    if case .int(let m) = x.pointee, case .int(let n) = y.pointee { return ints(m, n) }
    if case .float(let m) = x.pointee, case .float(let n) = y.pointee { return floats(m, n) }
    return try Self.compareOthers(operation, x.pointee, y.pointee)
  }

  @inline(never)
  private static func compareOthers(
    _ operation: BinaryOperator, _ x: Value, _ y: Value
  ) throws -> Bool {
    guard case .bool(let result) = try Arithmetic.apply(operation, x, y) else { return false }
    return result
  }

  /// Adds to a variable, in its place where nobody else sees what it holds.
  @inline(__always)
  func add(_ addend: Int32, to variable: Registers) throws {
    let y = self[addend]
    if case .int(let m) = variable.pointee, case .int(let n) = y.pointee {
      let (sum, overflow) = m.addingReportingOverflow(n)
      if overflow { throw ValueError.overflow(operation: "+") }
      variable.initialize(to: .int(sum))
    } else if case .float(let m) = variable.pointee, let n = y.pointee.number {
      variable.initialize(to: .float(m + n))
    } else {
      try InPlace.add(y, to: variable)
    }
  }

  func add(_ addend: Int32, to box: Box) throws {
    try withUnsafeMutablePointer(to: &box.value) { try add(addend, to: $0) }
  }
}

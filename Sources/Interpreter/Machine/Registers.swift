import Lang

/// A window of registers, or one register.
///
/// Overwriting a value releases the one before; the functions here skip that, and the copy's retain,
/// where neither holds a reference, which is so for most of what a loop computes.
typealias Registers = UnsafeMutablePointer<Value>

extension Registers {
  @inline(__always)
  func set(_ value: Int) {
    if pointee.isInline { initialize(to: .int(value)) } else { pointee = .int(value) }
  }

  @inline(__always)
  func set(_ value: Double) {
    if pointee.isInline { initialize(to: .float(value)) } else { pointee = .float(value) }
  }

  @inline(__always)
  func set(_ value: Bool) {
    if pointee.isInline { initialize(to: .bool(value)) } else { pointee = .bool(value) }
  }

  /// The object that the value holds, not counted as a reference.
  ///
  /// A pattern match would count one, which costs as much as two calls. Relies on the layout of `Value`,
  /// which keeps what a case holds at its beginning; a test holds it to that.
  ///
  /// - Precondition: the value is of the case that holds a `T`, and stays in its place meanwhile.
  @inline(__always)
  func object<T: AnyObject>(_ type: T.Type) -> Unmanaged<T> {
    UnsafeRawPointer(self).load(as: Unmanaged<T>.self)
  }

  /// Whether nobody else holds the object of the value.
  ///
  /// - Precondition: as of `object`.
  @inline(__always)
  func isSoleOwner<T: AnyObject>(of type: T.Type) -> Bool {
    isKnownUniquelyReferenced(
      &UnsafeMutableRawPointer(self).assumingMemoryBound(to: T.self).pointee)
  }

  /// Copies a value.
  @inline(__always)
  func set(_ source: UnsafePointer<Value>) {
    switch source.pointee {
    case .int(let value): set(value)
    case .float(let value): set(value)
    default: if !isSame(source) { pointee = source.pointee }
    }
  }

  /// Whether both hold the same object: in a loop, what is called is mostly there already.
  @inline(__always)
  private func isSame(_ other: UnsafePointer<Value>) -> Bool {
    let (a, b) = (UnsafeRawPointer(self), UnsafeRawPointer(other))
    return a.load(as: UInt.self) == b.load(as: UInt.self)
      && a.load(fromByteOffset: 8, as: UInt8.self) == b.load(fromByteOffset: 8, as: UInt8.self)
  }

  /// Moves a value in.
  @inline(__always)
  func set(_ value: consuming Value) {
    if pointee.isInline { initialize(to: value) } else { pointee = value }
  }

  /// Takes the value out and leaves nil.
  @inline(__always)
  func take() -> Value {
    let value = move()
    initialize(to: .nil)
    return value
  }

  /// Releases what a number of registers hold; numbers may stay in them.
  @inline(__always)
  func clear(_ count: Int) {
    for index in 0..<count where !self[index].isInline { self[index] = .nil }
  }
}

extension Value {
  /// Whether the value holds no reference.
  @inline(__always)
  var isInline: Bool {
    switch self {
    case .nil, .bool, .int, .float, .missing: true
    default: false
    }
  }
}

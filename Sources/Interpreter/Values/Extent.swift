/// How far a value extends into others. Both measures are bounded when a list or a record is made, so
/// that printing and comparing end soon and never run out of stack, whatever a script builds.
struct Extent {
  static let depthLimit = 1_000
  static let sizeLimit = 100_000_000

  /// Levels of lists and records.
  private(set) var depth = 1
  /// Elements at all levels. A shared part counts wherever it appears: `x = [x, x]` doubles the
  /// size each time although it takes no memory, but printing it would.
  private(set) var size = 1

  /// Of nothing inside.
  init() {}

  /// - Throws: `ValueError` when the whole nests too deep or holds too much.
  init(_ elements: UnsafeBufferPointer<Value>) throws {
    size += elements.count
    for element in elements {
      switch element {
      case .list(let list): try add(list.extent)
      case .record(let record): try add(record.extent)
      default: break
      }
    }
  }

  /// The extent of two lists joined.
  init(joining a: Extent, _ b: Extent) throws {
    depth = max(a.depth, b.depth)
    size = a.size + b.size
    try check()
  }

  private mutating func add(_ inner: Extent) throws {
    depth = max(depth, inner.depth + 1)
    size += inner.size
    try check()
  }

  /// The extent with one more element.
  ///
  /// - Throws: `ValueError` when the whole nests too deep or holds too much.
  func adding(_ element: Value) throws -> Extent {
    var result = self
    result.size += 1
    switch element {
    case .list(let list): try result.add(list.extent)
    case .record(let record): try result.add(record.extent)
    default: try result.check()
    }
    return result
  }

  private func check() throws {
    guard depth <= Self.depthLimit else { throw ValueError.tooDeep(limit: Self.depthLimit) }
    guard size <= Self.sizeLimit else {
      throw ValueError.tooLarge(
        what: "value", unit: "elements at all levels", limit: Self.sizeLimit)
    }
  }
}

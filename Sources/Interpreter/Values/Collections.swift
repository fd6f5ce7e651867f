/// A boxed string.
public final class Text: Sendable {
  public let value: String
  init(_ value: String) { self.value = value }
}

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

  /// - Throws: `ValueError` when the whole nests too deep or holds too much.
  init(_ elements: [Value]) throws {
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

  private func check() throws {
    guard depth <= Self.depthLimit else { throw ValueError.tooDeep(limit: Self.depthLimit) }
    guard size <= Self.sizeLimit else {
      throw ValueError.tooLarge(
        what: "value", unit: "elements at all levels", limit: Self.sizeLimit)
    }
  }
}

/// A boxed list.
public final class List: @unchecked Sendable {
  static let sizeLimit = 10_000_000
  /// Emptied by `Teardown` only, when nobody else sees the list.
  public internal(set) var elements: [Value]
  let extent: Extent

  /// - Throws: `ValueError` for a list that is too long or nests too deep.
  init(_ elements: [Value]) throws {
    try Self.checkCount(elements.count)
    extent = try Extent(elements)
    self.elements = elements
  }

  init(joining a: List, _ b: List) throws {
    try Self.checkCount(a.elements.count + b.elements.count)
    extent = try Extent(joining: a.extent, b.extent)
    elements = a.elements + b.elements
  }

  static func checkCount(_ count: Int) throws {
    guard count <= sizeLimit else {
      throw ValueError.tooLarge(what: "list", unit: "elements", limit: sizeLimit)
    }
  }
}

/// `lower ..< upper`; a closed range is stored with its upper bound raised by one.
public final class IntRange: Sendable {
  public let lower: Int
  public let upper: Int

  init(_ lower: Int, _ upper: Int) {
    self.lower = lower
    self.upper = max(lower, upper)
  }

  /// The number of elements; that of a range too wide to count is the largest int.
  public var count: Int {
    let (difference, overflow) = upper.subtractingReportingOverflow(lower)
    return overflow ? .max : difference
  }
}

/// Labelled values in the order they were written; labels are unique.
public final class Record: @unchecked Sendable {
  public let labels: [String]
  /// Emptied by `Teardown` only, when nobody else sees the record.
  public internal(set) var values: [Value]
  let extent: Extent

  /// - Throws: `ValueError` when the values nest too deep or hold too much.
  init(_ labels: [String], _ values: [Value]) throws {
    extent = try Extent(values)
    self.labels = labels
    self.values = values
  }

  public subscript(label: String) -> Value? {
    labels.firstIndex(of: label).map { values[$0] }
  }

  /// A copy in which fields of the same label are replaced in their place and others are added.
  func with(_ changes: [(label: String, value: Value)]) throws -> Record {
    var fields = (labels: labels, values: values)
    for (label, value) in changes {
      if let index = fields.labels.firstIndex(of: label) {
        fields.values[index] = value
      } else {
        fields.labels.append(label)
        fields.values.append(value)
      }
    }
    return try Record(fields.labels, fields.values)
  }
}

/// A boxed value of the runtime.
public final class HostBox: Sendable {
  public let value: any HostValue
  init(_ value: any HostValue) { self.value = value }
}

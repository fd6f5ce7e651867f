/// A boxed list.
public final class List: @unchecked Sendable {
  static let sizeLimit = 10_000_000
  /// Changed in place only where nobody else sees the list; emptied by `Teardown`.
  @exclusivity(unchecked) public internal(set) var elements: [Value]
  @exclusivity(unchecked) private(set) var extent: Extent

  /// - Throws: `ValueError` for a list that is too long or nests too deep.
  init(_ elements: [Value]) throws {
    try Self.checkCount(elements.count)
    extent = try elements.withUnsafeBufferPointer { try Extent($0) }
    self.elements = elements
  }

  init(joining a: List, _ b: List) throws {
    try Self.checkCount(a.elements.count + b.elements.count)
    extent = try Extent(joining: a.extent, b.extent)
    elements = a.elements + b.elements
  }

  /// For the only owner: adds one element to the end.
  ///
  /// - Throws: as `init`, and stays as it was.
  func append(_ element: Value) throws {
    try Self.checkCount(elements.count + 1)
    extent = try extent.adding(element)
    elements.append(element)
  }

  /// For the only owner: adds the elements of another list to the end.
  ///
  /// - Throws: as `init`, and stays as it was.
  func append(contentsOf other: List) throws {
    try Self.checkCount(elements.count + other.elements.count)
    extent = try Extent(joining: extent, other.extent)
    elements += other.elements
  }

  static func checkCount(_ count: Int) throws {
    guard count <= sizeLimit else {
      throw ValueError.tooLarge(what: "list", unit: "elements", limit: sizeLimit)
    }
  }
}

/// A boxed string.
public final class Text: @unchecked Sendable {
  /// Changed in place only where nobody else sees the text.
  @exclusivity(unchecked) public private(set) var value: String

  init(_ value: String) { self.value = value }

  /// For the only owner: adds to the end.
  ///
  /// - Throws: `ValueError.tooLarge`, and stays as it was.
  func append(_ other: String) throws {
    try ValueError.checkText(value.utf8.count + other.utf8.count)
    value += other
  }

  /// The number of characters.
  var count: Int { value.hasByteCharacters ? value.utf8.count : value.count }
}

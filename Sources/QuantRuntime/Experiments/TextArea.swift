/// Where text is shown to people: what it has to fit into.
public struct TextArea: Hashable, Sendable {
  /// Terminal columns.
  public var width: Int
  /// Whether it can show more than ASCII.
  public var isUnicode: Bool

  public init(width: Int = 80, isUnicode: Bool = true) {
    self.width = width
    self.isUnicode = isUnicode
  }
}

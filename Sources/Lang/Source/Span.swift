/// A range of UTF-8 offsets in one source text.
///
/// Offsets count bytes, not characters: the lexer works on bytes, and line and column are derived
/// only when a diagnostic is drawn.
public struct Span: Hashable, Sendable {
  /// The text the offsets belong to; several are alive at once (imports, lines typed at a prompt).
  public var source: SourceID
  public var start: Int
  /// One past the last byte; equals `start` for an empty span such as the end of the file.
  public var end: Int

  public init(source: SourceID, start: Int, end: Int) {
    self.source = source
    self.start = start
    self.end = end
  }

  /// The smallest span that covers both; the two must belong to one source.
  public func joined(with other: Span) -> Span {
    Span(source: source, start: min(start, other.start), end: max(end, other.end))
  }
}

/// Names one source text among those that a session has loaded.
public struct SourceID: Hashable, Sendable {
  public var index: Int
  public init(_ index: Int) { self.index = index }
}

/// What a place in a text can become.
public struct Completions: Hashable, Sendable {
  public struct Candidate: Hashable, Sendable {
    /// What takes the place of the range.
    public var text: String
    /// What a listing shows; of a path only its last part.
    public var label: String
    /// A few words beside it; may be empty.
    public var detail: String

    public init(_ text: String, label: String? = nil, detail: String = "") {
      self.text = text
      self.label = label ?? text
      self.detail = detail
    }
  }

  /// The bytes of the text that a candidate replaces; its end is the cursor.
  public var range: Range<Int>
  /// Best first, no two with the same text.
  public var candidates: [Candidate]

  public init(range: Range<Int>, candidates: [Candidate]) {
    self.range = range
    var seen: Set<String> = []
    self.candidates = candidates.filter { seen.insert($0.text).inserted }
  }

  /// Nothing fits.
  public static let none = Completions(range: 0..<0, candidates: [])

  /// What all candidates begin with.
  public var commonText: String {
    guard let first = candidates.first?.text else { return "" }
    return candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1.text) }
  }
}

/// A finding about a text, ready to be drawn: the broken rule, where it shows, and what would help.
public struct Diagnostic: Error, Hashable, Sendable {
  /// `area.rule`, such as `name.unknown`.
  public var code: String
  /// The rule with the values seen; lower case, no full stop.
  public var message: String
  /// Where it shows; nil when no text is to blame.
  public var primary: Label?
  /// Other places that matter, such as a declaration.
  public var secondary: [Label]
  public var help: String?
  public var notes: [String]

  public init(
    code: String, message: String, primary: Label?, secondary: [Label] = [], help: String? = nil,
    notes: [String] = []
  ) {
    self.code = code
    self.message = message
    self.primary = primary
    self.secondary = secondary
    self.help = help
    self.notes = notes
  }

  /// A place with a word about what stands there; the word may be empty.
  public struct Label: Hashable, Sendable {
    public var span: Span
    public var text: String

    public init(_ span: Span, _ text: String = "") {
      self.span = span
      self.text = text
    }
  }
}

/// What the phases of the front end throw: everything one phase found.
public struct Diagnostics: Error, Sendable {
  public var all: [Diagnostic]
  public init(_ all: [Diagnostic]) { self.all = all }
}

/// An error of one phase: facts, which give a diagnostic with the words beside them.
protocol PhaseError: Sendable {
  var diagnostic: Diagnostic { get }
}

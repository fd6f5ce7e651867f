/// An error of the runtime: facts in the cases of the conforming enum, words beside them.
///
/// The interpreter adds the source span and draws the diagnostic; nothing here knows that a language
/// exists. Each area has one such enum (`GraphError`, `DataError`, ...), in the folder it belongs to.
public protocol RuntimeFailure: Error, Sendable {
  /// `area.rule`, stable across versions, such as `data.truncated`.
  var code: String { get }
  /// The broken rule with the values seen; lower case, no full stop, names in single quotes.
  var message: String { get }
  /// What to do about it, when something is certain to help.
  var help: String? { get }
  /// Context: valid values when few, where the other half of a conflict came from.
  var notes: [String] { get }
  /// Whether the statement ends with it, whatever a script does about failures; true only where
  /// going on would be in vain, as when nobody takes the output any more.
  var endsStatement: Bool { get }
}

extension RuntimeFailure {
  public var help: String? { nil }
  public var notes: [String] { [] }
  public var endsStatement: Bool { false }
}

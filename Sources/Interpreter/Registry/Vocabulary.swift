/// The names that a parameter's value can be: models, data sets, folding strategies.
///
/// Completion offers them, and a name that stands in the text is looked up before anything runs.
public struct Vocabulary: Sendable {
  /// What a name stands for: `model`.
  let noun: String
  /// The names with a word on each, in the order of listings.
  let entries: @Sendable () -> [Entry]
  /// - Throws: the runtime's own error for a value that names nothing.
  let check: @Sendable (Value) throws -> Void

  struct Entry: Sendable {
    var name: String
    var summary: String
  }

  init(
    _ noun: String, entries: @escaping @Sendable () -> [Entry],
    check: @escaping @Sendable (Value) throws -> Void
  ) {
    self.noun = noun
    self.entries = entries
    self.check = check
  }
}

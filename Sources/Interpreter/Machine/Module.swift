import Lang

/// The top-level variables of one file, or of a session at the prompt.
final class Module: @unchecked Sendable {
  /// Where relative imports start from; nil for text that is in no file.
  let folder: String?
  private(set) var globals: [Value] = []
  /// New names get slots without values.
  var names = Globals() {
    didSet {
      let missing = names.slotCount - globals.count
      if missing > 0 { globals += Array(repeating: .missing, count: missing) }
    }
  }

  init(folder: String?) { self.folder = folder }

  func value(_ slot: Int) -> Value { globals[slot] }

  func set(_ slot: Int, _ value: Value) { globals[slot] = value }

  /// The names that have values, sorted.
  var variables: [(name: String, value: Value)] {
    names.entries.sorted { $0.key < $1.key }
      .map { ($0.key, globals[$0.value.slot]) }
      .filter { $0.1 != .missing }
  }
}

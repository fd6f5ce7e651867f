import Lang

/// The top-level variables of one file, or of a session at the prompt.
final class Module: @unchecked Sendable {
  /// Where relative imports start from; nil for text that is in no file.
  let folder: String?
  /// The values of all slots. Not an array, so that a global is as near as a register; moves only when
  /// names are added, which happens between texts.
  @exclusivity(unchecked) private(set) var globals = Registers.allocate(capacity: 0)
  private var capacity = 0
  /// New names get slots without values.
  var names = Globals() { didSet { reserve(names.slotCount) } }

  init(folder: String?) { self.folder = folder }

  deinit {
    globals.deinitialize(count: capacity)
    globals.deallocate()
  }

  private func reserve(_ count: Int) {
    guard count > capacity else { return }
    let grown = max(count, 2 * capacity)
    let moved = Registers.allocate(capacity: grown)
    moved.moveInitialize(from: globals, count: capacity)
    (moved + capacity).initialize(repeating: .missing, count: grown - capacity)
    globals.deallocate()
    (globals, capacity) = (moved, grown)
  }

  /// The names that have values, sorted.
  var variables: [(name: String, value: Value)] {
    names.entries.sorted { $0.key < $1.key }
      .map { ($0.key, globals[$0.value.slot]) }
      .filter { $0.1 != .missing }
  }
}

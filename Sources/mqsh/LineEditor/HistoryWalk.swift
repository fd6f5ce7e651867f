/// The way through earlier entries: what Up and Down bring back.
///
/// What is in front of the cursor when the way begins is looked for at the start of the entries; the
/// entry being typed waits at the end of the way.
struct HistoryWalk {
  /// Oldest first, no two equal.
  private(set) var entries: [String]
  /// The entry shown; `entries.count` for the one being typed.
  private var place: Int
  private var prefix = ""
  private var draft = EntryText("")
  /// What was brought back last: another text in the buffer starts a new way.
  private var shown: String?

  init(_ entries: [String]) {
    self.entries = entries
    place = entries.count
  }

  /// Makes an entry the newest.
  mutating func add(_ entry: String) {
    entries.removeAll { $0 == entry }
    entries.append(entry)
    restart()
  }

  /// Forgets how far the way has come.
  mutating func restart() {
    place = entries.count
    shown = nil
  }

  /// The next older entry that begins like what was typed, and is not what is there already.
  mutating func older(than text: EntryText) -> String? {
    if shown == nil || shown != text.string {
      place = entries.count
      prefix = String(decoding: text.bytes[..<text.cursor], as: UTF8.self)
      draft = text
    }
    let current = text.string
    let found = entries[..<place].lastIndex { $0.hasPrefix(prefix) && $0 != current }
    guard let found else { return nil }
    place = found
    shown = entries[found]
    return entries[found]
  }

  /// The next newer entry of the way, or at its end the entry that was being typed.
  mutating func newer(than text: EntryText) -> EntryText? {
    guard let shown, shown == text.string, place < entries.count else { return nil }
    let found = entries[(place + 1)...].firstIndex { $0.hasPrefix(prefix) && $0 != shown }
    guard let found else {
      restart()
      return draft
    }
    place = found
    self.shown = entries[found]
    return EntryText(entries[found])
  }
}

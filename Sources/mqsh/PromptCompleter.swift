import Interpreter

/// Completes entries of the prompt: code by the session, the prompt's own words here.
struct PromptCompleter {
  let session: Session

  func complete(_ text: EntryText) -> Completions {
    guard let first = text.bytes.firstIndex(where: { $0 > UInt8(ascii: " ") }) else {
      return session.completions(of: text.bytes, at: text.cursor)
    }
    switch text.bytes[first] {
    case UInt8(ascii: "?"): return helped(text)
    default: return session.completions(of: text.bytes, at: text.cursor)
    }
  }

  /// The names that can be explained: as if the question marks were not there.
  private func helped(_ text: EntryText) -> Completions {
    let start = text.bytes.firstIndex { $0 > UInt8(ascii: " ") && $0 != UInt8(ascii: "?") }
    guard let start, start < text.cursor else {
      var found = session.completions(of: [], at: 0)
      found.range = text.cursor..<text.cursor
      return found
    }
    var found = session.completions(of: Array(text.bytes[start...]), at: text.cursor - start)
    found.range = (found.range.lowerBound + start)..<(found.range.upperBound + start)
    return found
  }
}

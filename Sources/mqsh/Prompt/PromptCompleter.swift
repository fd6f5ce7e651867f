import Interpreter

/// Completes entries of the prompt: code by the session, the prompt's own words here.
struct PromptCompleter {
  let session: Session

  func complete(_ text: EntryText) -> Completions {
    let bytes = text.bytes
    guard let first = bytes.firstIndex(where: { $0 > UInt8(ascii: " ") }), first < text.cursor
    else { return session.completions(of: bytes, at: text.cursor) }
    switch bytes[first] {
    case UInt8(ascii: "?"): return helped(text)
    case UInt8(ascii: ":"): return command(text, from: first)
    case UInt8(ascii: "!"): return path(text, from: wordStart(text, behind: first))
    default: return session.completions(of: bytes, at: text.cursor)
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
    return part(text, from: start)
  }

  /// As if nothing stood in front of a byte.
  private func part(_ text: EntryText, from start: Int) -> Completions {
    var found = session.completions(of: Array(text.bytes[start...]), at: text.cursor - start)
    found.range = (found.range.lowerBound + start)..<(found.range.upperBound + start)
    return found
  }

  // MARK: - Commands

  private func command(_ text: EntryText, from colon: Int) -> Completions {
    let end = text.bytes[colon...].firstIndex { $0 <= UInt8(ascii: " ") } ?? text.bytes.count
    guard text.cursor > end else {
      let names = PromptCommand.all.map { ($0.name, "\($0.usage)  \($0.summary)") }
      return words(names, text, from: colon + 1)
    }
    let word = String(decoding: text.bytes[(colon + 1)..<end], as: UTF8.self)
    let name = word.hasSuffix("!") ? String(word.dropLast()) : word
    let start = wordStart(text, behind: end)
    return switch PromptCommand.named(name)?.operand {
    case .code: part(text, from: end)
    case .path: path(text, from: start)
    case .word(let choices): words(choices.map { ($0, "") }, text, from: start)
    case .text, .none?, nil: .none
    }
  }

  private func words(
    _ choices: [(name: String, detail: String)], _ text: EntryText, from start: Int
  ) -> Completions {
    let typed = String(decoding: text.bytes[start..<text.cursor], as: UTF8.self)
    return Completions(
      range: start..<text.cursor,
      candidates: choices.filter { $0.name.hasPrefix(typed) }.map {
        .init($0.name, detail: $0.detail)
      })
  }

  // MARK: - Paths

  /// Where the word at the cursor begins, of those behind a byte.
  private func wordStart(_ text: EntryText, behind start: Int) -> Int {
    let blank = text.bytes[start..<text.cursor].lastIndex { $0 <= UInt8(ascii: " ") }
    return blank.map { $0 + 1 } ?? start + 1
  }

  private func path(_ text: EntryText, from start: Int) -> Completions {
    let typed = Array(text.bytes[start..<text.cursor])
    // Where code takes a path, in a string that is closed already.
    let call = Array("load(\"".utf8)
    let quote = [UInt8(ascii: "\"")]
    var found = session.completions(of: call + typed + quote, at: call.count + typed.count)
    let shift = start - call.count
    found.range = (found.range.lowerBound + shift)..<(found.range.upperBound + shift)
    return found
  }
}

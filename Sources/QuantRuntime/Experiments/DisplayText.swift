/// A text on one line of a terminal, with the number of terminal columns it takes.
///
/// East Asian wide characters and emoji take two columns (Unicode Standard Annex 11), combining
/// marks none. Control characters, among them escapes that would change the terminal's state, become
/// spaces.
struct DisplayText: Hashable {
  private static let mark = "..."

  let text: String
  let width: Int

  init(_ text: String) {
    var cleaned = ""
    var width = 0
    for character in text {
      let isControl = character.unicodeScalars.contains {
        $0.properties.generalCategory == .control
      }
      let shown: Character = isControl ? " " : character
      cleaned.append(shown)
      width += shown.terminalWidth
    }
    self.text = cleaned
    self.width = width
  }

  private init(text: String, width: Int) {
    self.text = text
    self.width = width
  }

  /// The text itself, or its beginning and "...", in at most `limit` columns (3 or more).
  func cut(to limit: Int) -> DisplayText {
    guard width > limit else { return self }
    var kept = ""
    var used = 0
    for character in text {
      let next = used + character.terminalWidth
      if next > limit - Self.mark.count { break }
      kept.append(character)
      used = next
    }
    return DisplayText(text: kept + Self.mark, width: used + Self.mark.count)
  }
}

extension Character {
  /// Columns of a terminal, decided by the first scalar and by an emoji selector behind it.
  fileprivate var terminalWidth: Int {
    guard let first = unicodeScalars.first else { return 0 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if wideRanges.contains(where: { $0.contains(first.value) }) { return 2 }
    return unicodeScalars.contains("\u{FE0F}") ? 2 : 1
  }
}

/// The blocks of width W and F of Annex 11, joined where only unassigned characters lie between.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
  0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
  0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD,
]

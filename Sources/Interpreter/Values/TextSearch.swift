import Foundation
import QuantRuntime

/// Searches texts of up to `ValueError.stringLimit` bytes, by characters as the language counts them:
/// half of a character is no part of a text, and the two spellings of "é" are one.
enum TextSearch {
  /// Nothing is no part of a text.
  static func contains(
    _ text: String, _ part: String, until interruption: Interruption
  ) throws(Interrupted) -> Bool {
    if part.isEmpty { return false }
    return try ranges(of: part, in: text, limit: 1, until: interruption).first != nil
  }

  /// Where a part stands, from the left and without overlaps.
  ///
  /// - Parameters:
  ///   - part: not empty.
  ///   - limit: places that are looked for.
  static func ranges(
    of part: String, in text: String, limit: Int, until interruption: Interruption
  ) throws(Interrupted) -> [Range<String.Index>] {
    var found: [Range<String.Index>] = []
    let first = part[part.startIndex]
    var place = text.startIndex
    while place < text.endIndex, found.count < limit {
      try interruption.check()
      if text[place] == first, let end = end(of: part, in: text, at: place) {
        found.append(place..<end)
        place = end
      } else {
        text.formIndex(after: &place)
      }
    }
    return found
  }

  /// Where a part ends that stands at a place; nil when it does not stand there.
  private static func end(
    of part: String, in text: String, at place: String.Index
  ) -> String.Index? {
    var at = place
    for character in part {
      guard at < text.endIndex, text[at] == character else { return nil }
      text.formIndex(after: &at)
    }
    return at
  }
}

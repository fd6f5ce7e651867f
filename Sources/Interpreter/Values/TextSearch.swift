import Foundation
import QuantRuntime

/// Searches texts of up to `ValueError.stringLimit` bytes, by characters as the language counts them:
/// half of a character is no part of a text, and the two spellings of "é" are one.
enum TextSearch {
  /// Nothing is no part of a text.
  static func contains(
    _ text: Text, _ part: Text, until interruption: Interruption
  ) throws(Interrupted) -> Bool {
    if part.byteCount == 0 { return false }
    guard text.hasByteCharacters else {
      return try ranges(of: part.value, in: text.value, limit: 1, until: interruption).first != nil
    }
    var isFound = false
    try forEach(part, in: text, limit: 1, until: interruption) { _, _ in isFound = true }
    return isFound
  }

  /// The parts of a text before, between and behind separators; one more than a list can hold, if there
  /// are more.
  ///
  /// - Parameter separator: not empty.
  static func parts(
    of text: Text, between separator: Text, until interruption: Interruption
  ) throws(Interrupted) -> [Value] {
    guard text.hasByteCharacters else {
      return try parts(of: text.value, between: separator.value, until: interruption)
    }
    var parts: [Value] = []
    parts.reserveCapacity(4)
    var place = 0
    try forEach(separator, in: text, limit: List.sizeLimit, until: interruption) { range, bytes in
      parts.append(.string(.make(part: bytes[place..<range.lowerBound])))
      place = range.upperBound
    }
    text.withBytes { parts.append(.string(.make(part: $0[place...]))) }
    return parts
  }

  private static func parts(
    of text: String, between separator: String, until interruption: Interruption
  ) throws(Interrupted) -> [Value] {
    var parts: [Value] = []
    var place = text.startIndex
    for range in try ranges(of: separator, in: text, limit: List.sizeLimit, until: interruption) {
      parts.append(.text(String(text[place..<range.lowerBound])))
      place = range.upperBound
    }
    return parts + [.text(String(text[place...]))]
  }

  // MARK: - Characters

  /// Where a part stands, from the left and without overlaps.
  ///
  /// - Parameters:
  ///   - part: not empty.
  ///   - limit: places that are looked for.
  private static func ranges(
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

  // MARK: - Bytes

  /// Calls back with the places of bytes in those of a text, from the left and without overlaps.
  ///
  /// - Parameter part: not empty.
  static func forEach(
    _ part: Text, in text: Text, limit: Int, until interruption: Interruption,
    _ body: (Range<Int>, UnsafeBufferPointer<UInt8>) -> Void
  ) throws(Interrupted) {
    let isInterrupted = text.withBytes { bytes in
      part.withBytes { part in
        guard let text = bytes.baseAddress, let sought = part.baseAddress else { return false }
        let first = Int32(sought[0])
        var (at, count) = (0, 0)
        while count < limit, at + part.count <= bytes.count,
          let place = memchr(text + at, first, bytes.count - part.count + 1 - at)
        {
          if interruption.isRequested { return true }
          at = UnsafeRawPointer(place) - UnsafeRawPointer(text)
          if part.count == 1 || memcmp(text + at, sought, part.count) == 0 {
            body(at..<(at + part.count), bytes)
            at += part.count
            count += 1
          } else {
            at += 1
          }
        }
        return false
      }
    }
    if isInterrupted { throw Interrupted() }
  }
}

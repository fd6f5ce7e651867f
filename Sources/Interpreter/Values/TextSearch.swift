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
    guard text.hasByteCharacters else {
      return try ranges(of: part, in: text, limit: 1, until: interruption).first != nil
    }
    var isFound = false
    try forEach(part, in: text, limit: 1, until: interruption) { _, _ in isFound = true }
    return isFound
  }

  /// Where a part stands, from the left and without overlaps.
  ///
  /// - Parameters:
  ///   - part: not empty.
  ///   - limit: places that are looked for.
  static func ranges(
    of part: String, in text: String, limit: Int, until interruption: Interruption
  ) throws(Interrupted) -> [Range<String.Index>] {
    if text.hasByteCharacters {
      var found: [Range<String.Index>] = []
      try forEach(part, in: text, limit: limit, until: interruption) { range, _ in
        let start = text.utf8.index(text.startIndex, offsetBy: range.lowerBound)
        found.append(start..<text.utf8.index(start, offsetBy: range.count))
      }
      return found
    }
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

  /// The parts of a text before, between and behind separators; one more than a list can hold, if there
  /// are more.
  ///
  /// - Parameter separator: not empty.
  static func parts(
    of text: String, between separator: String, until interruption: Interruption
  ) throws(Interrupted) -> [Value] {
    var parts: [Value] = []
    guard text.hasByteCharacters else {
      var place = text.startIndex
      for range in try ranges(
        of: separator, in: text, limit: List.sizeLimit, until: interruption)
      {
        parts.append(.text(String(text[place..<range.lowerBound])))
        place = range.upperBound
      }
      return parts + [.text(String(text[place...]))]
    }
    parts.reserveCapacity(4)
    var place = 0
    try forEach(separator, in: text, limit: List.sizeLimit, until: interruption) { range, bytes in
      let part = UnsafeBufferPointer(rebasing: bytes[place..<range.lowerBound])
      parts.append(.text(String(decoding: part, as: UTF8.self)))
      place = range.upperBound
    }
    let rest = text.utf8.dropFirst(place)
    parts.append(.text(String(Substring(rest))))
    return parts
  }

  /// Calls back with the places of bytes in those of a text, from the left and without overlaps.
  ///
  /// - Parameter part: not empty.
  static func forEach(
    _ part: String, in text: String, limit: Int, until interruption: Interruption,
    _ body: (Range<Int>, UnsafeBufferPointer<UInt8>) -> Void
  ) throws(Interrupted) {
    let isInterrupted = text.utf8.withContiguousStorageIfAvailable { bytes in
      part.utf8.withContiguousStorageIfAvailable { part in
        visit(part, in: bytes, limit: limit, until: interruption, body)
      }
    }
    // Every string here was made by Swift and lies in one piece.
    if isInterrupted == .some(.some(true)) { throw Interrupted() }
  }

  /// - Returns: whether it was interrupted.
  @inline(__always)
  private static func visit(
    _ part: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>, limit: Int,
    until interruption: Interruption, _ body: (Range<Int>, UnsafeBufferPointer<UInt8>) -> Void
  ) -> Bool {
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

extension String {
  /// Whether each byte is a character: all are ASCII, and there is no carriage return, which would be
  /// one character together with a newline. Finding that out is many times faster than cutting the
  /// text into characters.
  var hasByteCharacters: Bool {
    utf8.withContiguousStorageIfAvailable { bytes in
      // Without a branch, so that many bytes are looked at together.
      var others: UInt8 = 0
      for byte in bytes { others |= (byte & 0x80) | (byte == 0x0D ? 1 : 0) }
      return others == 0
    } ?? false
  }
}

import Foundation

/// A boxed string: its bytes in UTF-8 behind a header, in one piece of memory.
///
/// Not a box around a `String`, which would be two pieces for all but the shortest, and would be looked
/// through again by everything that asks whether its bytes are its characters.
public final class Text: ManagedBuffer<Text.Header, UInt8> {
  public struct Header {
    /// In bytes.
    fileprivate(set) var count: Int
    fileprivate let capacity: Int
    /// Whether each byte is a character: all are ASCII, and there is no carriage return, which would be
    /// one character together with a newline.
    fileprivate(set) var hasByteCharacters: Bool
  }

  /// For as many bytes, of which none is there yet.
  private static func empty(capacity: Int) -> Text {
    unsafeDowncast(
      create(minimumCapacity: capacity) { _ in
        Header(count: 0, capacity: capacity, hasByteCharacters: true)
      }, to: Text.self)
  }

  static func make(_ string: String) -> Text {
    var string = string
    return string.withUTF8 { make($0) }
  }

  /// - Parameter bytes: well-formed UTF-8.
  static func make(_ bytes: UnsafeBufferPointer<UInt8>) -> Text {
    let text = empty(capacity: bytes.count)
    text.add(bytes, hasByteCharacters: bytes.areCharacters)
    return text
  }

  /// In decimal.
  static func make(_ number: Int) -> Text {
    let text = empty(capacity: Decimal.maximumCount)
    text.withUnsafeMutablePointers { header, bytes in
      header.pointee.count = Decimal.write(number, to: bytes)
    }
    return text
  }

  /// A part of the bytes of a text, which each are a character.
  static func make(part bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Text {
    let text = empty(capacity: bytes.count)
    text.add(UnsafeBufferPointer(rebasing: bytes), hasByteCharacters: true)
    return text
  }

  public var value: String { withBytes { String(decoding: $0, as: UTF8.self) } }

  /// In bytes.
  ///
  /// Not by `header`, whose reading the runtime would watch for overlapping access.
  @inline(__always)
  var byteCount: Int { withUnsafeMutablePointerToHeader { $0.pointee.count } }

  @inline(__always)
  var hasByteCharacters: Bool {
    withUnsafeMutablePointerToHeader { $0.pointee.hasByteCharacters }
  }

  /// The number of characters.
  var count: Int { hasByteCharacters ? byteCount : value.count }

  @inline(__always)
  func withBytes<T>(_ body: (UnsafeBufferPointer<UInt8>) -> T) -> T {
    withUnsafeMutablePointers { header, bytes in
      body(UnsafeBufferPointer(start: bytes, count: header.pointee.count))
    }
  }

  @inline(__always)
  private func add(_ bytes: UnsafeBufferPointer<UInt8>, hasByteCharacters: Bool) {
    withUnsafeMutablePointers { header, own in
      if let start = bytes.baseAddress {
        (own + header.pointee.count).update(from: start, count: bytes.count)
      }
      header.pointee.count += bytes.count
      header.pointee.hasByteCharacters = header.pointee.hasByteCharacters && hasByteCharacters
    }
  }

  // MARK: - Joining

  /// - Throws: `ValueError.tooLarge`.
  static func joining(_ a: Text, _ b: Text) throws -> Text {
    let count = a.byteCount + b.byteCount
    try ValueError.checkText(count)
    return joining(a, b, capacity: count)
  }

  private static func joining(_ a: Text, _ b: Text, capacity: Int) -> Text {
    let text = empty(capacity: capacity)
    a.withBytes { text.add($0, hasByteCharacters: a.hasByteCharacters) }
    b.withBytes { text.add($0, hasByteCharacters: b.hasByteCharacters) }
    return text
  }

  /// For the only owner: adds to the end; gives a text with more room where there is none.
  ///
  /// - Throws: `ValueError.tooLarge`, and stays as it was.
  func appending(_ other: Text) throws -> Text? {
    let count = byteCount + other.byteCount
    try ValueError.checkText(count)
    guard count <= withUnsafeMutablePointerToHeader({ $0.pointee.capacity }) else {
      return Self.joining(self, other, capacity: max(2 * count, 48))
    }
    let flag = other.hasByteCharacters
    other.withBytes { add($0, hasByteCharacters: flag) }
    return nil
  }
}

extension Text {
  static func == (a: Text, b: Text) -> Bool {
    if a === b { return true }
    // Beyond ASCII there are several spellings of a character.
    guard a.hasByteCharacters, b.hasByteCharacters else { return a.value == b.value }
    return a.byteCount == b.byteCount && a.begins(with: b)
  }

  static func < (a: Text, b: Text) -> Bool {
    guard a.hasByteCharacters, b.hasByteCharacters else { return a.value < b.value }
    return a.withBytes { a in b.withBytes { b in a.lexicographicallyPrecedes(b) } }
  }

  /// - Precondition: the bytes of both are characters.
  private func begins(with other: Text) -> Bool {
    withBytes { own in
      other.withBytes { part in
        guard part.count <= own.count else { return false }
        guard let a = own.baseAddress, let b = part.baseAddress else { return true }
        return memcmp(a, b, part.count) == 0
      }
    }
  }

  func hasPrefix(_ prefix: Text) -> Bool {
    guard hasByteCharacters else { return value.hasPrefix(prefix.value) }
    return begins(with: prefix)
  }

  func hasSuffix(_ suffix: Text) -> Bool {
    guard hasByteCharacters else { return value.hasSuffix(suffix.value) }
    return withBytes { own in
      suffix.withBytes { part in
        guard part.count <= own.count else { return false }
        guard let a = own.baseAddress, let b = part.baseAddress else { return true }
        return memcmp(a + (own.count - part.count), b, part.count) == 0
      }
    }
  }

  /// With each byte changed; nil where bytes are no characters.
  func mappingBytes(_ change: (UInt8) -> UInt8) -> Text? {
    guard hasByteCharacters else { return nil }
    let text = Text.empty(capacity: byteCount)
    withBytes { old in
      text.withUnsafeMutablePointers { header, bytes in
        for place in old.indices { bytes[place] = change(old[place]) }
        header.pointee.count = old.count
      }
    }
    return text
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether each byte is a character; see `Text.Header`.
  var areCharacters: Bool {
    // Without a branch, so that many bytes are looked at together.
    var others: UInt8 = 0
    for byte in self { others |= (byte & 0x80) | (byte == 0x0D ? 1 : 0) }
    return others == 0
  }
}

/// Puts a text together from bytes: appending to a `String` costs several times as much for short parts.
final class TextBuffer {
  private var bytes: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// In bytes.
  @exclusivity(unchecked) private(set) var count = 0

  /// What is kept for the next text.
  private static let keptCapacity = 1 << 16

  init(capacity: Int = 256) {
    self.capacity = capacity
    bytes = .allocate(capacity: capacity)
  }

  deinit { bytes.deallocate() }

  /// Gives the text, and begins a new one.
  func take() -> Text {
    defer { clear() }
    return Text.make(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// Forgets what was appended.
  func clear() {
    count = 0
    if capacity > Self.keptCapacity {
      bytes.deallocate()
      capacity = Self.keptCapacity
      bytes = .allocate(capacity: capacity)
    }
  }

  func append(_ part: UnsafeBufferPointer<UInt8>) {
    guard let start = part.baseAddress else { return }
    reserve(part.count)
    (bytes + count).update(from: start, count: part.count)
    count += part.count
  }

  func append(_ part: Text) { part.withBytes { append($0) } }

  func append(_ part: String) {
    if part.utf8.withContiguousStorageIfAvailable({ append($0) }) == nil {
      var copy = part
      copy.withUTF8 { append($0) }
    }
  }

  /// In decimal.
  func append(_ number: Int) {
    reserve(Decimal.maximumCount)
    count += Decimal.write(number, to: bytes + count)
  }

  private func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    capacity = max(2 * capacity, count + more)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    moved.update(from: bytes, count: count)
    bytes.deallocate()
    bytes = moved
  }
}

/// Ints in decimal, without a `String` in between.
enum Decimal {
  /// Bytes that an int can take.
  static let maximumCount = 20

  /// - Returns: the number of bytes.
  static func write(_ number: Int, to place: UnsafeMutablePointer<UInt8>) -> Int {
    var digits = 1
    var bound: UInt = 10
    while number.magnitude >= bound {
      digits += 1
      // Ends at 10^19 at the latest, which fits.
      bound *= 10
    }
    let start = number < 0 ? 1 : 0
    if number < 0 { place[0] = UInt8(ascii: "-") }
    var rest = number.magnitude
    for index in stride(from: start + digits - 1, through: start, by: -1) {
      place[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    return start + digits
  }

  /// The int that is written in up to 18 digits with nothing but a minus in front of them; nil for what
  /// needs a closer look.
  static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let digits = bytes[(isNegative ? 1 : 0)...]
    guard (1...18).contains(digits.count) else { return nil }
    var value = 0
    for byte in digits {
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    return isNegative ? -value : value
  }
}

/// A 64-bit hash of the numbers of a model, to tell contents apart.
///
/// Four lanes of multiply and fold, 32 bytes at a time, which keeps up with memory; a bytewise hash
/// or SHA-256 would take seconds for a large network. Against accidents only: anyone can make two
/// contents of one hash.
struct ContentHash {
  /// The four constants are the first 64 bits of the fractional parts of the square roots of 2, 3, 5
  /// and 7.
  private var lanes: (UInt64, UInt64, UInt64, UInt64) = (
    0x6A09_E667_F3BC_C908, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1
  )
  private var byteCount: UInt64 = 0

  /// Odd, so that a product forgets nothing: the golden ratio's fraction.
  private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Without the shift the upper bits of a word, such as a sign, would stay in the upper bits.
  private static func mix(_ lane: inout UInt64, _ word: UInt64) {
    lane = (lane ^ word) &* multiplier
    lane ^= lane >> 29
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    let whole = bytes.count / 32 * 32
    var (a, b, c, d) = lanes
    for start in stride(from: 0, to: whole, by: 32) {
      Self.mix(&a, bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
      Self.mix(&b, bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self))
      Self.mix(&c, bytes.loadUnaligned(fromByteOffset: start + 16, as: UInt64.self))
      Self.mix(&d, bytes.loadUnaligned(fromByteOffset: start + 24, as: UInt64.self))
    }
    for byte in bytes[whole...] { Self.mix(&a, UInt64(byte)) }
    lanes = (a, b, c, d)
    byteCount += UInt64(bytes.count)
  }

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    // Two texts are not the one that they make together.
    Self.mix(&lanes.0, 0x100)
  }

  /// Sixteen hexadecimal digits.
  var text: String {
    var result = lanes.0
    for word in [lanes.1, lanes.2, lanes.3, byteCount] { Self.mix(&result, word) }
    result ^= result >> 32
    let digits = String(result, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Over the names, shapes and numbers of tensors, in the order of their names.
  static func of(_ tensors: [String: Tensor]) -> String {
    var hash = ContentHash()
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      hash.add("\(name)\(tensor.shape)")
      tensor.values.withUnsafeBytes { hash.add($0) }
    }
    return hash.text
  }
}

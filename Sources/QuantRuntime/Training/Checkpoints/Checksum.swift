import CZlib
import Foundation

/// CRC-32, to find damage and to tell contents apart.
struct Checksum {
  private var value: UInt = crc32_z(0, nil, 0)

  mutating func add(_ data: Data) {
    data.withUnsafeBytes { add($0) }
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    value = crc32_z(value, start.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  /// Eight hexadecimal digits.
  var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  /// Over the names, shapes and numbers of tensors, in the order of their names.
  static func of(_ tensors: [String: Tensor]) -> String {
    var sum = Checksum()
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      sum.add(Data("\(name)\(tensor.shape)".utf8))
      tensor.values.withUnsafeBytes { sum.add($0) }
    }
    return sum.text
  }
}

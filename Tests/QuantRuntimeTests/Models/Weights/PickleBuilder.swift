import Foundation

@testable import QuantRuntime

/// Writes pickles and checkpoints byte by byte, in the order of the formats' own descriptions.
struct PickleBuilder {
  private(set) var bytes = Data([0x80, 2])

  mutating func add(_ opcode: PickleOpcode, _ argument: [UInt8] = []) {
    bytes.append(opcode.rawValue)
    bytes.append(contentsOf: argument)
  }

  mutating func text(_ text: String) {
    add(.binunicode, Self.little(text.utf8.count, 4) + Array(text.utf8))
  }

  mutating func int(_ value: Int) { add(.binint, Self.little(value, 4)) }

  mutating func global(_ module: String, _ name: String) {
    add(.global, Array("\(module)\n\(name)\n".utf8))
  }

  mutating func tuple(_ values: [Int]) {
    add(.mark)
    for value in values { int(value) }
    add(.tuple)
  }

  /// A call of `_rebuild_tensor_v2` on a storage of its own.
  mutating func tensor(
    key: String, storage: String = "FloatStorage", count: Int, offset: Int = 0, shape: [Int],
    strides: [Int]
  ) {
    global("torch._utils", "_rebuild_tensor_v2")
    add(.mark)
    add(.mark)
    text("storage")
    global("torch", storage)
    text(key)
    text("cpu")
    int(count)
    add(.tuple)
    add(.binpersid)
    int(offset)
    tuple(shape)
    tuple(strides)
    add(.newfalse)
    add(.none)
    add(.tuple)
    add(.reduce)
  }

  static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}

/// An archive of stored entries.
enum ZipBuilder {
  static func archive(_ entries: [(name: String, content: Data)], method: Int = 0) -> Data {
    var result = Data()
    var directory = Data()
    for (name, content) in entries {
      let start = result.count
      let common =
        PickleBuilder.little(0, 2) + PickleBuilder.little(method, 2)
        + PickleBuilder.little(0, 8) + PickleBuilder.little(content.count, 4)
        + PickleBuilder.little(content.count, 4) + PickleBuilder.little(name.utf8.count, 2)
        + PickleBuilder.little(0, 2)
      result.append(contentsOf: [0x50, 0x4B, 3, 4] + PickleBuilder.little(20, 2) + common)
      result.append(contentsOf: Array(name.utf8))
      result.append(content)
      directory.append(contentsOf: [0x50, 0x4B, 1, 2] + PickleBuilder.little(20, 4).prefix(2))
      directory.append(contentsOf: PickleBuilder.little(20, 2) + common)
      directory.append(contentsOf: PickleBuilder.little(0, 10) + PickleBuilder.little(start, 4))
      directory.append(contentsOf: Array(name.utf8))
    }
    let start = result.count
    result.append(directory)
    result.append(contentsOf: [0x50, 0x4B, 5, 6] + PickleBuilder.little(0, 4))
    result.append(contentsOf: PickleBuilder.little(entries.count, 2))
    result.append(contentsOf: PickleBuilder.little(entries.count, 2))
    result.append(contentsOf: PickleBuilder.little(directory.count, 4))
    result.append(contentsOf: PickleBuilder.little(start, 4) + [0, 0])
    return result
  }

  /// What `torch.save` writes for one object with storages.
  static func checkpoint(
    _ pickle: Data, storages: [(key: String, content: Data)], order: String = "little"
  ) -> Data {
    archive(
      [("archive/data.pkl", pickle), ("archive/byteorder", Data(order.utf8))]
        + storages.map { ("archive/data/\($0.key)", $0.content) })
  }
}

/// Little-endian float32.
func floats(_ values: [Float]) -> Data {
  values.reduce(into: Data()) { data, value in
    withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
  }
}

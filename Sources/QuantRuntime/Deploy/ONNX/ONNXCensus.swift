import Foundation

/// Counts the messages in the bytes of an ONNX file before any of them is made.
///
/// An empty message takes two bytes in a file and some hundred in memory; counting first bounds what a
/// hostile file can take. Follows only the fields of `onnx.proto`, whose messages do not contain
/// themselves. Where the bytes make no sense it stops, as the decoder does at the same place.
struct ONNXCensus {
  private(set) var messages = 0
  private let limit: Int

  /// - Throws: `ONNXError.limit` at more than `limit` messages, `.damaged` for groups, which ONNX has not.
  static func check(_ data: Data, limit: Int = ONNXLimits.messages) throws(ONNXError) {
    var census = ONNXCensus(limit: limit)
    let outcome = data.withUnsafeBytes { bytes in
      Result { () throws(ONNXError) in try census.count(bytes, of: .model) }
    }
    try outcome.get()
  }

  private init(limit: Int) { self.limit = limit }

  /// A kind of message, with the fields that hold other messages.
  private enum Kind {
    case model, graph, node, attribute, tensor, value, type, tensorType, shape, leaf

    func child(_ field: UInt64) -> Kind? {
      switch (self, field) {
      case (.model, 7): .graph
      case (.model, 8), (.model, 14), (.tensor, 13), (.shape, 1): .leaf
      case (.graph, 1): .node
      case (.graph, 5), (.attribute, 5): .tensor
      case (.graph, 11), (.graph, 12): .value
      case (.node, 5): .attribute
      case (.value, 2): .type
      case (.type, 1): .tensorType
      case (.tensorType, 2): .shape
      default: nil
      }
    }
  }

  private mutating func count(_ bytes: UnsafeRawBufferPointer, of kind: Kind) throws(ONNXError) {
    messages += 1
    guard messages <= limit else { throw .limit(rule: "has at most \(limit) parts") }
    var cursor = Cursor(bytes: bytes)
    while let tag = cursor.varint() {
      guard tag <= UInt64(UInt32.max) else { throw .damaged }
      switch tag & 7 {
      case 0: guard cursor.varint() != nil else { return }
      case 1: guard cursor.skip(8) else { return }
      case 5: guard cursor.skip(4) else { return }
      case 2:
        guard let part = cursor.part() else { return }
        if let child = kind.child(tag >> 3) { try count(part, of: child) }
      default: throw .damaged
      }
    }
  }

  private struct Cursor {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Nil at the end, and for a number that is cut off or has more than ten bytes.
    mutating func varint() -> UInt64? {
      var value: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 70, by: 7) {
        guard position < bytes.count else { return nil }
        let byte = bytes[position]
        position += 1
        if shift < 64 { value |= UInt64(byte & 127) << shift }
        if byte < 128 { return value }
      }
      return nil
    }

    mutating func skip(_ count: Int) -> Bool {
      guard count <= bytes.count - position else { return false }
      position += count
      return true
    }

    mutating func part() -> UnsafeRawBufferPointer? {
      guard let length = varint(), length <= UInt64(bytes.count - position) else { return nil }
      let start = position
      position += Int(length)
      return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    }
  }
}

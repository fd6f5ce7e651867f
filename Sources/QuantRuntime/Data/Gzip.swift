import CZlib
import Foundation

/// Reads gzip files.
enum Gzip {
  static func isGzip(_ data: Data) -> Bool { data.starts(with: [0x1F, 0x8B]) }

  /// The first bytes of the content.
  ///
  /// - Parameters:
  ///   - limit: bytes to give at most, which bounds the memory whatever the file says.
  ///   - path: for messages.
  /// - Returns: fewer bytes than `limit` only when the content ends there.
  /// - Throws: `DataError.corruptGzip` for a file that is damaged or cut off.
  static func inflate(_ data: Data, limit: Int, path: String) throws(DataError) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: limit)
    var stream = z_stream()
    // 15 bits of window, plus 16 for a gzip header.
    guard
      inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .corruptGzip(path: path, reason: "zlib does not start") }
    defer { inflateEnd(&stream) }
    let status = data.withUnsafeBytes { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = UnsafeMutablePointer(
          mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(clamping: input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(clamping: output.count)
        return CZlib.inflate(&stream, Z_FINISH)
      }
    }
    let produced = limit - Int(stream.avail_out)
    switch status {
    case Z_STREAM_END: return Array(output.prefix(produced))
    case Z_OK,
      Z_BUF_ERROR where stream.avail_out == 0:
      return output
    case Z_BUF_ERROR: throw .corruptGzip(path: path, reason: "it ends too early")
    default:
      let reason = stream.msg.map { String(cString: $0) } ?? "zlib error \(status)"
      throw .corruptGzip(path: path, reason: reason)
    }
  }
}

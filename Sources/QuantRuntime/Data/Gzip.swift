import CZlib
import Foundation

/// Reads gzip files (RFC 1952), those of several members too.
enum Gzip {
  private static let magic: [UInt8] = [0x1F, 0x8B]
  private static let chunkSize = 1 << 18

  static func isGzip(_ data: Data) -> Bool { data.starts(with: magic) }

  /// The first bytes of the content.
  ///
  /// - Parameters:
  ///   - limit: bytes to give at most. Memory grows with the bytes that are really there, up to this.
  ///   - path: for messages.
  /// - Returns: fewer bytes than `limit` only when the content ends there, its checksum being right.
  /// - Throws: `DataError.corruptGzip` for a file that is damaged, cut off, or goes on after its end;
  ///   `Interrupted`.
  static func inflate(
    _ data: Data, limit: Int, path: String, until interruption: Interruption = Interruption()
  ) throws -> [UInt8] {
    var stream = z_stream()
    // 15 bits of window, plus 16 for a gzip header.
    guard
      inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw DataError.corruptGzip(path: path, reason: "zlib does not start") }
    defer { inflateEnd(&stream) }
    var output: [UInt8] = []
    let problem = try data.withUnsafeBytes {
      try inflate(&stream, $0, limit: limit, into: &output, until: interruption)
    }
    if let problem { throw DataError.corruptGzip(path: path, reason: problem) }
    return output
  }

  /// Gives what is wrong, nil when the content or the limit was reached in order.
  private static func inflate(
    _ stream: inout z_stream, _ input: UnsafeRawBufferPointer, limit: Int,
    into output: inout [UInt8], until interruption: Interruption
  ) throws(Interrupted) -> String? {
    var chunk = [UInt8](repeating: 0, count: chunkSize)
    var offset = 0
    while output.count < limit {
      try interruption.check()
      let rest = input[offset...]
      let room = min(limit - output.count, chunkSize)
      let fed = min(rest.count, 1 << 30)
      let status = chunk.withUnsafeMutableBufferPointer { chunk in
        stream.next_in = UnsafeMutablePointer(
          mutating: UnsafeRawBufferPointer(rebasing: rest).bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(fed)
        stream.next_out = chunk.baseAddress
        stream.avail_out = UInt32(room)
        return CZlib.inflate(&stream, Z_NO_FLUSH)
      }
      offset += fed - Int(stream.avail_in)
      output.append(contentsOf: chunk[..<(room - Int(stream.avail_out))])
      switch status {
      case Z_OK: continue
      case Z_STREAM_END:
        if offset == input.count { return nil }
        guard input[offset...].starts(with: magic) else { return "other bytes follow its end" }
        inflateReset(&stream)
      // No progress is possible: the input is used up.
      case Z_BUF_ERROR: return "it ends too early"
      default: return stream.msg.map { String(cString: $0) } ?? "zlib error \(status)"
      }
    }
    return nil
  }
}

import CZlib
import Foundation
import Testing

@testable import QuantRuntime

/// A gzip file of some bytes, in one member.
func gzipped(_ bytes: [UInt8]) -> Data {
  var stream = z_stream()
  let size = Int32(MemoryLayout<z_stream>.size)
  deflateInit2_(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
  defer { deflateEnd(&stream) }
  var (input, output) = (bytes, [UInt8](repeating: 0, count: bytes.count + 1_000))
  let length = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      #expect(deflate(&stream, Z_FINISH) == Z_STREAM_END)
      return output.count - Int(stream.avail_out)
    }
  }
  return Data(output[..<length])
}

@Suite("Gzip")
struct GzipTests {
  private let bytes = (0..<600).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }

  private func inflate(_ data: Data, limit: Int = 10_000) throws -> [UInt8] {
    try Gzip.inflate(data, limit: limit, path: "x.gz")
  }

  @Test("the content comes back, whole or up to a limit")
  func content() throws {
    #expect(try inflate(gzipped(bytes)) == bytes)
    for limit in [0, 1, 599, 600, 601] {
      #expect(try inflate(gzipped(bytes), limit: limit) == Array(bytes.prefix(limit)))
    }
    #expect(try inflate(gzipped([])) == [])
  }

  @Test("members that follow each other are one content")
  func members() throws {
    #expect(try inflate(gzipped(bytes) + gzipped([]) + gzipped(bytes)) == bytes + bytes)
  }

  @Test("a file cut off anywhere is an error")
  func truncation() throws {
    let whole = gzipped(bytes)
    for length in 0..<whole.count {
      #expect(throws: DataError.corruptGzip(path: "x.gz", reason: "it ends too early")) {
        try inflate(whole.prefix(length))
      }
    }
  }

  @Test("a flipped bit is noticed or harmless, wherever it is")
  func bitFlips() {
    let whole = gzipped(bytes)
    for bit in 0..<whole.count * 8 {
      var broken = whole
      broken[bit / 8] ^= 1 << (bit % 8)
      // Flags, time and system in the header do not change the content.
      if let content = try? inflate(broken) { #expect(content == bytes, "bit \(bit)") }
    }
  }

  @Test("bytes behind the end are an error")
  func trailingBytes() {
    #expect(throws: DataError.corruptGzip(path: "x.gz", reason: "other bytes follow its end")) {
      try inflate(gzipped(bytes) + Data([0]))
    }
  }

  @Test("a small file that unfolds to a large one stops at the limit")
  func bomb() throws {
    let bomb = gzipped([UInt8](repeating: 0, count: 5_000_000))
    #expect(bomb.count < 10_000)
    #expect(try inflate(bomb, limit: 1_000).count == 1_000)
  }
}

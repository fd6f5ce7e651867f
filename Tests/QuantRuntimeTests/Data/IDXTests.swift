import Foundation
import Testing

@testable import QuantRuntime

/// The bytes of an IDX file.
func idx(_ magic: UInt32, _ dimensions: [UInt32], _ content: [UInt8]) -> [UInt8] {
  ([magic] + dimensions).flatMap { word in (0..<4).map { UInt8(word >> (24 - 8 * $0) & 255) } }
    + content
}

@Suite("IDX files")
struct IDXTests {
  private let pixels = (0..<24).map { UInt8($0) }
  private var whole: [UInt8] { idx(0x803, [2, 3, 4], pixels) }

  /// What reading images from a file with these bytes gives.
  private func read(_ bytes: Data) throws -> (count: Int, height: Int, width: Int, pixels: [UInt8])
  {
    try withTemporaryFolder { folder in
      try AtomicFile.write(bytes, to: "\(folder)/x")
      return try IDX.images("\(folder)/x", FileReader())
    }
  }

  private func error(_ bytes: Data) -> DataError? {
    do {
      _ = try read(bytes)
      return nil
    } catch { return error as? DataError }
  }

  @Test("plain and gzipped files give the same images", arguments: [false, true])
  func reading(isGzipped: Bool) throws {
    let images = try read(isGzipped ? gzipped(whole) : Data(whole))
    #expect(images.count == 2 && images.height == 3 && images.width == 4)
    #expect(images.pixels == pixels)
  }

  @Test("a file cut off anywhere is an error that names it", arguments: [false, true])
  func truncation(isGzipped: Bool) {
    for length in 0..<whole.count {
      let part = Array(whole.prefix(length))
      switch error(isGzipped ? gzipped(part) : Data(part)) {
      case .truncated(let path, let expected, let found):
        #expect(path.hasSuffix("/x"))
        #expect(expected == (length < 16 ? 16 : 40) && found == length)
      case let other: Issue.record("length \(length): \(String(describing: other))")
      }
    }
    let compressed = gzipped(whole)
    for length in 2..<compressed.count {
      #expect(error(compressed.prefix(length))?.code == "data.corrupt")
    }
  }

  @Test("a byte too many is an error, plain and gzipped")
  func trailing() {
    #expect(error(Data(whole + [0]))?.code == "data.trailing")
    #expect(error(gzipped(whole + [0]))?.code == "data.trailing")
    #expect(error(gzipped(whole) + Data([0]))?.code == "data.corrupt")
  }

  @Test("another magic number is told before anything else")
  func magic() {
    let text = Data("<html>".utf8)
    guard case .wrongMagic(_, 0x803, 0x3C68_746D) = error(text) else {
      Issue.record("\(String(describing: error(text)))")
      return
    }
    #expect(error(Data(idx(0x801, [24], pixels)))?.code == "data.magic")
  }

  @Test(
    "dimensions that are 0, huge or overflow are refused without taking memory",
    arguments: [
      [0, 3, 4], [2, 0, 4], [2, 3, 0], [.max, .max, .max], [1 << 31, 1 << 31, 1 << 31],
      // The product is 24 modulo 2^64.
      [0x2000_0000, 0x2000_0000, 0x40], [60_000, 1_000, 1_000],
    ] as [[UInt32]])
  func dimensions(extents: [UInt32]) {
    #expect(error(Data(idx(0x803, extents, pixels)))?.code == "data.dimensions")
    #expect(error(gzipped(idx(0x803, extents, pixels)))?.code == "data.dimensions")
  }

  @Test("any flipped bit of a header is an error or a smaller but consistent file")
  func bitFlips() {
    for bit in 0..<16 * 8 {
      var broken = whole
      broken[bit / 8] ^= 1 << (bit % 8)
      #expect(error(Data(broken)) != nil, "bit \(bit)")
    }
  }
}

import Foundation
import Testing

@testable import QuantRuntime

@Suite("Hostile image files")
struct HostileImageTests {
  private let fixture: ImageFixture

  init() throws { fixture = try ImageFixture() }

  private func code(_ data: Data) -> String? {
    do {
      try ImageFile.decode(data, path: "x", into: ImageCanvas())
      return nil
    } catch { return error.code }
  }

  @Test("files that end early are refused, wherever they end")
  func truncated() {
    for file in [fixture.jpeg, fixture.png] {
      for count in stride(from: 0, to: file.count - 20, by: 7) {
        #expect(code(file.prefix(count)) != nil, "\(count) of \(file.count)")
      }
      #expect(code(file) == nil)
    }
  }

  @Test("bytes that are changed at random do no harm")
  func changed() {
    var random = RandomStream(seed: 5, purpose: .syntheticData)
    for round in 0..<3_000 {
      var file = fixture.all[round % fixture.all.count]
      for _ in 0...random.below(4) {
        file[random.below(file.count)] = UInt8(random.below(256))
      }
      _ = code(file)
    }
  }

  @Test("huge announced sizes are refused before memory is taken")
  func bombs() {
    var png = fixture.png
    png.replaceSubrange(16..<24, with: [0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF])
    // The checksum of the header no longer fits; libpng says so first.
    #expect(code(png) == "image.corrupt")
    png.replaceSubrange(29..<33, with: checksum(png[12..<29]))
    #expect(code(png) == "image.too_large")
    png.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
    png.replaceSubrange(29..<33, with: checksum(png[12..<29]))
    #expect(code(png) == "image.corrupt")
    var jpeg = fixture.jpeg
    if let frame = jpeg.firstRange(of: [0xFF, 0xC0, 0x00, 0x11, 0x08]) {
      jpeg.replaceSubrange(frame.upperBound..<frame.upperBound + 4, with: [0xFF, 0xDC, 0xFF, 0xDC])
    }
    #expect(code(jpeg) == "image.too_large")
  }

  /// CRC-32 as PNG uses it, bit by bit.
  private func checksum(_ bytes: Data) -> [UInt8] {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return (0..<4).map { UInt8(truncatingIfNeeded: ~crc >> (24 - 8 * $0)) }
  }

  @Test("what is no image, no file or not readable says so")
  func noImages() throws {
    #expect(code(Data()) == "image.format")
    #expect(code(Data("GIF89a".utf8)) == "image.format")
    #expect(code(Data([0xFF, 0xD8, 0xFF])) == "image.corrupt")
    try withTemporaryFolder { folder in
      let canvas = ImageCanvas()
      try fixture.write(["x.jpg/inside.jpg": fixture.jpeg, "zero.jpg": Data()], to: folder)
      #expect(throws: FileError.self) { try ImageFile.load("\(folder)/x.jpg", into: canvas) }
      #expect(throws: ImageError.self) { try ImageFile.load("\(folder)/zero.jpg", into: canvas) }
      #expect(throws: FileError.self) { try ImageFile.load("\(folder)/none.jpg", into: canvas) }
      #expect(throws: FileError.self) { try ImageFile.load("/dev/zero", into: canvas) }
      // A file with a hole: large, but takes no room on the disk.
      let huge = "\(folder)/huge.jpg"
      #expect(FileManager.default.createFile(atPath: huge, contents: nil))
      #expect(truncate(huge, 1 << 40) == 0)
      #expect(throws: ImageError.tooManyBytes(path: huge, bytes: 1 << 40, limit: 256 << 20)) {
        try ImageFile.load(huge, into: canvas)
      }
    }
  }

  @Test("an image as thin as a line is not resized beyond the limit")
  func thin() {
    let canvas = ImageCanvas()
    canvas.begin(channels: 3, height: 1, width: 60_000)
    var random = RandomStream(seed: 0, purpose: .augmentation)
    #expect(throws: ImageError.self) {
      try Resize(size: 256).apply(to: canvas, random: &random)
    }
  }
}

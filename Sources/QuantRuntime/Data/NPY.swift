import Foundation

/// NumPy's file format: a header in Python's notation, then the elements.
///
/// Versions 1 to 3, little-endian numbers, C order.
struct NPY {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// Of one file.
  private static let byteLimit = 4 << 30

  /// As NumPy writes it: `|u1`, `<f4`.
  let type: String
  let dimensions: [Int]
  let bytes: ArraySlice<UInt8>
  private let path: String
  private let interruption: Interruption

  /// - Throws: `DataError.corrupt`, `.truncated`, `.trailingBytes`, `.tooLarge`, and what reading throws.
  init(_ path: String, _ reader: FileReader) throws {
    interruption = reader.interruption
    let whole = try NumberFile.bytes(path, limit: Self.byteLimit, reader)
    let (text, start) = try Self.header(whole, path)
    guard let type = Self.field("descr", text, /'descr': *'([<|=][a-z][0-9]+)'/),
      let order = Self.field("fortran_order", text, /'fortran_order': *(True|False)/),
      let shape = Self.field("shape", text, /'shape': *\(([0-9, ]*)\)/),
      let width = type.last?.wholeNumberValue, type.count == 3
    else { throw DataError.corrupt(path: path, reason: "its header is not that of numbers") }
    guard order == "False" else {
      throw DataError.corrupt(path: path, reason: "its elements are in Fortran's order")
    }
    let parts = shape.split(whereSeparator: { ", ".contains($0) })
    dimensions = parts.compactMap { Int($0) }
    let size = try Self.byteCount(dimensions, width, parts.count, path)
    guard whole.count - start >= size else {
      throw DataError.truncated(path: path, expected: start + size, found: whole.count)
    }
    guard whole.count - start == size else {
      throw DataError.trailingBytes(path: path, expected: start + size)
    }
    self.type = type
    self.path = path
    bytes = whole[start...]
  }

  /// The header's text, and where the elements begin.
  private static func header(_ bytes: [UInt8], _ path: String) throws -> (String, Int) {
    guard bytes.starts(with: magic), bytes.count >= 12 else {
      throw DataError.corrupt(path: path, reason: "it does not begin as NumPy's files do")
    }
    let isLong = bytes[6] >= 2
    let text = isLong ? 12 : 10
    let length = Int(littleEndian(bytes[8..<text]))
    let start = text + length
    guard start <= bytes.count, length <= 1 << 16 else {
      throw DataError.truncated(path: path, expected: start, found: bytes.count)
    }
    return (String(decoding: bytes[text..<start], as: UTF8.self), start)
  }

  private static func field(
    _ name: String, _ text: String, _ pattern: Regex<(Substring, Substring)>
  ) -> String? {
    (try? pattern.firstMatch(in: text)).flatMap { $0 }.map { String($0.1) }
  }

  private static func byteCount(
    _ dimensions: [Int], _ width: Int, _ rank: Int, _ path: String
  ) throws -> Int {
    guard dimensions.count == rank, rank > 0, let size = checkedProduct([width] + dimensions),
      size > 0
    else { throw DataError.implausible(path: path, dimensions: dimensions) }
    return size
  }

  /// Whole numbers as labels.
  ///
  /// - Throws: `DataError.corrupt` for other elements and for one that is no label.
  func labels() throws -> [Int32] {
    guard dimensions.count == 1, "iu".contains(type.dropFirst().prefix(1)) else {
      throw DataError.corrupt(path: path, reason: "labels are whole numbers in one dimension")
    }
    let width = bytes.count / dimensions[0]
    return try (0..<dimensions[0]).map { place in
      try interruption.check(turn: place)
      let start = bytes.startIndex + place * width
      let value = whole(littleEndian(bytes[start..<start + width]), width: width)
      guard let label = Int32(exactly: value), label >= 0 else {
        throw DataError.corrupt(path: path, reason: "label \(value) is no number of a class")
      }
      return label
    }
  }

  /// What the bits of an element stand for; the upper half of 64 unsigned bits comes out negative.
  private func whole(_ bits: UInt64, width: Int) -> Int {
    let unused = 64 - 8 * width
    return type.dropFirst().first == "i"
      ? Int(truncatingIfNeeded: Int64(bitPattern: bits << unused) >> unused)
      : Int(truncatingIfNeeded: bits)
  }

  /// Images of bytes, or of floats within 0...1, which become the nearest of 255 steps.
  ///
  /// Three dimensions are `[N, H, W]`. Of four the last one holds the channels if it is 1 or 3, else the
  /// second one if it is 1 or 3.
  /// - Throws: `DataError.corrupt`, `.implausible`.
  func images(labels: [Int32]) throws -> ImageSet {
    let pixels = try pixels()
    guard dimensions[0] == labels.count else {
      throw DataError.counts(images: dimensions[0], labels: labels.count)
    }
    let isChannel: (Int) -> Bool = { $0 == 1 || $0 == 3 }
    switch dimensions.count {
    case 3:
      return ImageSet(
        shape: [1, dimensions[1], dimensions[2]], pixels: pixels, labels: labels)
    case 4 where isChannel(dimensions[3]):
      let (plane, channels) = (dimensions[1] * dimensions[2], dimensions[3])
      return ImageSet(
        shape: [channels, dimensions[1], dimensions[2]],
        pixels: try planes(pixels, plane: plane, channels: channels), labels: labels)
    case 4 where isChannel(dimensions[1]):
      return ImageSet(
        shape: [dimensions[1], dimensions[2], dimensions[3]], pixels: pixels, labels: labels)
    default: throw DataError.implausible(path: path, dimensions: dimensions)
    }
  }

  private func planes(_ pixels: [UInt8], plane: Int, channels: Int) throws -> [UInt8] {
    guard channels > 1 else { return pixels }
    var result = pixels
    for start in stride(from: 0, to: pixels.count, by: plane * channels) {
      try interruption.check()
      for place in 0..<plane {
        for channel in 0..<channels {
          result[start + channel * plane + place] = pixels[start + place * channels + channel]
        }
      }
    }
    return result
  }

  private func pixels() throws -> [UInt8] {
    if type == "|u1" { return Array(bytes) }
    guard type == "<f4" else {
      throw DataError.corrupt(path: path, reason: "images are of uint8 or float32, not \(type)")
    }
    return try bytes.withUnsafeBytes { raw in
      try (0..<raw.count / 4).map { place in
        try interruption.check(turn: place)
        let bits = raw.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)
        let value = Float(bitPattern: UInt32(littleEndian: bits))
        guard (0...1).contains(value) else {
          throw DataError.corrupt(path: path, reason: "a pixel of \(value) is not within 0 to 1")
        }
        return UInt8((value * 255).rounded())
      }
    }
  }
}

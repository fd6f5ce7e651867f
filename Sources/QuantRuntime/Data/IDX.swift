import Foundation

/// The file format of MNIST and its relatives: a magic number that says how many dimensions follow,
/// their extents as big-endian 32-bit numbers, and unsigned bytes. Plain or in gzip.
enum IDX {
  /// Larger than any set of the kind; a header that announces more is taken for damaged.
  private static let byteLimit = 1 << 30

  /// - Returns: pixels `[N, H, W]`, none of the extents being 0.
  /// - Throws: `DataError`, and what reading throws.
  static func images(_ path: String, _ reader: FileReader) throws -> (
    count: Int, height: Int, width: Int, pixels: [UInt8]
  ) {
    let (dimensions, bytes) = try read(path, magic: 0x803, rank: 3, reader)
    return (dimensions[0], dimensions[1], dimensions[2], bytes)
  }

  /// - Throws: `DataError`, and what reading throws.
  static func labels(_ path: String, _ reader: FileReader) throws -> [UInt8] {
    try read(path, magic: 0x801, rank: 1, reader).bytes
  }

  private static func read(
    _ path: String, magic: UInt32, rank: Int, _ reader: FileReader
  ) throws -> (dimensions: [Int], bytes: [UInt8]) {
    let data = try reader.data(path)
    let headerSize = 4 + 4 * rank
    let header = try content(data, limit: headerSize, path, reader)
    if header.count >= 4, word(header, at: 0) != magic {
      throw DataError.wrongMagic(path: path, expected: magic, found: word(header, at: 0))
    }
    guard header.count == headerSize else {
      throw DataError.truncated(path: path, expected: headerSize, found: header.count)
    }
    let dimensions = (1...rank).map { Int(word(header, at: 4 * $0)) }
    let size = try byteCount(dimensions, path)
    // A plain file tells at once that it is too short.
    guard Gzip.isGzip(data) || data.count >= headerSize + size else {
      throw DataError.truncated(path: path, expected: headerSize + size, found: data.count)
    }
    // One byte more than announced tells whether the file goes on.
    let whole = try content(data, limit: headerSize + size + 1, path, reader)
    guard whole.count >= headerSize + size else {
      throw DataError.truncated(path: path, expected: headerSize + size, found: whole.count)
    }
    guard whole.count == headerSize + size else {
      throw DataError.trailingBytes(path: path, expected: headerSize + size)
    }
    return (dimensions, Array(whole[headerSize...]))
  }

  private static func byteCount(_ dimensions: [Int], _ path: String) throws(DataError) -> Int {
    guard let size = checkedProduct(dimensions), (1...byteLimit).contains(size) else {
      throw .implausible(path: path, dimensions: dimensions)
    }
    return size
  }

  private static func content(
    _ data: Data, limit: Int, _ path: String, _ reader: FileReader
  ) throws -> [UInt8] {
    Gzip.isGzip(data)
      ? try Gzip.inflate(data, limit: limit, path: path, until: reader.interruption)
      : Array(data.prefix(limit))
  }

  private static func word(_ bytes: [UInt8], at offset: Int) -> UInt32 {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}

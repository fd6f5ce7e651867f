import Foundation

/// A file read whole as bytes, its size being checked first.
enum NumberFile {
  /// - Throws: `DataError.tooLarge`, and what reading throws.
  static func bytes(_ path: String, limit: Int, _ reader: FileReader) throws -> [UInt8] {
    // First: a size tells something of a file, too.
    try reader.access.check(path, for: .read)
    let size = ImageFile.byteCount(path)
    guard size <= limit else {
      throw DataError.tooLarge(bytes: Double(size), limit: limit)
    }
    return Array(try reader.data(path))
  }
}

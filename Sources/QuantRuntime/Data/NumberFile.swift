import Foundation

/// A file read whole as bytes, its size being checked first.
enum NumberFile {
  /// - Throws: `FileError`, `DataError.tooLarge`.
  static func bytes(_ path: String, limit: Int) throws -> [UInt8] {
    let size = ImageFile.byteCount(path)
    guard size <= limit else {
      throw DataError.tooLarge(bytes: Double(size), limit: limit)
    }
    return Array(try AtomicFile.read(path))
  }
}

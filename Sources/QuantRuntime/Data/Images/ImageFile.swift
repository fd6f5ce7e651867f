import Foundation

/// One image file: read whole, told apart by its first bytes, decoded into a canvas.
///
/// Three channels always come out: what Pillow's `Image.open(path).convert("RGB")` gives.
enum ImageFile {
  /// Larger than any picture; it bounds the memory.
  static let byteLimit = 256 << 20

  /// - Throws: `FileError`, `ImageError`.
  static func load(_ path: String, into canvas: ImageCanvas) throws {
    let size = byteCount(path)
    guard size <= byteLimit else {
      throw ImageError.tooManyBytes(path: path, bytes: size, limit: byteLimit)
    }
    try decode(AtomicFile.read(path), path: path, into: canvas)
  }

  /// 0 for what cannot be found; reading it tells why.
  static func byteCount(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// - Parameter path: for messages.
  static func decode(_ data: Data, path: String, into canvas: ImageCanvas) throws(ImageError) {
    // The bytes are lent out by a function that throws no typed errors.
    let result = data.withUnsafeBytes { bytes -> Result<Void, ImageError> in
      do throws(ImageError) {
        return .success(try decode(bytes.bindMemory(to: UInt8.self), path, canvas))
      } catch { return .failure(error) }
    }
    try result.get()
  }

  private static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, _ path: String, _ canvas: ImageCanvas
  ) throws(ImageError) {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      try JPEG.decode(bytes, path: path, into: canvas)
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      try PNG.decode(bytes, path: path, into: canvas)
    } else {
      throw .unknownFormat(path: path)
    }
  }

  /// - Throws: `ImageError.tooManyPixels`; `.corrupt` for an image without pixels.
  static func check(width: Int, height: Int, path: String) throws(ImageError) {
    guard width > 0, height > 0 else {
      throw .corrupt(path: path, reason: "it has no pixels")
    }
    guard height <= ImageCanvas.pixelLimit / width else {
      throw .tooManyPixels(
        path: path, width: width, height: height, limit: ImageCanvas.pixelLimit)
    }
  }
}

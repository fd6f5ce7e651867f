import CPNG

/// PNG files by libpng.
enum PNG {
  static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, path: String, into canvas: ImageCanvas
  ) throws(ImageError) {
    var header = mq_png_header()
    var error = mq_png_error()
    guard mq_png_read_header(bytes.baseAddress, bytes.count, &header, &error) == 0 else {
      throw .corrupt(path: path, reason: text(of: &error))
    }
    let (width, height) = (Int(header.width), Int(header.height))
    try ImageFile.check(width: width, height: height, path: path)
    try canvas.begin(height: height, width: width, bytesPerPixel: 3) {
      (pixels) throws(ImageError) in
      let status = mq_png_read_rgb(
        bytes.baseAddress, bytes.count, pixels.baseAddress, pixels.count, &error)
      guard status == 0 else { throw .corrupt(path: path, reason: text(of: &error)) }
    }
  }

  private static func text(of error: inout mq_png_error) -> String {
    withUnsafeBytes(of: &error.text) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

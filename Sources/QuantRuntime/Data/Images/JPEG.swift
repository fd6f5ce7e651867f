import CTurboJPEG

/// JPEG files by libjpeg-turbo: the accurate inverse transform and smooth chroma, as Pillow asks for.
enum JPEG {
  static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, path: String, into canvas: ImageCanvas
  ) throws(ImageError) {
    guard let decoder = tjInitDecompress() else {
      throw .corrupt(path: path, reason: "libjpeg-turbo does not start")
    }
    defer { tjDestroy(decoder) }
    var (width, height, subsampling, space): (Int32, Int32, Int32, Int32) = (0, 0, -1, -1)
    let status = tjDecompressHeader3(
      decoder, bytes.baseAddress, UInt(bytes.count), &width, &height, &subsampling, &space)
    // An unusual subsampling counts as an error here, but decodes.
    guard status == 0 || (width > 0 && height > 0 && space >= 0) else {
      throw .corrupt(path: path, reason: reason(decoder))
    }
    try ImageFile.check(width: Int(width), height: Int(height), path: path)
    let isInk = space == Int32(TJCS_CMYK.rawValue) || space == Int32(TJCS_YCCK.rawValue)
    try canvas.begin(height: Int(height), width: Int(width), bytesPerPixel: isInk ? 4 : 3) {
      (pixels) throws(ImageError) in
      let status = tjDecompress2(
        decoder, bytes.baseAddress, UInt(bytes.count), pixels.baseAddress, width, 0, height,
        Int32((isInk ? TJPF_CMYK : TJPF_RGB).rawValue), TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
      if status != 0 { try check(decoder, bytes, path) }
    }
  }

  /// Lets warnings pass with which the whole image was decoded, as Pillow does; not a file that ends
  /// early, whose rest would be grey.
  private static func check(
    _ decoder: tjhandle, _ bytes: UnsafeBufferPointer<UInt8>, _ path: String
  ) throws(ImageError) {
    let isWarning = tjGetErrorCode(decoder) == Int32(TJERR_WARNING.rawValue)
    guard isWarning, hasEnd(bytes) else {
      throw .corrupt(path: path, reason: isWarning ? "the file ends early" : reason(decoder))
    }
  }

  /// Whether the image has an end marker. One within the header's segments, as of a thumbnail, does not
  /// count; in coded pixels a byte 0xFF is followed by another one.
  private static func hasEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var place = 2
    while place + 4 <= bytes.count, bytes[place] == 0xFF, bytes[place + 1] != 0xDA {
      place += 2 + Int(bytes[place + 2]) << 8 + Int(bytes[place + 3])
    }
    guard place + 1 < bytes.count else { return false }
    return (place..<bytes.count - 1).contains { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xD9 }
  }

  private static func reason(_ decoder: tjhandle) -> String {
    tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "unknown"
  }
}

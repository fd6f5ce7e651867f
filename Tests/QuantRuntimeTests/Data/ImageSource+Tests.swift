@testable import QuantRuntime

extension ImageSource {
  /// The bytes of a set in memory; none of files.
  var pixels: [UInt8] { (self as? ImageSet)?.pixels ?? [] }
  var shape: Shape { (self as? ImageSet)?.shape ?? [] }
}

/// The bytes of hexadecimal text.
func bytes(hex text: String) -> [UInt8] {
  let digits = text.utf8.map { UInt8($0 > 57 ? $0 - 87 : $0 - 48) }
  return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// Planes `[C, H, W]` of interleaved pixels `[H, W, C]` of three channels.
func planes(_ interleaved: [UInt8]) -> [UInt8] {
  (0..<3).flatMap { channel in
    stride(from: channel, to: interleaved.count, by: 3).map { interleaved[$0] }
  }
}

extension ImageCanvas {
  /// An image of interleaved pixels of three channels.
  convenience init(height: Int, width: Int, interleaved: [UInt8]) {
    self.init()
    begin(channels: 3, height: height, width: width)
    _ = pixels.update(fromContentsOf: planes(interleaved))
  }
}

/// Cuts a square out of the middle of an image; what an image is too small for is black.
///
/// Half a pixel of offset is rounded to the even one, as torchvision does.
public struct CenterCrop: Augmentation {
  public static let name = "center_crop"
  /// Pixels a side.
  public var size: Int

  public init(size: Int) { self.size = size }

  public var description: String { "center_crop(\(size))" }

  /// - Throws: `DataError.setting`.
  public func output(of frame: ImageFrame) throws(DataError) -> ImageFrame {
    try check("size", size, sideRange)
    return ImageFrame(channels: frame.channels, height: size, width: size)
  }

  public func apply(to canvas: ImageCanvas, random: inout RandomStream) {
    canvas.crop(
      PixelBox(
        top: offset(canvas.height), left: offset(canvas.width), height: size, width: size))
  }

  /// Where the window begins; an image that is too small is first padded to its size, one pixel more
  /// at its end where the difference is odd.
  func offset(_ extent: Int) -> Int {
    if extent < size { return -((size - extent) / 2) }
    return Int((Double(extent - size) / 2).rounded(.toNearestOrEven))
  }
}

/// Resamples an image so that its shorter side has a given length; the other keeps the proportion,
/// cut off to whole pixels, as torchvision does.
public struct Resize: Augmentation {
  public static let name = "resize"
  /// Pixels of the shorter side.
  public var size: Int
  public var interpolation: Interpolation

  public init(size: Int, interpolation: Interpolation = .bilinear) {
    self.size = size
    self.interpolation = interpolation
  }

  public var description: String { "resize(\(size), interpolation: \"\(interpolation.rawValue)\")" }

  /// - Throws: `DataError.setting`.
  public func output(of frame: ImageFrame) throws(DataError) -> ImageFrame {
    try check("size", size, sideRange)
    guard let height = frame.height, let width = frame.width else {
      return ImageFrame(channels: frame.channels)
    }
    let (newHeight, newWidth) = target(height: height, width: width)
    return ImageFrame(channels: frame.channels, height: newHeight, width: newWidth)
  }

  public func apply(to canvas: ImageCanvas, random: inout RandomStream) throws(ImageError) {
    let (height, width) = target(height: canvas.height, width: canvas.width)
    try canvas.resize(
      PixelBox(top: 0, left: 0, height: canvas.height, width: canvas.width), height: height,
      width: width, interpolation)
  }

  func target(height: Int, width: Int) -> (height: Int, width: Int) {
    let short = min(height, width)
    let long = Int(Double(size * max(height, width)) / Double(short))
    return width <= height ? (long, size) : (size, long)
  }
}

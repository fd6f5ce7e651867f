/// Pads an image with black on all sides and cuts a window of the old size out of it at random.
public struct RandomCrop: Augmentation {
  public static let name = "random_crop"
  /// Pixels on each side.
  public var padding: Int

  public init(padding: Int) { self.padding = padding }

  public var description: String { "random_crop(padding: \(padding))" }

  /// - Throws: `DataError.setting`, `.imageTooSmall` when the window could lie beside the image.
  public func output(of frame: ImageFrame) throws(DataError) -> ImageFrame {
    guard padding >= 0 else {
      throw .setting(name: "padding", value: Double(padding), allowed: "at least 0")
    }
    for extent in [frame.height, frame.width] {
      if let extent, padding >= extent { throw .imageTooSmall(size: extent, padding: padding) }
    }
    return frame
  }

  public func apply(to canvas: ImageCanvas, random: inout RandomStream) {
    let down = random.below(2 * padding + 1) - padding
    let right = random.below(2 * padding + 1) - padding
    canvas.crop(PixelBox(top: down, left: right, height: canvas.height, width: canvas.width))
  }
}

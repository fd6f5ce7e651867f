/// Pads an image with black on all sides and cuts a window of the old size out of it at random.
public struct RandomCrop: Augmentation {
  public static let name = "random_crop"
  /// Pixels on each side.
  public var padding: Int

  public init(padding: Int) { self.padding = padding }

  public var description: String { "random_crop(padding: \(padding))" }

  /// - Throws: `DataError.setting`, `.imageTooSmall` when the window could lie beside the image.
  public func check(_ shape: Shape) throws(DataError) {
    guard padding >= 0 else {
      throw .setting(name: "padding", value: Double(padding), allowed: "at least 0")
    }
    let size = min(shape[1], shape[2])
    guard padding < size else { throw .imageTooSmall(size: size, padding: padding) }
  }

  public func apply(
    to pixels: UnsafeMutableBufferPointer<UInt8>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<UInt8>, random: inout RandomStream
  ) {
    let (height, width) = (shape[1], shape[2])
    let down = random.below(2 * padding + 1) - padding
    let right = random.below(2 * padding + 1) - padding
    if down == 0 && right == 0 { return }
    _ = scratch.update(fromContentsOf: pixels)
    pixels.update(repeating: 0)
    let columns = max(0, -right)..<min(width, width - right)
    for channel in 0..<shape[0] {
      for row in max(0, -down)..<min(height, height - down) {
        let target = (channel * height + row) * width + columns.lowerBound
        let source = (channel * height + row + down) * width + right + columns.lowerBound
        _ = pixels[target..<target + columns.count]
          .update(fromContentsOf: scratch[source..<source + columns.count])
      }
    }
  }
}

import Foundation

/// Cuts a window of random area and shape out of an image and resamples it to a square: the
/// algorithm of torchvision, after Szegedy et al. (2015), "Going deeper with convolutions".
///
/// Ten windows are tried that could reach beyond the image; then the largest central one of an
/// allowed shape is taken.
public struct RandomResizedCrop: Augmentation {
  public static let name = "random_resized_crop"
  private static let tries = 10

  /// Pixels a side.
  public var size: Int
  /// The window's share of the area, 0...1.
  public var scale: ClosedRange<Double>
  /// The window's width by its height, above 0.
  public var ratio: ClosedRange<Double>
  public var interpolation: Interpolation

  public init(
    size: Int, scale: ClosedRange<Double> = 0.08...1,
    ratio: ClosedRange<Double> = 3.0 / 4...4.0 / 3,
    interpolation: Interpolation = .bilinear
  ) {
    self.size = size
    self.scale = scale
    self.ratio = ratio
    self.interpolation = interpolation
  }

  public var description: String {
    "random_resized_crop(\(size), scale: \(text(scale)), ratio: \(text(ratio)), "
      + "interpolation: \"\(interpolation.rawValue)\")"
  }

  private func text(_ range: ClosedRange<Double>) -> String {
    "[\(range.lowerBound), \(range.upperBound)]"
  }

  /// - Throws: `DataError.setting`.
  public func output(of frame: ImageFrame) throws(DataError) -> ImageFrame {
    try check("size", size, sideRange)
    try check("scale", scale.lowerBound, 1e-4...1)
    try check("scale", scale.upperBound, 1e-4...1)
    try check("ratio", ratio.lowerBound, 0.01...100)
    try check("ratio", ratio.upperBound, 0.01...100)
    return ImageFrame(channels: frame.channels, height: size, width: size)
  }

  public func apply(to canvas: ImageCanvas, random: inout RandomStream) throws(ImageError) {
    let box = box(height: canvas.height, width: canvas.width, random: &random)
    try canvas.resize(box, height: size, width: size, interpolation)
  }

  func box(height: Int, width: Int, random: inout RandomStream) -> PixelBox {
    let logarithms = (logf(Float(ratio.lowerBound)), logf(Float(ratio.upperBound)))
    for _ in 0..<Self.tries {
      let share = random.uniform(Float(scale.lowerBound), Float(scale.upperBound))
      let area = Double(height * width) * Double(share)
      let aspect = Double(expf(random.uniform(logarithms.0, logarithms.1)))
      let w = Int((area * aspect).squareRoot().rounded(.toNearestOrEven))
      let h = Int((area / aspect).squareRoot().rounded(.toNearestOrEven))
      if w > 0, w <= width, h > 0, h <= height {
        let top = random.below(height - h + 1)
        return PixelBox(top: top, left: random.below(width - w + 1), height: h, width: w)
      }
    }
    return centralBox(height: height, width: width)
  }

  private func centralBox(height: Int, width: Int) -> PixelBox {
    let shape = Double(width) / Double(height)
    var (h, w) = (height, width)
    if shape < ratio.lowerBound {
      h = Int((Double(width) / ratio.lowerBound).rounded(.toNearestOrEven))
    } else if shape > ratio.upperBound {
      w = Int((Double(height) * ratio.upperBound).rounded(.toNearestOrEven))
    }
    // An extreme shape must leave a pixel, and rounding must not lead out of the image.
    (h, w) = (min(max(h, 1), height), min(max(w, 1), width))
    return PixelBox(top: (height - h) / 2, left: (width - w) / 2, height: h, width: w)
  }
}

/// The usual preparations of ImageNet's photographs.
public enum ImagePresets {
  /// Pixels a side that most models for ImageNet take.
  public static let usualSize = 224
  /// Of ImageNet's training images, as torchvision's models expect them.
  public static let imageNet = Normalize(
    mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
  /// As the EfficientNet-Lite models expect images: 127 of 255 and 128 of 255.
  public static let lite = Normalize(mean: [0.498], deviation: [0.502])

  /// How images are prepared for testing.
  public enum Preprocessing: String, CaseIterable, Sendable {
    /// Shorter side to 256 for a crop of 224, bilinear.
    case standard
    /// The same, bicubic.
    case bicubic
    /// Bicubic, normalized to -1...1: EfficientNet-Lite.
    case efficientNetLite = "efficientnet_lite"
  }

  /// For training: a random window of the image, mirrored half of the time, its colours changed.
  public static func training(size: Int = usualSize, normalize: Normalize = imageNet)
    -> [AnyAugmentation]
  {
    [
      AnyAugmentation(RandomResizedCrop(size: size)), AnyAugmentation(HorizontalFlip()),
      AnyAugmentation(ColorJitter(brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.1)),
      AnyAugmentation(normalize),
    ]
  }

  /// For testing: the central 7/8 of the image, whose shorter side is resized to size * 8/7.
  ///
  /// - Parameter normalize: nil for what is usual.
  public static func testing(
    _ kind: Preprocessing = .standard, size: Int = usualSize, normalize: Normalize? = nil
  ) -> [AnyAugmentation] {
    let short = Int((Double(size) * 8 / 7).rounded())
    let filter: Interpolation = kind == .standard ? .bilinear : .bicubic
    return [
      AnyAugmentation(Resize(size: short, interpolation: filter)),
      AnyAugmentation(CenterCrop(size: size)),
      AnyAugmentation(normalize ?? (kind == .efficientNetLite ? lite : imageNet)),
    ]
  }
}

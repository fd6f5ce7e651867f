import CKernels

/// Changes brightness, contrast, saturation and hue by random amounts and in a random order, each as
/// Pillow's `ImageEnhance` and torchvision's `adjust_hue` do, rounding to 8 bits after each.
///
/// Factors of the first three are uniform in 1 - s...1 + s, not below 0; the hue turns by up to
/// `hue` of a whole turn. Grey images have neither saturation nor hue.
public struct ColorJitter: Augmentation {
  public static let name = "color_jitter"
  /// 0 or more.
  public var brightness: Float
  public var contrast: Float
  public var saturation: Float
  /// 0...0.5.
  public var hue: Float

  public init(brightness: Float = 0, contrast: Float = 0, saturation: Float = 0, hue: Float = 0) {
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
    self.hue = hue
  }

  public var description: String {
    "color_jitter(brightness: \(brightness), contrast: \(contrast), saturation: \(saturation), "
      + "hue: \(hue))"
  }

  /// - Throws: `DataError.setting`, `.channels`.
  public func output(of frame: ImageFrame) throws(DataError) -> ImageFrame {
    for (name, value, limit) in [
      ("brightness", brightness, 10.0), ("contrast", contrast, 10), ("saturation", saturation, 10),
      ("hue", hue, 0.5),
    ] { try check(name, Double(value), 0...limit) }
    guard frame.channels == 1 || frame.channels == 3 else {
      throw .channels(found: frame.channels, user: Self.name)
    }
    return frame
  }

  public func apply(to canvas: ImageCanvas, random: inout RandomStream) {
    var order = [0, 1, 2, 3]
    for last in stride(from: 3, to: 0, by: -1) { order.swapAt(last, random.below(last + 1)) }
    let factors = [brightness, contrast, saturation].map {
      random.uniform(max(0, 1 - $0), 1 + $0)
    }
    let turn = random.uniform(-hue, hue)
    let isUsed = [brightness > 0, contrast > 0, saturation > 0, hue > 0]
    for step in order where isUsed[step] {
      switch step {
      case 0: Self.adjustBrightness(canvas, factors[0])
      case 1: Self.adjustContrast(canvas, factors[1])
      case 2: Self.adjustSaturation(canvas, factors[2])
      default: Self.adjustHue(canvas, turn)
      }
    }
  }

  /// Towards black.
  static func adjustBrightness(_ canvas: ImageCanvas, _ factor: Float) {
    blend(canvas, level: 0, factor)
  }

  /// Towards the mean of the luma, rounded.
  static func adjustContrast(_ canvas: ImageCanvas, _ factor: Float) {
    let sum =
      canvas.channels == 3
      ? luma(canvas).sum : canvas.pixels.reduce(into: UInt64(0)) { $0 += UInt64($1) }
    let level = Int(Double(sum) / Double(canvas.plane) + 0.5)
    blend(canvas, level: level, factor)
  }

  /// Towards the luma of each pixel.
  static func adjustSaturation(_ canvas: ImageCanvas, _ factor: Float) {
    guard canvas.channels == 3, factor != 1 else { return }
    let grey = luma(canvas).plane
    for channel in 0..<3 {
      guard let start = canvas.plane(channel).baseAddress else { return }
      mq_u8_blend_plane(start, grey, factor, canvas.plane)
    }
  }

  /// - Parameter turn: of a whole turn, -0.5...0.5; cut off to 255 steps.
  static func adjustHue(_ canvas: ImageCanvas, _ turn: Float) {
    guard canvas.channels == 3, let start = canvas.pixels.baseAddress else { return }
    let shift = Int32(Double(turn) * 255) & 255
    let plane = canvas.plane
    mq_u8_hue(start, start + plane, start + 2 * plane, shift, plane)
  }

  private static func blend(_ canvas: ImageCanvas, level: Int, _ factor: Float) {
    guard factor != 1, let start = canvas.pixels.baseAddress else { return }
    mq_u8_blend_level(start, Int32(level), factor, canvas.pixels.count)
  }

  /// The luma in scratch memory, and its sum.
  private static func luma(_ canvas: ImageCanvas) -> (plane: UnsafePointer<UInt8>?, sum: UInt64) {
    let plane = canvas.plane
    guard let grey = canvas.scratch(plane).baseAddress, let start = canvas.pixels.baseAddress else {
      return (nil, 0)
    }
    let sum = mq_u8_luma(start, start + plane, start + 2 * plane, grey, plane)
    return (UnsafePointer(grey), sum)
  }
}

/// A change of an image before a model sees it: random for training, or the same each time.
///
/// What it does to an image is a function of (seed, epoch, index of the image): neither the batch
/// size nor the number of threads matters.
public protocol Augmentation: Hashable, Sendable {
  /// The name in scripts, such as `random_crop`.
  static var name: String { get }
  /// As a script would write it, with its settings.
  var description: String { get }
  /// What images of a frame become.
  ///
  /// - Throws: `DataError` for settings out of range and for images that it cannot work on.
  func output(of frame: ImageFrame) throws(DataError) -> ImageFrame
  /// Changes the image of a canvas.
  ///
  /// - Throws: `ImageError.tooManyPixels`.
  func apply(to canvas: ImageCanvas, random: inout RandomStream) throws(ImageError)
}

/// What is known of the images of a set: an extent is nil where it differs between them.
public struct ImageFrame: Hashable, Sendable {
  public var channels: Int
  public var height: Int?
  public var width: Int?

  public init(channels: Int, height: Int? = nil, width: Int? = nil) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// `[C, H, W]`; nil when images differ in size.
  public var shape: Shape? {
    guard let height, let width else { return nil }
    return [channels, height, width]
  }
}

/// Any augmentation, comparable by its settings.
public struct AnyAugmentation: Hashable, Sendable {
  public let base: any Augmentation

  public init(_ base: any Augmentation) { self.base = base }

  public var description: String { base.description }

  public static func == (a: AnyAugmentation, b: AnyAugmentation) -> Bool {
    a.description == b.description
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

extension Augmentation {
  /// - Throws: `DataError.setting` for a value outside the range.
  func check<T: BinaryInteger>(
    _ name: String, _ value: T, _ range: ClosedRange<T>
  ) throws(DataError) {
    guard range.contains(value) else {
      throw .setting(
        name: name, value: Double(value), allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
  }

  /// - Throws: `DataError.setting` for a value outside the range.
  func check(_ name: String, _ value: Double, _ range: ClosedRange<Double>) throws(DataError) {
    guard range.contains(value) else {
      throw .setting(
        name: name, value: value,
        allowed:
          "\(Cell.float(range.lowerBound).rounded) to \(Cell.float(range.upperBound).rounded)")
    }
  }
}

/// Pixels a side that an augmentation makes.
let sideRange = 1...4096

/// A random change of a training image.
///
/// What it does to an image is a function of (seed, epoch, index of the image): neither the batch
/// size nor the number of threads matters.
public protocol Augmentation: Hashable, Sendable {
  /// The name in scripts, such as `random_crop`.
  static var name: String { get }
  /// As a script would write it, with its settings.
  var description: String { get }
  /// - Throws: `DataError` for images of a shape `[C, H, W]` that it cannot work on.
  func check(_ shape: Shape) throws(DataError)
  /// Changes one image in place.
  ///
  /// - Parameters:
  ///   - pixels: `[C, H, W]`, row-major.
  ///   - scratch: as large as `pixels`.
  func apply(
    to pixels: UnsafeMutableBufferPointer<UInt8>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<UInt8>, random: inout RandomStream)
}

/// Any augmentation, comparable by its settings.
public struct AnyAugmentation: Hashable, Sendable {
  public let base: any Augmentation

  public init(_ base: any Augmentation) { self.base = base }

  public var description: String { base.description }

  func check(_ shape: Shape) throws(DataError) { try base.check(shape) }

  public static func == (a: AnyAugmentation, b: AnyAugmentation) -> Bool {
    a.description == b.description
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

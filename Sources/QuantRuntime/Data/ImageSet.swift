/// Labelled images of one size: eight bits a channel, `[N, C, H, W]` row-major.
public struct ImageSet: Hashable, Sendable {
  /// `[C, H, W]`.
  public let shape: Shape
  public let pixels: [UInt8]
  public let labels: [UInt8]

  /// - Precondition: `pixels.count == labels.count * shape.count`.
  public init(shape: Shape, pixels: [UInt8], labels: [UInt8]) {
    precondition(pixels.count == labels.count * shape.count, "a label for each image")
    self.shape = shape
    self.pixels = pixels
    self.labels = labels
  }

  public var count: Int { labels.count }

  /// The first images, in the order of the set: files come shuffled, and the built-in set repeats
  /// its classes in turn, so both stay balanced.
  func first(_ count: Int) -> ImageSet {
    ImageSet(
      shape: shape, pixels: Array(pixels.prefix(count * shape.count)),
      labels: Array(labels.prefix(count)))
  }
}

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

  /// A part of the set with the classes as balanced as they can be: of each class its first images,
  /// in the order of the set. A smaller part lies within a larger one.
  ///
  /// - Precondition: `0...self.count`.
  func balanced(_ count: Int) -> ImageSet {
    if count == self.count { return self }
    var seen = [Int](repeating: 0, count: 256)
    // Within each class its images are ranked; the lowest ranks of all classes are taken.
    let ranks = labels.map { label -> Int in
      seen[Int(label)] += 1
      return seen[Int(label)]
    }
    let chosen = labels.indices
      .sorted { (ranks[$0], $0) < (ranks[$1], $1) }
      .prefix(count).sorted()
    var part: [UInt8] = []
    part.reserveCapacity(count * shape.count)
    for index in chosen {
      part.append(contentsOf: pixels[index * shape.count..<(index + 1) * shape.count])
    }
    return ImageSet(shape: shape, pixels: part, labels: chosen.map { labels[$0] })
  }
}

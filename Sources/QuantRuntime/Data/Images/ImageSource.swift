/// Labelled images that can be had by their index: the bytes of a set in memory, or files that are
/// decoded when they are wanted.
public protocol ImageSource: Hashable, Sendable {
  /// The class of each image.
  var labels: [Int32] { get }
  /// What all images have in common.
  var frame: ImageFrame { get }
  /// How messages name an image.
  func name(of index: Int) -> String
  /// Puts one image into a canvas.
  ///
  /// - Throws: `FileError`, `ImageError`.
  func load(_ index: Int, into canvas: ImageCanvas) throws
  /// The images of some indices, in their order.
  func part(_ indices: [Int]) -> Self
  /// What tells the images apart from others, for the fingerprint of a set.
  func visit<E: Error>(_ body: ([UInt8]) throws(E) -> Void) throws(E)
}

extension ImageSource {
  public var count: Int { labels.count }

  /// A part of the set with the classes as balanced as they can be: of each class its first images,
  /// in the order of the set. A smaller part lies within a larger one.
  ///
  /// - Precondition: `0...self.count`.
  func balanced(_ count: Int) -> Self {
    if count == self.count { return self }
    var seen: [Int32: Int] = [:]
    // Within each class its images are ranked; the lowest ranks of all classes are taken.
    let ranks = labels.map { label -> Int in
      seen[label, default: 0] += 1
      return seen[label, default: 0]
    }
    return part(
      labels.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }.prefix(count).sorted())
  }

  func isEqual(to other: any ImageSource) -> Bool { (other as? Self) == self }

  /// The labels as bytes, as long as all fit; in four bytes each otherwise.
  func visitLabels<E: Error>(_ body: ([UInt8]) throws(E) -> Void) throws(E) {
    if labels.allSatisfy({ (0..<256).contains($0) }) {
      try body(labels.map { UInt8($0) })
    } else {
      try body(
        labels.flatMap { label in (0..<4).map { UInt8(truncatingIfNeeded: label >> (8 * $0)) } })
    }
  }
}

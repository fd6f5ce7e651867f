/// Labelled images of one size in memory: eight bits a channel, `[N, C, H, W]` row-major.
public struct ImageSet: ImageSource {
  /// `[C, H, W]`.
  public let shape: Shape
  public let pixels: [UInt8]
  public let labels: [Int32]

  /// - Precondition: `pixels.count == labels.count * shape.count`.
  public init(shape: Shape, pixels: [UInt8], labels: [Int32]) {
    precondition(pixels.count == labels.count * shape.count, "a label for each image")
    self.shape = shape
    self.pixels = pixels
    self.labels = labels
  }

  public var frame: ImageFrame {
    ImageFrame(channels: shape[0], height: shape[1], width: shape[2])
  }

  public func name(of index: Int) -> String { "image \(index)" }

  public func load(_ index: Int, into canvas: ImageCanvas) {
    canvas.begin(channels: shape[0], height: shape[1], width: shape[2])
    pixels.withUnsafeBufferPointer { pixels in
      _ = canvas.pixels.update(
        fromContentsOf: pixels[index * shape.count..<(index + 1) * shape.count])
    }
  }

  public func part(_ indices: [Int]) -> ImageSet {
    var part: [UInt8] = []
    part.reserveCapacity(indices.count * shape.count)
    for index in indices {
      part.append(contentsOf: pixels[index * shape.count..<(index + 1) * shape.count])
    }
    return ImageSet(shape: shape, pixels: part, labels: indices.map { labels[$0] })
  }

  public func visit<E: Error>(_ body: ([UInt8]) throws(E) -> Void) throws(E) {
    try body(pixels)
    try visitLabels(body)
  }
}

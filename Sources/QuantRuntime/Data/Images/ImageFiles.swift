/// Labelled image files, decoded each time they are wanted. Their sizes may differ.
public struct ImageFiles: ImageSource {
  /// The folder that the paths begin at.
  public let root: String
  /// Relative to the root.
  public let paths: [String]
  public let labels: [Int32]

  /// - Precondition: a label for each path.
  public init(root: String, paths: [String], labels: [Int32]) {
    precondition(paths.count == labels.count, "a label for each image")
    self.root = root
    self.paths = paths
    self.labels = labels
  }

  /// Every image comes out with three channels.
  public var frame: ImageFrame { ImageFrame(channels: 3) }

  public func name(of index: Int) -> String { path(index) }

  private func path(_ index: Int) -> String { "\(root)/\(paths[index])" }

  public func load(_ index: Int, into canvas: ImageCanvas) throws {
    try ImageFile.load(path(index), into: canvas)
  }

  public func part(_ indices: [Int]) -> ImageFiles {
    ImageFiles(
      root: root, paths: indices.map { paths[$0] }, labels: indices.map { labels[$0] })
  }

  /// Names and sizes of the files stand for what is in them: reading all would take hours.
  public func visit<E: Error>(_ body: ([UInt8]) throws(E) -> Void) throws(E) {
    for index in paths.indices {
      let size = ImageFile.byteCount(path(index))
      try body(Array("\(paths[index])\n\(size)\n".utf8))
    }
    try visitLabels(body)
  }
}

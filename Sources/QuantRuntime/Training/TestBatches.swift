/// The first test images of a data set, in order, batch by batch.
struct TestBatches {
  let data: Dataset
  /// How many; what cannot be loaded is skipped or an error, as the data set says.
  let images: Int
  let batch: Int

  /// - Parameters:
  ///   - target: `[N, C, H, W]` with room for a batch; filled before each call of `body`.
  ///   - body: gets the labels of a batch and its number of images, at least 1. Places of the target
  ///     beyond them keep what they held.
  /// - Throws: `DataError.nothingLeft` when no image could be loaded; what loading throws.
  func forEach(
    into target: UnsafeMutableBufferPointer<Float>, until isStopped: () -> Bool,
    _ body: (_ labels: UnsafeMutableBufferPointer<Int32>, _ count: Int) throws -> Void
  ) throws {
    let loader = BatchLoader(data.test, of: data, batch: batch, order: .sequential)
    defer { loader.stop() }
    let labels = UnsafeMutableBufferPointer<Int32>.allocate(capacity: batch)
    labels.initialize(repeating: 0)
    defer { labels.deallocate() }
    var done = 0
    while done < images {
      let count = try loader.next(images: target, labels: labels, until: isStopped)
      if count == 0 { break }
      let used = min(count, images - done)
      try body(labels, used)
      done += used
    }
    if done == 0 { throw DataError.nothingLeft(tried: images) }
  }
}

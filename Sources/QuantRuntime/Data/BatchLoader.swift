import Foundation

/// Makes the batches of one epoch ahead of their use, on threads of its own.
///
/// Images are normalized to `(pixel / 255 - mean) / deviation` in float32. A bounded number of
/// batches waits, which bounds the memory. What a batch holds is a function of the set, the seed, the
/// epoch and the batch's number; neither the number of threads nor their speed matters.
///
/// An image that cannot be loaded ends the epoch with an error at its batch. A set that skips such
/// images (`Dataset.onError`) has, in a shuffled epoch, the next good image of the order in its place,
/// so that batches stay full; in a sequential one the batch is smaller, so that no image counts twice.
///
/// The threads end after the last batch, after `stop()`, and when nobody holds the loader any more,
/// each as soon as the image in its hands is done.
public final class BatchLoader: Sendable {
  public enum Order: Hashable, Sendable {
    case sequential
    /// A permutation that depends on seed and epoch.
    case shuffled
  }

  let queue: BatchQueue

  /// - Parameters:
  ///   - data: where mean and deviation come from, and what is done about images that do not load.
  ///   - batch: images per batch, 1 or more.
  ///   - augmentations: applied to each image in turn; nil prepares images as for testing.
  ///   - first: the batch to begin with, to go on where another loader of the epoch stopped.
  ///   - dropsLast: leaves out the images at the end that do not fill a batch; otherwise the last
  ///     batch can have fewer images.
  ///   - threads: those that work ahead. With 0 each batch is made when it is asked for; nil takes one
  ///     for a set in memory and several for files, as long as the waiting batches stay within
  ///     `memoryLimit`.
  public init(
    _ set: any ImageSource, of data: Dataset, batch: Int, order: Order,
    augmentations: [AnyAugmentation]? = nil, seed: UInt64 = 0, epoch: Int = 0,
    startingAt first: Int = 0, dropsLast: Bool = false, threads: Int? = nil
  ) {
    let threads =
      threads ?? Self.threads(isDecoding: set is ImageFiles, batch * data.imageShape.count)
    precondition(batch > 0 && epoch >= 0 && first >= 0 && threads >= 0)
    let producer = BatchProducer(
      images: set, of: data, batch: batch, indices: Self.indices(set.count, order, seed, epoch),
      augmentations: augmentations ?? data.preprocessing, seed: seed, epoch: epoch,
      replaces: order == .shuffled)
    let batches = dropsLast ? set.count / batch : (set.count + batch - 1) / batch
    queue = BatchQueue(producer, range: first..<max(first, batches), depth: threads + 2)
    for number in 0..<threads {
      // The thread holds the queue and not the loader, so that an abandoned loader can go.
      let thread = Thread { [queue] in queue.work() }
      thread.name = "mqsh-loader-\(number)"
      thread.start()
    }
  }

  deinit { queue.stop() }

  /// Bytes of the batches that wait for use, unless one thread already needs more.
  private static let memoryLimit = 1 << 30
  private static let threadLimit = 8

  private static func threads(isDecoding: Bool, _ floatsPerBatch: Int) -> Int {
    guard isDecoding else { return 1 }
    let batches = memoryLimit / max(4 * floatsPerBatch, 1)
    return max(1, min(ProcessInfo.processInfo.activeProcessorCount, threadLimit, batches - 2))
  }

  /// The number of the batch that `next` gives next; with seed and epoch it states the position.
  public var position: Int { queue.position }

  /// Copies the next batch that has images; gives their number, 0 after the last batch or `stop()`.
  ///
  /// - Parameters:
  ///   - images: `[N, C, H, W]` row-major; places beyond the count keep what they held.
  ///   - isStopped: asked while the batch is made; true gives up, and stops the loader.
  /// - Throws: `FileError`, `ImageError` for an image that cannot be loaded; `DataError.nothingLeft`;
  ///   `Interrupted`.
  public func next(
    images: UnsafeMutableBufferPointer<Float>, labels: UnsafeMutableBufferPointer<Int32>,
    until isStopped: () -> Bool = { false }
  ) throws -> Int {
    var next: Batch?
    // A batch of which no image could be loaded is no end.
    repeat {
      if let empty = next { queue.giveBack(empty) }
      next = try queue.take(until: isStopped)
    } while next?.count == 0
    guard let batch = next else { return 0 }
    // Read before the batch is given back: a thread may fill it anew at once.
    let count = batch.count
    let pixels = count * queue.producer.imageSize
    precondition(images.count >= pixels && labels.count >= count, "room for a batch")
    _ = images.update(fromContentsOf: batch.images[..<pixels])
    _ = labels.update(fromContentsOf: batch.labels[..<count])
    queue.giveBack(batch)
    return count
  }

  /// Ends the loader's threads; to be called when the rest of the epoch is not wanted.
  public func stop() { queue.stop() }

  /// Fisher and Yates' shuffle, from the end.
  static func indices(_ count: Int, _ order: Order, _ seed: UInt64, _ epoch: Int) -> [Int] {
    var indices = Array(0..<count)
    guard order == .shuffled else { return indices }
    var random = RandomStream(seed: seed, purpose: .order, lane: UInt64(epoch))
    for last in stride(from: count - 1, to: 0, by: -1) {
      indices.swapAt(last, random.below(last + 1))
    }
    return indices
  }
}

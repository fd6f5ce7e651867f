import Foundation

/// Makes the batches of one epoch ahead of their use, on threads of its own.
///
/// Images are normalized to `(pixel / 255 - mean) / deviation` in float32. A bounded number of
/// batches waits, which bounds the memory. What a batch holds is a function of the set, the seed, the
/// epoch and the batch's number; neither the number of threads nor their speed matters.
///
/// The threads end after the last batch, after `stop()`, and when nobody holds the loader any more,
/// each as soon as the batch in its hands is done.
public final class BatchLoader: Sendable {
  public enum Order: Hashable, Sendable {
    case sequential
    /// A permutation that depends on seed and epoch.
    case shuffled
  }

  let queue: BatchQueue

  /// - Parameters:
  ///   - data: where mean and deviation come from.
  ///   - batch: images per batch, 1 or more.
  ///   - augmentations: applied to each image in turn.
  ///   - first: the batch to begin with, to go on where another loader of the epoch stopped.
  ///   - dropsLast: leaves out the images at the end that do not fill a batch; otherwise the last
  ///     batch can have fewer images.
  ///   - threads: those that work ahead. With 0 each batch is made when it is asked for.
  public init(
    _ set: ImageSet, of data: Dataset, batch: Int, order: Order,
    augmentations: [AnyAugmentation] = [], seed: UInt64 = 0, epoch: Int = 0,
    startingAt first: Int = 0, dropsLast: Bool = false, threads: Int = 1
  ) {
    precondition(batch > 0 && epoch >= 0 && first >= 0 && threads >= 0)
    let producer = BatchProducer(
      images: set, mean: data.mean, deviation: data.deviation, batch: batch,
      indices: Self.indices(set.count, order, seed, epoch), augmentations: augmentations,
      seed: seed, epoch: epoch)
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

  /// The number of the batch that `next` gives next; with seed and epoch it states the position.
  public var position: Int { queue.position }

  /// Copies the next batch; gives the number of its images, 0 after the last batch or `stop()`.
  ///
  /// - Parameters:
  ///   - images: `[N, C, H, W]` row-major; places beyond the count keep what they held.
  public func next(
    images: UnsafeMutableBufferPointer<Float>, labels: UnsafeMutableBufferPointer<Int32>
  ) -> Int {
    guard let batch = queue.take() else { return 0 }
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

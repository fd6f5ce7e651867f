import Foundation

/// Makes the batches of one epoch ahead of their use, on a thread of its own.
///
/// Images are normalized to `(pixel / 255 - mean) / deviation` in float32. At most `depth` batches
/// wait, which bounds the memory. What a batch holds depends on the seed and the epoch only.
public final class BatchLoader: @unchecked Sendable {
  public enum Order: Hashable, Sendable {
    case sequential
    /// A permutation that depends on seed and epoch.
    case shuffled
  }

  private static let depth = 3

  private let producer: BatchProducer
  private let condition = NSCondition()
  private var ready: [Batch] = []
  private var spare: [Batch] = []
  private var isStopped = false
  private var isFinished = false
  private var made = 0

  /// - Parameters:
  ///   - data: where mean and deviation come from.
  ///   - batch: images per batch; the last one of the epoch can have fewer.
  ///   - augmentations: applied to each image in turn.
  public init(
    _ set: ImageSet, of data: Dataset, batch: Int, order: Order,
    augmentations: [AnyAugmentation] = [], seed: UInt64 = 0, epoch: Int = 0
  ) {
    producer = BatchProducer(
      images: set, mean: data.mean, deviation: data.deviation, batch: batch,
      indices: Self.indices(set.count, order, seed, epoch), augmentations: augmentations,
      seed: seed, epoch: epoch)
    for _ in 0..<Self.depth {
      spare.append(
        Batch(
          images: .init(repeating: 0, count: batch * set.shape.count),
          labels: .init(repeating: 0, count: batch), count: 0))
    }
    let thread = Thread { [self] in produce() }
    thread.name = "mqsh-loader"
    thread.start()
  }

  private static func indices(
    _ count: Int, _ order: Order, _ seed: UInt64, _ epoch: Int
  ) -> [Int] {
    var indices = Array(0..<count)
    guard order == .shuffled else { return indices }
    var random = RandomStream(seed: seed, purpose: .order, lane: UInt64(epoch))
    for last in stride(from: count - 1, to: 0, by: -1) {
      indices.swapAt(last, random.below(last + 1))
    }
    return indices
  }

  /// Copies the next batch; gives the number of its images, 0 after the last batch.
  ///
  /// - Parameters:
  ///   - images: `[N, C, H, W]` row-major; places beyond the count keep what they held.
  public func next(
    images: UnsafeMutableBufferPointer<Float>, labels: UnsafeMutableBufferPointer<Int32>
  ) -> Int {
    condition.lock()
    while ready.isEmpty && !isFinished { condition.wait() }
    guard !ready.isEmpty else {
      condition.unlock()
      return 0
    }
    let batch = ready.removeFirst()
    condition.unlock()
    let pixels = batch.count * producer.imageSize
    _ = images.update(fromContentsOf: batch.images[..<pixels])
    _ = labels.update(fromContentsOf: batch.labels[..<batch.count])
    condition.lock()
    spare.append(batch)
    condition.broadcast()
    condition.unlock()
    return batch.count
  }

  /// Ends the loader's thread; to be called when the rest of the epoch is not wanted.
  public func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    condition.unlock()
  }

  private func produce() {
    while true {
      condition.lock()
      while spare.isEmpty && !isStopped { condition.wait() }
      let isEnd = isStopped || made >= producer.batchCount
      if isEnd {
        isFinished = true
        condition.broadcast()
      }
      let free = isEnd ? nil : spare.removeLast()
      let number = made
      made += 1
      condition.unlock()
      guard var batch = free else { return }
      producer.fill(&batch, number: number)
      condition.lock()
      ready.append(batch)
      condition.broadcast()
      condition.unlock()
    }
  }
}

/// Normalized images and their labels.
struct Batch {
  var images: [Float]
  var labels: [Int32]
  var count: Int
}

/// Turns bytes into batches.
private struct BatchProducer {
  let images: ImageSet
  let batch: Int
  let indices: [Int]
  let augmentations: [AnyAugmentation]
  let seed: UInt64
  let epoch: Int
  /// For each channel, the number that each byte stands for.
  private let values: [[Float]]

  init(
    images: ImageSet, mean: [Float], deviation: [Float], batch: Int, indices: [Int],
    augmentations: [AnyAugmentation], seed: UInt64, epoch: Int
  ) {
    self.images = images
    self.batch = batch
    self.indices = indices
    self.augmentations = augmentations
    self.seed = seed
    self.epoch = epoch
    values = zip(mean, deviation).map { mean, deviation in
      (0..<256).map { (Float($0) / 255 - mean) / deviation }
    }
  }

  var imageSize: Int { images.shape.count }
  var batchCount: Int { (indices.count + batch - 1) / batch }

  func fill(_ target: inout Batch, number: Int) {
    let range = number * batch..<min((number + 1) * batch, indices.count)
    target.count = range.count
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * imageSize) { memory in
      memory.initialize(repeating: 0)
      let image = UnsafeMutableBufferPointer(rebasing: memory[..<imageSize])
      let scratch = UnsafeMutableBufferPointer(rebasing: memory[imageSize...])
      for (place, position) in range.enumerated() {
        let index = indices[position]
        target.labels[place] = Int32(images.labels[index])
        load(index, into: image, scratch)
        target.images.withUnsafeMutableBufferPointer { normalize(image, into: $0, at: place) }
      }
    }
  }

  private func load(
    _ index: Int, into image: UnsafeMutableBufferPointer<UInt8>,
    _ scratch: UnsafeMutableBufferPointer<UInt8>
  ) {
    images.pixels.withUnsafeBufferPointer { pixels in
      _ = image.update(
        fromContentsOf: pixels[index * imageSize..<(index + 1) * imageSize])
    }
    guard !augmentations.isEmpty else { return }
    var random = RandomStream(
      seed: seed, purpose: .augmentation, lane: UInt64(epoch) << 32 | UInt64(index))
    for augmentation in augmentations {
      augmentation.base.apply(to: image, shape: images.shape, scratch: scratch, random: &random)
    }
  }

  private func normalize(
    _ image: UnsafeMutableBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<Float>,
    at place: Int
  ) {
    let plane = images.shape[1] * images.shape[2]
    for channel in 0..<images.shape[0] {
      let start = place * imageSize + channel * plane
      values[channel % values.count].withUnsafeBufferPointer { table in
        for pixel in 0..<plane {
          target[start + pixel] = table[Int(image[channel * plane + pixel])]
        }
      }
    }
  }
}

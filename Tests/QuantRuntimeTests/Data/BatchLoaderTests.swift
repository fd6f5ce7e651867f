import Foundation
import Testing

@testable import QuantRuntime

@Suite("Batch loader")
struct BatchLoaderTests {
  private let data: Dataset

  init() throws {
    data = try SyntheticImages(size: 8, trainCount: 53, testCount: 5, seed: 1).makeDataset()
      .augmented([
        AnyAugmentation(RandomCrop(padding: 2)), AnyAugmentation(HorizontalFlip()),
      ])
  }

  private struct Loaded: Equatable {
    var images: [Float]
    var labels: [Int32]
  }

  private func loader(
    batch: Int = 10, order: BatchLoader.Order = .shuffled, seed: UInt64 = 3, epoch: Int = 0,
    first: Int = 0, dropsLast: Bool = false, threads: Int = 1, isAugmented: Bool = true
  ) -> BatchLoader {
    BatchLoader(
      data.train, of: data, batch: batch, order: order,
      augmentations: isAugmented ? data.augmentations : [], seed: seed, epoch: epoch,
      startingAt: first, dropsLast: dropsLast, threads: threads)
  }

  private func next(_ loader: BatchLoader, room: Int = 60) -> Loaded? {
    var result = Loaded(
      images: Array(repeating: 0, count: room * 192), labels: Array(repeating: 0, count: room))
    let count = try? result.images.withUnsafeMutableBufferPointer { images in
      try result.labels.withUnsafeMutableBufferPointer {
        try loader.next(images: images, labels: $0)
      }
    }
    guard let count, count > 0 else { return nil }
    return Loaded(
      images: Array(result.images[..<(count * 192)]), labels: Array(result.labels[..<count]))
  }

  private func batches(_ loader: BatchLoader) -> [Loaded] {
    Array(sequence(state: loader) { next($0) })
  }

  /// All batches put together.
  private func epoch(_ loader: BatchLoader) -> Loaded {
    batches(loader).reduce(into: Loaded(images: [], labels: [])) {
      $0.images += $1.images
      $0.labels += $1.labels
    }
  }

  @Test("images are (pixel / 255 - mean) / deviation, in the order of the set")
  func normalization() {
    let loaded = epoch(loader(order: .sequential, isAugmented: false))
    #expect(loaded.images == data.train.pixels.map { (Float($0) / 255 - 0.5) / 0.25 })
    #expect(loaded.labels == data.train.labels.map { Int32($0) })
  }

  @Test("each channel has its own mean and deviation")
  func channels() throws {
    let set = ImageSet(shape: [2, 1, 1], pixels: [255, 255], labels: [0])
    let data = try Dataset(
      name: "x", train: set, test: set, classNames: ["a"], mean: [0, 0.5], deviation: [1, 0.25])
    let loader = BatchLoader(set, of: data, batch: 1, order: .sequential)
    var (images, labels) = ([Float](repeating: 0, count: 2), [Int32](repeating: 7, count: 1))
    let count = try images.withUnsafeMutableBufferPointer { images in
      try labels.withUnsafeMutableBufferPointer { try loader.next(images: images, labels: $0) }
    }
    #expect(count == 1 && images == [1, 2] && labels == [0])
  }

  @Test("batches do not depend on the number of threads", arguments: [0, 2, 3, 8])
  func threads(count: Int) {
    let reference = batches(loader(threads: 1))
    // A race shows itself only now and then.
    for _ in 0..<50 { #expect(batches(loader(threads: count)) == reference) }
  }

  @Test("images do not depend on the size of the batches", arguments: [1, 7, 53, 60])
  func batchSizes(size: Int) {
    #expect(epoch(loader(batch: size)) == epoch(loader(batch: 10)))
  }

  @Test("an epoch has every image once, in an order of seed and epoch")
  func orders() {
    let orders = [(0, 0), (0, 1), (1, 0)].map { seed, epoch in
      BatchLoader.indices(53, .shuffled, UInt64(seed), epoch)
    }
    #expect(Set(orders).count == 3)
    #expect(orders.allSatisfy { $0.sorted() == Array(0..<53) })
    #expect(epoch(loader(epoch: 1)) != epoch(loader(epoch: 0)))
    #expect(epoch(loader(epoch: 1)) == epoch(loader(epoch: 1)))
    // Drawn here once, to notice a change of what a seed means.
    #expect(BatchLoader.indices(8, .shuffled, 0, 0) == [5, 1, 0, 4, 3, 2, 7, 6])
  }

  @Test("the last batch is smaller or left out")
  func lastBatch() {
    #expect(batches(loader()).map(\.labels.count) == [10, 10, 10, 10, 10, 3])
    #expect(batches(loader(dropsLast: true)).map(\.labels.count) == [10, 10, 10, 10, 10])
    #expect(batches(loader(batch: 100, dropsLast: true)).isEmpty)
  }

  @Test("a position is resumed exactly", arguments: 0...7)
  func resuming(position: Int) {
    let whole = batches(loader(threads: 2))
    let interrupted = loader(threads: 2)
    for _ in 0..<position { _ = next(interrupted) }
    #expect(interrupted.position == min(position, 6))
    #expect(
      batches(loader(first: interrupted.position, threads: 2)) == Array(whole.dropFirst(position)))
  }

  @Test("after the end and after a stop there is nothing")
  func ends() {
    let finished = loader()
    _ = batches(finished)
    #expect(next(finished) == nil)
    let stopped = loader()
    #expect(next(stopped) != nil)
    stopped.stop()
    stopped.stop()
    #expect(next(stopped) == nil)
  }

  @Test("threads end when a loader is finished, stopped or abandoned", arguments: 0..<3)
  func noLeaks(ending: Int) throws {
    weak var queue: BatchQueue?
    do {
      let loader = loader(threads: 3)
      queue = loader.queue
      _ = next(loader)
      if ending == 0 { _ = batches(loader) }
      if ending == 1 { loader.stop() }
    }
    let limit = Date().addingTimeInterval(20)
    while queue != nil && Date() < limit { usleep(1_000) }
    #expect(queue == nil)
  }

  @Test("a thread that waits for a batch is freed by a stop")
  func stopWhileWaiting() {
    let loader = loader(threads: 1)
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      while self.next(loader) != nil {}
      done.signal()
    }
    thread.start()
    loader.stop()
    #expect(done.wait(timeout: .now() + 20) == .success)
  }

  @Test("an image's augmentation depends on seed and epoch")
  func augmentationSeeds() {
    let plain = epoch(loader(order: .sequential, isAugmented: false))
    let a = epoch(loader(order: .sequential, seed: 1))
    #expect(a != plain)
    #expect(a != epoch(loader(order: .sequential, seed: 2)))
    #expect(a != epoch(loader(order: .sequential, seed: 1, epoch: 1)))
    #expect(a.labels == plain.labels)
  }
}

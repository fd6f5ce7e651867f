import Foundation
import Testing

@testable import QuantRuntime

@Suite("Loading image files")
struct ImageLoaderTests {
  private let fixture: ImageFixture

  init() throws { fixture = try ImageFixture() }

  private struct Batches: Equatable {
    var images: [[Float]] = []
    var labels: [[Int32]] = []
    var error: String?
  }

  /// Twelve files of different content in two classes; those of `bad` are cut off.
  private func withData(
    bad: Set<Int>, _ policy: ImageErrorPolicy, _ body: (Dataset) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      var files: [String: Data] = [:]
      for number in 0..<12 {
        let file = fixture.all[number]
        let name = String(format: "train/%d/%02d.jpg", number % 2, number)
        files[name] = bad.contains(number) ? file.prefix(60) : file
      }
      files["val/0/x.jpg"] = fixture.jpeg
      files["val/1/y.png"] = fixture.png
      try fixture.write(files, to: folder)
      var data = try DatasetCatalog.load(folder, synthetic: SyntheticImages())
        .prepared(augment: ImagePresets.training(size: 16), preprocess: nil, imageSize: nil)
      data.onError = policy
      try body(data)
    }
  }

  private func epoch(
    _ data: Dataset, threads: Int, order: BatchLoader.Order = .shuffled, first: Int = 0
  ) -> Batches {
    let loader = BatchLoader(
      data.train, of: data, batch: 5, order: order, augmentations: data.augmentations, seed: 3,
      epoch: 1, startingAt: first, threads: threads)
    var result = Batches()
    let size = data.imageShape.count
    var (images, labels) = ([Float](repeating: 0, count: 5 * size), [Int32](repeating: 0, count: 5))
    do {
      while true {
        let count = try images.withUnsafeMutableBufferPointer { images in
          try labels.withUnsafeMutableBufferPointer { try loader.next(images: images, labels: $0) }
        }
        if count == 0 { return result }
        result.images.append(Array(images[..<(count * size)]))
        result.labels.append(Array(labels[..<count]))
      }
    } catch {
      result.error = (error as? any RuntimeFailure)?.message
      return result
    }
  }

  @Test(
    "batches do not depend on the number of threads, bad images or not", arguments: [0, 1, 2, 5])
  func threads(count: Int) throws {
    for (bad, policy) in [(Set<Int>(), ImageErrorPolicy.stop), ([2, 3, 9], .skip), ([7], .stop)] {
      try withData(bad: bad, policy) { data in
        let reference = epoch(data, threads: 0)
        for _ in 0..<10 { #expect(epoch(data, threads: count) == reference) }
      }
    }
  }

  @Test("an epoch is resumed at any batch")
  func resuming() throws {
    try withData(bad: [4], .skip) { data in
      let whole = epoch(data, threads: 2)
      for first in 0...3 {
        #expect(
          epoch(data, threads: 2, first: first).images == Array(whole.images.dropFirst(first)))
      }
    }
  }

  @Test("a bad image stops the epoch at its batch, and is named")
  func stops() throws {
    try withData(bad: [7], .stop) { data in
      let sequential = epoch(data, threads: 3, order: .sequential)
      // The files are 0, 2, ... 10, 1, 3, 5, 7: the bad one is the tenth.
      #expect(sequential.labels.count == 1)
      #expect(sequential.error?.contains("train/1/07.jpg") == true)
    }
  }

  @Test("skipped images are replaced in training, left out in testing, and named once")
  func skips() throws {
    try withData(bad: [0, 2, 4, 6, 8], .skip) { data in
      #expect(epoch(data, threads: 2).labels.map(\.count) == [5, 5, 2])
      #expect(data.skipped.count == 5)
      #expect(epoch(data, threads: 2, order: .sequential).labels == [[0, 1, 1, 1, 1], [1, 1]])
      #expect(data.skipped.count == 5)
      #expect(data.skipped.names.first?.hasSuffix("train/0/00.jpg") == true)
      #expect(data.skipped.summary?.hasPrefix("left out 5 images: ") == true)
      #expect(data.skipped.summary?.hasSuffix("; and 2 more") == true)
    }
  }

  @Test("a set of bad images alone is an error, not an endless search")
  func nothingLeft() throws {
    try withData(bad: Set(0..<12), .skip) { data in
      #expect(epoch(data, threads: 2).error == "none of 12 images in a row can be loaded")
      #expect(epoch(data, threads: 2, order: .sequential).labels.isEmpty)
    }
  }

  @Test("without a list images are prepared as for testing")
  func testing() throws {
    try withData(bad: [], .stop) { data in
      let loader = BatchLoader(data.test, of: data, batch: 2, order: .sequential)
      var images = [Float](repeating: 0, count: 2 * data.imageShape.count)
      var labels: [Int32] = [0, 0]
      let count = try images.withUnsafeMutableBufferPointer { images in
        try labels.withUnsafeMutableBufferPointer { try loader.next(images: images, labels: $0) }
      }
      let canvas = ImageCanvas()
      try data.test.load(0, into: canvas)
      var random = RandomStream(seed: 0, purpose: .augmentation)
      for step in data.preprocessing { try step.base.apply(to: canvas, random: &random) }
      let expected = (Float(canvas.pixels[0]) / 255 - data.mean[0]) / data.deviation[0]
      #expect(count == 2 && labels == [0, 1] && images[0] == expected)
    }
  }
}

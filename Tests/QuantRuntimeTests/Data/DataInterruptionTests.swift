import Foundation
import Synchronization
import Testing

@testable import QuantRuntime

/// Whatever makes, reads or goes through a data set gives up when it is asked to.
@Suite("Interrupted data sets")
struct DataInterruptionTests {
  /// Asks to stop from the start.
  private var stopped: FileReader {
    let interruption = Interruption()
    interruption.request()
    return FileReader(interruption: interruption)
  }

  private func bytes(_ values: [UInt8], shape: String) -> Data {
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(shape)), }"
    let padded = header + String(repeating: " ", count: 117 - header.count) + "\n"
    return Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8) + values)
  }

  /// Folders of every kind, and a pair of files, each of which loads when nobody asks to stop.
  private func write(to folder: String) throws {
    let fixture = try ImageFixture()
    let record = Data([1]) + Data(count: 3_072)
    var files = [
      "images/a/1.png": fixture.png, "cifar/test_batch.bin": record,
      "idx/train-images-idx3-ubyte": Data(idx(0x803, [1, 2, 1], [0, 255])),
      "idx/train-labels-idx1-ubyte": Data(idx(0x801, [1], [0])),
      "idx/t10k-images-idx3-ubyte": Data(idx(0x803, [1, 2, 1], [0, 255])),
      "idx/t10k-labels-idx1-ubyte": Data(idx(0x801, [1], [0])),
      "x.npy": bytes([1, 2, 3, 4, 5, 6], shape: "1, 2, 1, 3"), "y.npy": bytes([0], shape: "1,"),
    ]
    for number in 1...5 { files["cifar/data_batch_\(number).bin"] = record }
    for name in ["train", "test"] {
      files["npy/\(name)_images.npy"] = files["x.npy"]
      files["npy/\(name)_labels.npy"] = files["y.npy"]
    }
    try fixture.write(files, to: folder)
  }

  @Test(
    "making one ends at once",
    arguments: ["synthetic", "images", "cifar", "idx", "npy", "x.npy"])
  func loading(name: String) throws {
    try withTemporaryFolder { folder in
      try write(to: folder)
      let path = name == "synthetic" ? name : "\(folder)/\(name)"
      let labels = name == "x.npy" ? "\(folder)/y.npy" : nil
      let small = SyntheticImages(size: 8, trainCount: 10, testCount: 10)
      let data = try DatasetCatalog.load(path, synthetic: small, labels: labels)
      #expect(data.test.count > 0)
      #expect(throws: Interrupted()) {
        try DatasetCatalog.load(path, synthetic: small, labels: labels, reader: stopped)
      }
      #expect(throws: Interrupted()) { try data.fingerprint(until: stopped.interruption) }
    }
  }

  @Test("so do the loops behind the reading of a file")
  func loops() throws {
    let stop = stopped.interruption
    let set = ImageSet(shape: [1, 1, 1], pixels: [1], labels: [0])
    #expect(throws: Interrupted()) { try PixelStatistics(set, until: stop) }
    try withTemporaryFolder { folder in
      let path = "\(folder)/x.npy"
      try bytes([1, 2, 3, 4, 5, 6], shape: "1, 2, 1, 3").write(to: URL(fileURLWithPath: path))
      let later = FileReader()
      let file = try NPY(path, later)
      later.interruption.request()
      #expect(throws: Interrupted()) { try file.images(labels: [0]) }
      #expect(throws: Interrupted()) { try FolderListing(folder, stopped) }
    }
    #expect(throws: Interrupted()) {
      try Gzip.inflate(Data([0x1F, 0x8B]), limit: 1, path: "x", until: stop)
    }
    #expect(throws: Interrupted()) { try SHA256.hash(Data(count: 100), until: stop) }
  }

  /// Images whose loading takes a while, and that count how many were loaded.
  private final class SlowImages: ImageSource {
    let labels: [Int32]
    private let loaded = Mutex(0)
    private let delay: TimeInterval

    init(count: Int, delay: TimeInterval) {
      labels = Array(repeating: 0, count: count)
      self.delay = delay
    }

    var loadedCount: Int { loaded.withLock { $0 } }
    var frame: ImageFrame { ImageFrame(channels: 1, height: 1, width: 1) }
    func name(of index: Int) -> String { "image \(index)" }
    func load(_ index: Int, into canvas: ImageCanvas) throws {
      loaded.withLock { $0 += 1 }
      Thread.sleep(forTimeInterval: delay)
      canvas.begin(channels: 1, height: 1, width: 1)
    }
    func part(_ indices: [Int]) -> SlowImages { SlowImages(count: indices.count, delay: delay) }
    func visit<E: Error>(_ body: ([UInt8]) throws(E) -> Void) throws(E) {}
    static func == (a: SlowImages, b: SlowImages) -> Bool { a === b }
    func hash(into hasher: inout Hasher) {}
  }

  @Test("whoever waits for a batch need not wait for all its images", arguments: [0, 1, 3])
  func batches(threads: Int) throws {
    let images = SlowImages(count: 1_000, delay: 0.01)
    let data = try Dataset(
      name: "slow", train: images, test: images, classNames: ["a"], mean: [0], deviation: [1])
    let loader = BatchLoader(images, of: data, batch: 500, order: .sequential, threads: threads)
    let start = ContinuousClock().now
    var pixels = [Float](repeating: 0, count: 500)
    var labels = [Int32](repeating: 0, count: 500)
    pixels.withUnsafeMutableBufferPointer { pixels in
      labels.withUnsafeMutableBufferPointer { labels in
        _ = #expect(throws: Interrupted()) {
          try loader.next(images: pixels, labels: labels) { images.loadedCount > 3 }
        }
      }
    }
    // A batch takes 5 seconds. Threads end with the image in their hands.
    #expect(ContinuousClock().now - start < .seconds(3))
    Thread.sleep(forTimeInterval: 0.1)
    let count = images.loadedCount
    Thread.sleep(forTimeInterval: 0.1)
    #expect(images.loadedCount == count)
  }
}

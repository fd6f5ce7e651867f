import Foundation
import Testing

@testable import QuantRuntime

@Suite("Folders of IDX files")
struct IDXFolderTests {
  private static let isInstalled = FileManager.default.fileExists(
    atPath: "/usr/share/datasets/fashion-mnist")

  /// The four files of a tiny set, some of which a test breaks.
  private func withFolder(
    changing changes: [String: [UInt8]?] = [:], _ body: (String) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      var files: [String: [UInt8]?] = [
        "train-images-idx3-ubyte": idx(0x803, [3, 1, 2], [0, 255, 0, 255, 0, 255]),
        "train-labels-idx1-ubyte": idx(0x801, [3], [0, 1, 2]),
        "t10k-images-idx3-ubyte": idx(0x803, [2, 1, 2], [1, 2, 3, 4]),
        "t10k-labels-idx1-ubyte": idx(0x801, [2], [2, 0]),
      ]
      files.merge(changes) { $1 }
      for case (let name, let bytes?) in files {
        try AtomicFile.write(Data(bytes), to: "\(folder)/\(name)")
      }
      try body(folder)
    }
  }

  private func load(_ name: String) throws -> Dataset {
    try DatasetCatalog.load(name, synthetic: SyntheticImages())
  }

  @Test("any folder with the four files is a set, normalized by its own pixels")
  func folder() throws {
    try withFolder { folder in
      let data = try load(folder)
      #expect(data.imageShape == [1, 1, 2])
      #expect(data.train.labels == [0, 1, 2] && data.test.pixels == [1, 2, 3, 4])
      #expect(data.classNames == ["0", "1", "2"])
      #expect(data.mean == [0.5] && data.deviation == [0.5])
    }
  }

  @Test("a missing file, unequal counts, unequal sizes and strange labels are told")
  func brokenFolders() throws {
    let cases: [(String, [UInt8]?, String)] = [
      ("t10k-labels-idx1-ubyte", nil, "data.missing_file"),
      ("t10k-labels-idx1-ubyte", idx(0x801, [1], [0]), "data.counts"),
      ("t10k-labels-idx1-ubyte", idx(0x801, [2], [0, 3]), "data.label"),
      ("t10k-images-idx3-ubyte", idx(0x803, [2, 2, 1], [1, 2, 3, 4]), "data.shapes"),
    ]
    for (file, bytes, code) in cases {
      try withFolder(changing: [file: bytes]) { folder in
        do {
          _ = try load(folder)
          Issue.record("\(code) was not thrown")
        } catch { #expect((error as? DataError)?.code == code) }
      }
    }
  }

  @Test("a folder in the place of a file is an error with a reason")
  func folderAsFile() throws {
    try withFolder(changing: ["t10k-images-idx3-ubyte": nil]) { folder in
      let path = "\(folder)/t10k-images-idx3-ubyte"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      #expect(throws: FileError.unreadable(path: path, reason: "it is a folder")) {
        try load(folder)
      }
    }
  }

  @Test("an unknown name is an error with a suggestion, a missing package is named")
  func unknownNames() {
    let error = DataError.unknownSet(name: "fashion_mnist", known: DatasetCatalog.names)
    #expect(throws: error) { try load("fashion_mnist") }
    #expect(error.help == "did you mean \"fashion-mnist\"?")
    let missing = DataError.notInstalled(name: "fashion-mnist", package: "dataset-fashion-mnist")
    #expect(missing.help == "install the Debian package 'dataset-fashion-mnist'")
  }

  @Test(
    "Fashion-MNIST has its published mean and deviation to four digits",
    .enabled(if: isInstalled, "needs the Debian package dataset-fashion-mnist"))
  func fashionMNIST() throws {
    let data = try load("fashion-mnist")
    #expect(data.train.count == 60_000 && data.test.count == 10_000)
    #expect(data.imageShape == [1, 28, 28] && data.classNames.count == 10)
    // The first labels of the training set, as in the authors' repository: ankle boot, t-shirt.
    #expect(data.train.labels.prefix(5) == [9, 0, 0, 3, 0])
    let statistics = try PixelStatistics(
      #require(data.train as? ImageSet), until: Interruption())
    #expect(abs(statistics.mean[0] - data.mean[0]) < 5e-5)
    #expect(abs(statistics.deviation[0] - data.deviation[0]) < 5e-5)
    let part = try data.limited(train: 1_000, test: 500)
    for label in 0..<10 {
      #expect(part.train.labels.count { $0 == label } == 100)
      #expect(part.test.labels.count { $0 == label } == 50)
    }
  }
}

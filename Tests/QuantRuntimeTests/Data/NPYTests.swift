import Foundation
import Testing

@testable import QuantRuntime

/// `Tests/Vectors/arrays.json`, made by NumPy.
private struct ArrayVectors: Decodable {
  let labels: [Int32]
  // swift-format-ignore: AlwaysUseLowerCamelCase
  let label_files: [String: Data]
  let color: String
  // swift-format-ignore: AlwaysUseLowerCamelCase
  let color_files: [String: Data]
  let grey: String
  // swift-format-ignore: AlwaysUseLowerCamelCase
  let grey_files: [String: Data]
  // swift-format-ignore: AlwaysUseLowerCamelCase
  let refused_files: [String: Data]
}

@Suite("NumPy files")
struct NPYTests {
  private let vectors: ArrayVectors

  init() throws {
    vectors = try storedVector("arrays.json")
  }

  private func load(
    images: Data, labels: Data? = nil, validation: Double? = nil
  ) throws -> Dataset {
    try withTemporaryFolder { folder in
      try images.write(to: URL(fileURLWithPath: "\(folder)/x.npy"))
      try #require(labels ?? vectors.label_files["<i8"])
        .write(to: URL(fileURLWithPath: "\(folder)/y.npy"))
      return try DatasetCatalog.load(
        "\(folder)/x.npy", synthetic: SyntheticImages(), labels: "\(folder)/y.npy",
        validation: validation)
    }
  }

  @Test("images come out the same from every layout and type")
  func images() throws {
    for (name, file) in vectors.color_files {
      let data = try load(images: file)
      #expect(data.imageShape == [3, 5, 6], "\(name)")
      #expect(data.test.pixels == bytes(hex: vectors.color), "\(name)")
    }
    for (name, file) in vectors.grey_files {
      let data = try load(images: file)
      #expect(data.imageShape == [1, 5, 6], "\(name)")
      #expect(data.test.pixels == bytes(hex: vectors.grey), "\(name)")
    }
  }

  @Test("labels of every whole type are read")
  func labels() throws {
    let images = try #require(vectors.color_files["NCHW"])
    for (name, file) in vectors.label_files {
      let data = try load(images: images, labels: file)
      #expect(data.test.labels == vectors.labels && data.train.count == 0, "\(name)")
      #expect(data.classNames == ["0", "1", "2"], "\(name)")
    }
    let split = try load(images: images, validation: 0.5)
    #expect(split.train.labels == [0, 2, 1] && split.test.labels == [2])
    #expect(split.test.pixels == Array(bytes(hex: vectors.color)[270...]))
  }

  @Test("files that are no such arrays are refused")
  func refusals() throws {
    for (name, file) in vectors.refused_files {
      #expect(throws: DataError.self, "\(name)") { try load(images: file) }
    }
    let whole = try #require(vectors.color_files["NCHW"])
    for count in 0..<whole.count {
      #expect(throws: DataError.self, "\(count)") { try load(images: whole.prefix(count)) }
    }
    #expect(throws: DataError.self) { try load(images: whole + [0]) }
    var random = RandomStream(seed: 6, purpose: .syntheticData)
    for _ in 0..<500 {
      var changed = whole
      for _ in 0...random.below(3) { changed[random.below(128)] = UInt8(random.below(256)) }
      _ = try? load(images: changed)
    }
  }

  @Test("labels that are negative, floats or too large are refused")
  func badLabels() throws {
    let images = try #require(vectors.color_files["NCHW"])
    let good = try #require(vectors.label_files["<i8"])
    var negative = good
    negative[negative.count - 1] = 0xFF
    #expect(throws: DataError.self) { try load(images: images, labels: negative) }
    #expect(throws: DataError.self) {
      try load(images: images, labels: vectors.color_files["NCHW of floats"])
    }
    var large = good
    large[large.count - 6] = 1
    #expect(throws: DataError.self) { try load(images: images, labels: large) }
  }

  @Test("a folder holds two pairs; a file alone needs its labels")
  func folders() throws {
    try withTemporaryFolder { folder in
      let images = try #require(vectors.color_files["NHWC"])
      let labels = try #require(vectors.label_files["u1"])
      for name in ["train", "test"] {
        try images.write(to: URL(fileURLWithPath: "\(folder)/\(name)_images.npy"))
        try labels.write(to: URL(fileURLWithPath: "\(folder)/\(name)_labels.npy"))
      }
      let data = try DatasetCatalog.load(folder, synthetic: SyntheticImages())
      #expect(data.train.count == 4 && data.test.count == 4 && data.mean.count == 3)
      #expect(throws: DataError.labelsNeeded(path: "\(folder)/test_images.npy")) {
        try DatasetCatalog.load("\(folder)/test_images.npy", synthetic: SyntheticImages())
      }
    }
  }
}

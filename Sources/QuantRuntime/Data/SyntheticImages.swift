import Dispatch
import Foundation

/// A built-in set that needs no file: shapes and textures on cluttered backgrounds, in colour.
///
/// The class is the form alone. Position, size, rotation, both colours, the background's gradient
/// and the noise are random, so that no class is told by its colour or its brightness. The i-th
/// image is a function of (seed, split, i), whatever the number of threads or images.
public struct SyntheticImages: Hashable, Sendable {
  public static let classNames = [
    "disk", "ring", "square", "frame", "cross", "triangle", "rows", "columns", "checks", "dots",
  ]

  /// 2...10, the first of `classNames`.
  public var classes: Int
  /// Height and width, 8...256.
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

  /// - Throws: `DataError.empty`.
  public func makeDataset() throws(DataError) -> Dataset {
    try Dataset(
      name: "synthetic", train: images(trainCount, split: 0), test: images(testCount, split: 1),
      classNames: Array(Self.classNames.prefix(classes)), mean: [0.5, 0.5, 0.5],
      deviation: [0.25, 0.25, 0.25])
  }

  private func images(_ count: Int, split: UInt64) -> ImageSet {
    let bytes = 3 * size * size
    var pixels = [UInt8](repeating: 0, count: count * bytes)
    pixels.withUnsafeMutableBufferPointer { buffer in
      // Each image is drawn by one thread into its own part.
      nonisolated(unsafe) let all = buffer
      DispatchQueue.concurrentPerform(iterations: (count + 63) / 64) { block in
        for index in block * 64..<min(count, block * 64 + 64) {
          let part = UnsafeMutableBufferPointer(rebasing: all[index * bytes..<(index + 1) * bytes])
          draw(into: part, form: index % classes, lane: split << 32 | UInt64(index))
        }
      }
    }
    return ImageSet(
      shape: [3, size, size], pixels: pixels, labels: (0..<count).map { UInt8($0 % classes) })
  }

  private func draw(into pixels: UnsafeMutableBufferPointer<UInt8>, form: Int, lane: UInt64) {
    var random = RandomStream(seed: seed, purpose: .syntheticData, lane: lane)
    let scene = SyntheticScene(difficulty: difficulty, random: &random)
    let noise = 0.02 + 0.16 * difficulty
    let plane = size * size
    for row in 0..<size {
      for column in 0..<size {
        let x = (Float(column) + 0.5) / Float(size) * 2 - 1
        let y = (Float(row) + 0.5) / Float(size) * 2 - 1
        let color = scene.color(x, y, form: form)
        for channel in 0..<3 {
          // The sum of two uniform numbers: cheaper than a normal one, and bounded.
          let jitter = (random.uniform() + random.uniform() - 1) * noise * 2
          let value = min(max(color[channel] + jitter, 0), 1)
          pixels[channel * plane + row * size + column] = UInt8((value * 255).rounded())
        }
      }
    }
  }
}

/// Everything random about one image but its noise. Coordinates run from -1 to 1.
private struct SyntheticScene {
  private let center: SIMD2<Float>
  private let radius: Float
  private let rotation: (cosine: Float, sine: Float)
  private let ink: SIMD3<Float>
  private let paper: SIMD3<Float>
  private let gradient: SIMD2<Float>
  private let clutter: [(center: SIMD2<Float>, radius: Float, color: SIMD3<Float>)]

  init(difficulty: Float, random: inout RandomStream) {
    let stray = 0.1 + 0.3 * difficulty
    center = SIMD2(random.uniform(-stray, stray), random.uniform(-stray, stray))
    radius = random.uniform(0.75 - 0.3 * difficulty, 0.85)
    let angle = random.uniform(-1, 1) * (0.1 + 0.5 * difficulty)
    rotation = (cosf(angle), sinf(angle))
    paper = Self.color(&random)
    // The ink differs from the paper by a random direction of a length that fades.
    let contrast = 0.75 - 0.45 * difficulty
    let direction = Self.color(&random) - 0.5
    let length = max((direction * direction).sum().squareRoot(), 0.1)
    let inked = paper + direction / length * contrast
    // A colour beyond the range is taken on the other side of the paper, so that none is cut off.
    ink = inked.min() < 0 || inked.max() > 1 ? paper - direction / length * contrast : inked
    gradient = SIMD2(random.uniform(-1, 1), random.uniform(-1, 1)) * 0.3 * difficulty
    clutter = (0..<Int(8 * difficulty)).map { _ in
      (
        SIMD2(random.uniform(-1, 1), random.uniform(-1, 1)), random.uniform(0.05, 0.15),
        Self.color(&random)
      )
    }
  }

  private static func color(_ random: inout RandomStream) -> SIMD3<Float> {
    SIMD3(random.uniform(0.15, 0.85), random.uniform(0.15, 0.85), random.uniform(0.15, 0.85))
  }

  func color(_ x: Float, _ y: Float, form: Int) -> SIMD3<Float> {
    var result = paper
    for spot in clutter {
      let dx = x - spot.center.x
      let dy = y - spot.center.y
      if dx * dx + dy * dy < spot.radius * spot.radius { result = spot.color }
    }
    let dx = (x - center.x) / radius
    let dy = (y - center.y) / radius
    let u = dx * rotation.cosine + dy * rotation.sine
    let v = dy * rotation.cosine - dx * rotation.sine
    if covers(u, v, form) { result = ink }
    return result + (gradient.x * x + gradient.y * y)
  }

  /// Whether the form covers a point of the unit square around it.
  private func covers(_ u: Float, _ v: Float, _ form: Int) -> Bool {
    let largest = max(abs(u), abs(v))
    let distance = u * u + v * v
    switch form {
    case 0: return distance < 0.64
    case 1: return distance < 0.81 && distance > 0.3
    case 2: return largest < 0.7
    case 3: return largest < 0.8 && largest > 0.5
    case 4: return largest < 0.9 && min(abs(u), abs(v)) < 0.28
    case 5: return v < 0.75 && v > 1.9 * abs(u) - 0.8
    case 6: return largest < 0.9 && bands(v)
    case 7: return largest < 0.9 && bands(u)
    case 8: return largest < 0.9 && bands(u) != bands(v)
    default: return largest < 0.9 && isDot(u, v)
    }
  }

  private func bands(_ t: Float) -> Bool {
    let phase = (t + 0.9) / 0.6
    return phase - phase.rounded(.down) < 0.5
  }

  private func isDot(_ u: Float, _ v: Float) -> Bool {
    let a = (u + 0.9) / 0.6
    let b = (v + 0.9) / 0.6
    let du = a - a.rounded(.down) - 0.5
    let dv = b - b.rounded(.down) - 0.5
    return du * du + dv * dv < 0.1
  }
}

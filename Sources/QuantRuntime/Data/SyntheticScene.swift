import Foundation

/// Everything random about one image of the built-in set but its noise. Coordinates run from -1 to 1.
struct SyntheticScene {
  private struct Spot {
    var center: SIMD2<Float>
    var radius: Float
    var color: SIMD3<Float>
  }

  private let form: SyntheticForm
  private let center: SIMD2<Float>
  private let radius: Float
  private let rotation: (cosine: Float, sine: Float)
  private let ink: SIMD3<Float>
  private let paper: SIMD3<Float>
  private let gradient: SIMD2<Float>
  private let clutter: [Spot]

  init(_ form: SyntheticForm, difficulty: Float, random: inout RandomStream) {
    self.form = form
    let stray = 0.1 + 0.3 * difficulty
    center = SIMD2(random.uniform(-stray, stray), random.uniform(-stray, stray))
    radius = random.uniform(0.75 - 0.3 * difficulty, 0.85)
    let angle = random.uniform(-1, 1) * (0.1 + 0.5 * difficulty)
    rotation = (cosf(angle), sinf(angle))
    paper = Self.color(&random)
    ink = Self.ink(on: paper, contrast: 0.75 - 0.45 * difficulty, random: &random)
    gradient = SIMD2(random.uniform(-1, 1), random.uniform(-1, 1)) * 0.3 * difficulty
    clutter = (0..<Int(8 * difficulty)).map { _ in
      Spot(
        center: SIMD2(random.uniform(-1, 1), random.uniform(-1, 1)),
        radius: random.uniform(0.05, 0.15), color: Self.color(&random))
    }
  }

  private static func color(_ random: inout RandomStream) -> SIMD3<Float> {
    SIMD3(random.uniform(0.15, 0.85), random.uniform(0.15, 0.85), random.uniform(0.15, 0.85))
  }

  /// A colour at a given distance from the paper's, in a random direction.
  private static func ink(
    on paper: SIMD3<Float>, contrast: Float, random: inout RandomStream
  ) -> SIMD3<Float> {
    let direction = color(&random) - 0.5
    let length = max((direction * direction).sum().squareRoot(), 0.1)
    let inked = paper + direction / length * contrast
    // A colour beyond the range is taken on the other side of the paper, so that none is cut off.
    let isInRange = inked.min() >= 0 && inked.max() <= 1
    return isInRange ? inked : paper - direction / length * contrast
  }

  func color(_ x: Float, _ y: Float) -> SIMD3<Float> {
    let (dx, dy) = ((x - center.x) / radius, (y - center.y) / radius)
    let u = dx * rotation.cosine + dy * rotation.sine
    let v = dy * rotation.cosine - dx * rotation.sine
    let base = form.covers(u, v) ? ink : background(x, y)
    return base + (gradient.x * x + gradient.y * y)
  }

  private func background(_ x: Float, _ y: Float) -> SIMD3<Float> {
    for spot in clutter {
      let (dx, dy) = (x - spot.center.x, y - spot.center.y)
      if dx * dx + dy * dy < spot.radius * spot.radius { return spot.color }
    }
    return paper
  }
}

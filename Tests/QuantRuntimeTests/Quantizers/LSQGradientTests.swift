import Testing

@testable import QuantRuntime

/// Central differences of the Double formula. A rounding's own derivative is 0, so the residual
/// round(u) - u is held at its value and what is left, a smooth function, is differentiated.
@Suite("LSQ gradients")
struct LSQGradientTests {
  /// Loss g . y with every rounding residual frozen at (s0, z0).
  private func frozenLoss(
    _ x: [Double], _ g: [Double], _ grid: IntegerGrid, scale: Double, zeroPoint: Double,
    frozen: (scale: Double, zeroPoint: Double)
  ) -> Double {
    var loss = 0.0
    let z0 = frozen.zeroPoint.rounded(.toNearestOrEven)
    let z = zeroPoint + (z0 - frozen.zeroPoint)
    for (x, g) in zip(x, g) {
      let u0 = x / frozen.scale
      let r0 = u0.rounded(.toNearestOrEven)
      let q0 = r0 + z0
      let low = Double(grid.lowest)
      let high = Double(grid.highest)
      // On the grid the zero point cancels; beyond it the level is fixed and the point moves it.
      let level = q0 < low ? low - z : q0 > high ? high - z : x / scale + (r0 - u0)
      loss += g * level * scale
    }
    return loss
  }

  @Test("scale and zero point agree with central differences at frozen rounding")
  func centralDifferences() throws {
    for bits in [2, 3, 4, 8] {
      for symmetry in QuantSpec.Symmetry.allCases {
        for sign in [QuantSpec.Sign.signed, .unsigned] {
          for count in [1, 9, 250] {
            try check(QuantSpec(bits: bits, sign: sign, symmetry: symmetry), count)
          }
        }
      }
    }
  }

  private func check(_ spec: QuantSpec, _ count: Int) throws {
    let harness = try RuleHarness("lsq", spec)
    let grid = IntegerGrid(spec)
    var stream = RandomStream(seed: UInt64(spec.bits), purpose: .syntheticData)
    let x = (0..<count).map { _ in 3 * stream.normal() }
    let g = (0..<count).map { _ in stream.normal() }
    let s: Float = 0.2113
    let z: Float = spec.symmetry == .asymmetric ? 1.3 : 0
    let found = harness.backward(x, g, [s, z]).parameters
    let gradientScale = (Double(count) * Double(grid.highest)).squareRoot()
    let step = 1e-6
    func loss(_ ds: Double, _ dz: Double) -> Double {
      frozenLoss(
        x.map(Double.init), g.map(Double.init), grid, scale: Double(s) + ds,
        zeroPoint: Double(z) + dz, frozen: (Double(s), Double(z)))
    }
    let expected = [
      (loss(step, 0) - loss(-step, 0)) / (2 * step),
      (loss(0, step) - loss(0, -step)) / (2 * step),
    ]
    for (index, value) in found.enumerated() {
      let unscaled = Double(value) * gradientScale
      let tolerance = 2e-5 * (Double(count) + abs(expected[index]))
      #expect(abs(unscaled - expected[index]) <= tolerance, "\(spec) \(count) \(index)")
    }
  }

  @Test("the gradient scale is 1 / sqrt(M * Nmax)")
  func gradientScale() throws {
    let sums = FakeQuantSums(1, 0, 0, 0)
    for (bits, sign, highest) in [(4, QuantSpec.Sign.signed, 7.0), (8, .unsigned, 255)] {
      let spec = QuantSpec(bits: bits, sign: sign)
      let gradient = LSQ().parameterGradients(
        for: FakeQuant(algorithm: "lsq", spec: spec, site: .activation), numbers: .padded([1]),
        sums: sums, count: 60)
      #expect(gradient[0] == Float(1 / (60 * highest).squareRoot()))
    }
  }
}

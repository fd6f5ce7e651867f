import Testing

@testable import QuantRuntime

/// Vectors A, B, C, D, L: outputs of the prototype code released with MQBench under PyTorch 1.8.1;
/// E: its min-max observers. Printed there with seven decimals, so 1e-6 is their precision.
@Suite("Golden vectors of the uniform quantizers")
struct GoldenVectorTests {
  let x: [Float] = [-1.3, -0.75, -0.5, -0.2, 0, 0.05, 0.3, 0.62, 0.95, 2.0]
  let g: [Float] = [0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8, 0.9, -1.0]

  private func masked(_ indices: Int...) -> [Float] {
    g.indices.map { indices.contains($0) ? 0 : g[$0] }
  }

  @Test("A: LSQ, per tensor, signed, 4 bits")
  func vectorA() throws {
    let lsq = try RuleHarness("lsq", QuantSpec(bits: 4))
    let y = lsq.forward(x, [0.15])
    #expect(isClose(y, [-1.2, -0.75, -0.45, -0.15, 0, 0, 0.3, 0.6, 0.9, 1.05], within: 1e-6))
    let gradients = lsq.backward(x, g, [0.15])
    #expect(gradients.dx == masked(0, 9))
    #expect(isClose(gradients.parameters, [-0.9354656], within: 1e-6))
    // The same map with a zero point to learn, at 0.
    let asymmetric = try RuleHarness("lsq", QuantSpec(bits: 4, symmetry: .asymmetric))
    let both = asymmetric.backward(x, g, [0.15, 0]).parameters
    #expect(isClose(both, [-0.9354656, 0.0161356], within: 1e-6))
  }

  @Test("B: LSQ, asymmetric, zero point -3.4 rounds to -3")
  func vectorB() throws {
    let lsq = try RuleHarness("lsq", QuantSpec(bits: 4, symmetry: .asymmetric))
    let y = lsq.forward(x, [0.2, -3.4])
    #expect(isClose(y, [-1.0, -0.8, -0.4, -0.2, 0, 0, 0.4, 0.6, 1.0, 2.0], within: 1e-6))
    // The published gradients are PyTorch's, whose per-tensor backward takes z + 0.5 towards 0: -2
    // here, against -3 in its own forward (`_get_zero_point_from_tensor`).
    let published = lsq.backward(x, g, [0.2, -2])
    #expect(published.dx == masked(9))
    let unscaled = published.parameters.map { $0 * Float(70).squareRoot() }
    #expect(isClose(unscaled, [-7.945, 0.2], within: 1e-5))
    // Ours keeps -3: index 0 is below the grid (-9), index 9 on it (7).
    let own = lsq.backward(x, g, [0.2, -3.4])
    #expect(own.dx == masked(0))
    let ownUnscaled = own.parameters.map { $0 * Float(70).squareRoot() }
    #expect(isClose(ownUnscaled, [0.505, -0.02], within: 1e-5))
  }

  @Test("C: LSQ, per channel")
  func vectorC() throws {
    let spec = QuantSpec(bits: 4, symmetry: .asymmetric, granularity: .channel)
    let lsq = try RuleHarness("lsq", spec)
    let rows = [(x[..<5], g[..<5], Float(0.1)), (x[5...], g[5...], Float(0.25))]
    let expected: [[Float]] = [[-0.8, -0.8, -0.5, -0.2, 0], [0, 0.25, 0.5, 1.0, 1.75]]
    let gradients: [[Float]] = [[-0.1183216, -0.0016903], [-1.0912631, 0.0422577]]
    for (row, (x, g, s)) in rows.enumerated() {
      #expect(isClose(lsq.forward(Array(x), [s, 0]), expected[row], within: 1e-6))
      let result = lsq.backward(Array(x), Array(g), [s, 0])
      var dx = Array(g)
      dx[row == 0 ? 0 : 4] = 0
      #expect(result.dx == dx)
      #expect(isClose(result.parameters, gradients[row], within: 1e-6))
    }
  }

  @Test("D: first values of LSQ")
  func vectorD() throws {
    let absolute = x.map { abs($0) }
    let signed = try RuleHarness("lsq", QuantSpec(bits: 4))
    #expect(isClose(signed.initial(x), [0.5042046], within: 1e-6))
    let unsigned = try RuleHarness("lsq", QuantSpec(bits: 4, sign: .unsigned))
    #expect(isClose(unsigned.initial(absolute), [0.3444373], within: 1e-6))
    let asymmetric = try RuleHarness("lsq", QuantSpec(bits: 4, symmetry: .asymmetric))
    #expect(isClose(asymmetric.initial(absolute), [0.5042046, -8], within: 1e-6))
    #expect(isClose(asymmetric.initial(x), [0.5042046, 0], within: 1e-6))
  }

  @Test("E: scale and zero point from minimum and maximum")
  func vectorE() {
    let symmetric = QuantSpec(bits: 4).map(covering: (-1.3, 2))
    #expect(isClose([symmetric.scale, symmetric.zeroPoint], [0.2666667, 0], within: 1e-6))
    let asymmetric = QuantSpec(bits: 4, symmetry: .asymmetric).map(covering: (-1.3, 2))
    #expect(isClose([asymmetric.scale, asymmetric.zeroPoint], [0.22, -2], within: 1e-6))
    let unsigned = QuantSpec(bits: 4, sign: .unsigned).map(covering: (0, 2))
    #expect(isClose([unsigned.scale], [0.1333333], within: 1e-6))
    let clipped = QuantSpec(bits: 4).map(covering: (-2.3011413, 2.5351415))
    #expect(isClose([clipped.scale], [0.3380189], within: 1e-6))
    let clippedAsymmetric = QuantSpec(bits: 4, symmetry: .asymmetric)
      .map(covering: (-2.3011413, 2.5351415))
    #expect(
      isClose(
        [clippedAsymmetric.scale, clippedAsymmetric.zeroPoint], [0.3224188, -1], within: 1e-6)
    )
  }

  @Test("L: LSQ with a power-of-two scale")
  func vectorL() throws {
    let lsq = try RuleHarness("lsq", QuantSpec(bits: 4, scaleForm: .powerOfTwo))
    #expect(
      lsq.forward(x, [0.15]) == [-1, -0.75, -0.5, -0.25, 0, 0, 0.25, 0.625, 0.875, 0.875])
    let gradient = lsq.backward(x, g, [0.15]).parameters[0] * Float(70).squareRoot()
    #expect(isClose([gradient], [-1.1766669], within: 1e-5))
  }
}

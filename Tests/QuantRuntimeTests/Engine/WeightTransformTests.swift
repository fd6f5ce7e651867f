import CKernels
import Foundation
import Testing

@testable import QuantRuntime

@Suite("Weight transforms")
struct WeightTransformTests {
  /// One pass forward and backward over a weight, as a plan runs it.
  private func run(
    _ transform: WeightTransform, _ w: [Float], _ g: [Float]
  ) throws -> (y: [Float], dw: [Float]) {
    try ComputeThread.run { () throws in
      let layout = mq_layout(fixed: [w.count])
      let (x, y) = (PlanValue(layout: layout), PlanValue(layout: layout))
      let (dy, dx) = (Buffer(floats: w.count), Buffer(floats: w.count))
      let forward = WeightTransformForward(node: "w", transform: transform, x: x, y: y)
      let backward = WeightTransformBackward(forward: forward, dy: dy, dx: dx)
      var owners: [Arena] = []
      for buffer in forward.buffers + backward.buffers where !buffer.isPlaced {
        let arena = try Arena(byteCount: max(buffer.byteCount, 64))
        buffer.place(at: arena.base)
        owners.append(arena)
      }
      for index in w.indices {
        x.pointer[index] = w[index]
        dy.floats[index] = g[index]
      }
      try forward.run()
      try backward.run()
      return withExtendedLifetime(owners) {
        (w.indices.map { y.pointer[$0] }, w.indices.map { dx.floats[$0] })
      }
    }
  }

  @Test("elements that share the largest magnitude share its gradient")
  func ties() throws {
    let g: [Float] = [1, -2, 3, 0.5]
    let (y, dw) = try run(.tanhNormalize, [0.7, -0.7, 0.7, 0.1], g)
    #expect(y[0] == y[2] && y[0] == -y[1] && y[0] < 1)
    // d(sum g y) through the maximum m = t0: -sum(g t) / (m + e)^2, a third for each of the three.
    let t = [0.7, -0.7, 0.7, 0.1].map { tanh($0) }
    let d = t[0] + Double(WeightTransform.epsilon)
    let product = zip(g, t).reduce(0) { $0 + Double($1.0) * $1.1 }
    let expected = zip(g, t).enumerated().map { index, pair in
      let share = index < 3 ? -product / (d * d) / 3 * (pair.1 < 0 ? -1 : 1) : 0
      return Float((Double(pair.0) / d + share) * (1 - pair.1 * pair.1))
    }
    #expect(isClose(dw, expected, within: 2e-6))
  }

  /// Golden vector G, computed by the prototype code released with MQBench under PyTorch 1.8.1 and
  /// printed with seven decimals.
  @Test("G: DoReFa, a weight's forward and gradient through tangent, maximum and quantizer")
  func dorefa() throws {
    let w: [Float] = [-1.3, -0.75, -0.5, -0.2, 0, 0.05, 0.3, 0.62, 0.95, 2.0]
    let g: [Float] = [0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8, 0.9, -1.0]
    let rule = try RuleHarness("dorefa", QuantSpec(bits: 4), site: .weight)
    #expect(rule.rule.weightTransform(for: rule.quantizer) == .tanhNormalize)
    let t = try run(.tanhNormalize, w, g).y
    let numbers = rule.statistics(ObservedValues(t), after: nil)
    let levels: [Float] = [
      -0.9333237, -0.6666598, -0.5333278, -0.2666639, 0, 0, 0.2666639, 0.5333278, 0.7999917,
      0.9333237,
    ]
    #expect(isClose(rule.forward(t, numbers), levels, within: 1e-6))
    let dt = rule.backward(t, g, numbers).dx
    let expected: [Float] = [
      0.0267037, -0.1237682, 0.2447356, -0.3987575, 0.518652, -0.620829, 0.6644925, -0.5777848,
      0.4226484, -0.0288891,
    ]
    #expect(isClose(try run(.tanhNormalize, w, dt).dw, expected, within: 1e-6))
  }

  @Test("zeros, equal elements, one and none", arguments: WeightTransform.allCases)
  func degenerate(transform: WeightTransform) throws {
    for count in [0, 1, 3, 5_000] {
      for value in [Float(0), 0.1] {
        let w = Array(repeating: value, count: count)
        let (y, dw) = try run(transform, w, w.map { _ in 0.5 })
        let isZero = transform == .standardize || value == 0
        #expect(y.allSatisfy { isZero ? $0 == 0 : $0 > 0.99 && $0 < 1 }, "\(count) \(value)")
        #expect(dw.allSatisfy { $0.isFinite }, "\(count) \(value)")
      }
    }
  }

  @Test("NaN stays visible, infinities saturate the tangent")
  func nonFinite() throws {
    let w: [Float] = [.infinity, -.infinity, .nan, 0.5]
    let (y, _) = try run(.tanhNormalize, w, [1, 1, 1, 1])
    #expect(y[0] > 0.9999 && y[1] == -y[0] && y[2].isNaN && y[3].isFinite)
    let standardized = try run(.standardize, w, [1, 1, 1, 1])
    #expect(standardized.y.contains { $0.isNaN })
    #expect(standardized.dw.contains { $0.isNaN })
  }

  @Test("the tangent is within 4 units in the last place")
  func tangent() {
    var x: [Float] = []
    for exponent in -30...6 {
      for step in 0..<37 { x.append((1 + Float(step) / 37) * exp2(Float(exponent))) }
    }
    x += x.map { -$0 } + [0, -0.0]
    var y = x
    let peak = mq_f32_tanh(x, &y, x.count)
    #expect(peak == y.map { abs($0) }.max())
    for (x, y) in zip(x, y) {
      let truth = tanh(Double(x))
      let unit = Double(Float(truth).ulp)
      #expect(abs(Double(y) - truth) <= 4 * unit, "\(x)")
    }
  }

  @Test("a value of each image is refused")
  func batched() {
    var network = TinyNetwork([3, 4, 4])
    network.then(.weightTransform(.standardize))
    #expect(throws: GraphError.self) { try network.graph.types() }
  }
}

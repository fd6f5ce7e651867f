import CKernels
import Testing

@testable import QuantRuntime

/// Kernels that exist for AVX2 and for AVX-512 give the same bits, so that a seed means the same on
/// every machine; and both agree with Double.
@Suite("Versions of kernels")
struct KernelVersionTests {
  private typealias Forward =
    @convention(c) (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int, UnsafePointer<Float>?)
    -> Void
  private typealias Backward =
    @convention(c) (
      UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int,
      UnsafePointer<Float>?, UnsafeMutablePointer<Double>?
    ) -> Void

  /// The versions that this machine can run.
  private func versions<Kernel>(_ narrow: Kernel, _ wide: Kernel) -> [Kernel] {
    mq_cpu_has_avx512() != 0 ? [narrow, wide] : [narrow]
  }

  /// Values with infinities, a NaN and ties among them, where there is room.
  private func values(_ count: Int, seed: UInt64, withNaN: Bool = true) -> [Float] {
    var random = RandomStream(seed: seed, purpose: .syntheticData)
    var x = (0..<count).map { _ in random.normal() * 2 }
    guard count > 12 else { return x }
    x[5...8] = [.infinity, -.infinity, 0.075, -0.0]
    if withNaN { x[9] = Float.nan }
    return x
  }

  @Test("fake quantization", arguments: [0, 1, 15, 16, 17, 33, 4096])
  func fakeQuantization(count: Int) {
    let x = values(count, seed: 3)
    let g = values(count, seed: 4, withNaN: false).map { $0.isFinite ? $0 : 1 }
    let constants: [Float] = [0.15, 1 / 0.15, -3, -8, 7, 0, 0, 0]
    let forwards: [(Forward, Forward)] = [
      (mq_f32_uniform_quant_forward_avx2, mq_f32_uniform_quant_forward_avx512),
      (mq_f32_half_up_quant_forward_avx2, mq_f32_half_up_quant_forward_avx512),
    ]
    for (narrow, wide) in forwards {
      let results = versions(narrow, wide).map { kernel in
        var y = x
        kernel(x, &y, count, constants)
        return y.map(\.bitPattern)
      }
      #expect(Set(results).count == 1)
    }
    let backwards: [(Backward, Backward)] = [
      (mq_f32_uniform_quant_backward_avx2, mq_f32_uniform_quant_backward_avx512),
      (mq_f32_half_up_quant_backward_avx2, mq_f32_half_up_quant_backward_avx512),
    ]
    for (narrow, wide) in backwards {
      let results = versions(narrow, wide).map { kernel in
        var (dx, sums) = (g, [1.0, 2, 3, 4])
        kernel(x, g, &dx, count, constants, &sums)
        return dx.map { UInt64($0.bitPattern) } + sums.map(\.bitPattern)
      }
      #expect(Set(results).count == 1)
    }
  }

  /// One block of channels with its numbers.
  private struct Slab {
    var lanes: Int
    var pixels: Int
    var x: [Float]
    var other: [Float]
    var mean: [Float]
    var scale: [Float]
    var offset: [Float]

    init(lanes: Int, pixels: Int) {
      var random = RandomStream(seed: UInt64(lanes + pixels), purpose: .syntheticData)
      func normals(_ count: Int) -> [Float] { (0..<count).map { _ in random.normal() } }
      self.lanes = lanes
      self.pixels = pixels
      x = normals(lanes * pixels)
      other = normals(lanes * pixels)
      mean = normals(lanes)
      scale = normals(lanes)
      offset = normals(lanes)
    }

    /// What the normalization gives before the activation.
    func value(_ i: Int) -> Double {
      let l = i % lanes
      return Double((x[i] - mean[l])) * Double(scale[l]) + Double(offset[l])
    }
  }

  private static let slabs = [
    (1, 1), (1, 15), (1, 37), (8, 1), (8, 9), (16, 5), (16, 300), (1, 5000),
  ]
  private static let activations = [MQ_LINEAR, MQ_RELU, MQ_RELU6].map { Int32($0) }

  private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

  @Test(
    "sums and activations, written over an operand", arguments: [0, 1, 15, 16, 17, 47, 4096],
    activations)
  func elementwise(count: Int, activation: Int32) {
    let (a, b) = (values(count, seed: 5), values(count, seed: 6, withNaN: false))
    let adds = versions(mq_f32_add_avx2, mq_f32_add_avx512).map { kernel in
      var y = a
      y.withUnsafeMutableBufferPointer {
        kernel($0.baseAddress, b, $0.baseAddress, activation, count)
      }
      return y
    }
    #expect(Set(adds.map(bits)).count == 1)
    #expect(same(adds[0], zip(a, b).map { activated($0 + $1, activation) }))
    let activations = versions(mq_f32_activate_avx2, mq_f32_activate_avx512).map { kernel in
      var y = a
      y.withUnsafeMutableBufferPointer { kernel($0.baseAddress, $0.baseAddress, activation, count) }
      return y
    }
    #expect(Set(activations.map(bits)).count == 1)
    #expect(same(activations[0], a.map { activated($0, activation) }))
  }

  @Test("the gradient of an activation", arguments: [0, 1, 15, 16, 17, 47, 4096], activations)
  func elementwiseBackward(count: Int, activation: Int32) {
    let y = values(count, seed: 7).map { activated($0, activation) }
    let (dy, other) = (values(count, seed: 8), values(count, seed: 9, withNaN: false))
    for adds in [false, true] {
      let kernels = versions(mq_f32_activate_backward_avx2, mq_f32_activate_backward_avx512)
      let results = kernels.map { kernel in
        var dx = dy
        dx.withUnsafeMutableBufferPointer { dx in
          other.withUnsafeBufferPointer {
            let addend = adds ? $0.baseAddress : nil
            kernel(y, dx.baseAddress, addend, dx.baseAddress, activation, count)
          }
        }
        return dx
      }
      #expect(Set(results.map(bits)).count == 1)
      let truth = y.indices.map { i in
        passes(Double(y[i]), activation) ? adds ? dy[i] + other[i] : dy[i] : 0
      }
      #expect(same(results[0], truth))
    }
  }

  private func activated(_ v: Float, _ activation: Int32) -> Float {
    guard activation != Int32(MQ_LINEAR), !v.isNaN else { return v }
    return activation == Int32(MQ_RELU6) ? min(6, max(0, v)) : max(0, v)
  }

  private func passes(_ v: Double, _ activation: Int32) -> Bool {
    switch activation {
    case Int32(MQ_LINEAR): true
    case Int32(MQ_RELU): v > 0
    default: v > 0 && v < 6
    }
  }

  /// Equal, NaN at the same places.
  private func same(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }

  @Test("batch norm, forward", arguments: slabs, activations)
  func apply(shape: (Int, Int), activation: Int32) {
    let slab = Slab(lanes: shape.0, pixels: shape.1)
    for adds in [false, true] {
      let kernels = versions(mq_f32_bn_apply_avx2, mq_f32_bn_apply_avx512)
      let results = kernels.map { kernel in
        var y = slab.x
        slab.other.withUnsafeBufferPointer {
          kernel(
            slab.x, adds ? $0.baseAddress : nil, &y, slab.mean, slab.scale, slab.offset, activation,
            slab.pixels, slab.lanes)
        }
        return y
      }
      #expect(Set(results.map(bits)).count == 1)
      for i in slab.x.indices {
        var truth = slab.value(i) + (adds ? Double(slab.other[i]) : 0)
        if activation != Int32(MQ_LINEAR) { truth = max(0, truth) }
        if activation == Int32(MQ_RELU6) { truth = min(6, truth) }
        #expect(abs(Double(results[0][i]) - truth) <= 1e-5)
      }
    }
  }

  @Test("batch norm, moments and extremes", arguments: slabs)
  func moments(shape: (Int, Int)) {
    let slab = Slab(lanes: shape.0, pixels: shape.1)
    let layout = kernelLayout(images: 1, channels: shape.0, pixels: shape.1, lanes: shape.0)
    let results = versions(mq_f32_bn_moments_avx2, mq_f32_bn_moments_avx512).map { kernel in
      var (sums, ends) = (
        [Double](repeating: .nan, count: 2 * slab.lanes),
        [Float](repeating: .nan, count: 2 * slab.lanes)
      )
      kernel(slab.x, slab.mean, &sums, &ends, layout, 0, 1)
      return (sums, ends)
    }
    #expect(Set(results.map { $0.0.map(\.bitPattern) }).count == 1)
    #expect(Set(results.map { bits($0.1) }).count == 1)
    for lane in 0..<slab.lanes {
      let own = stride(from: lane, to: slab.x.count, by: slab.lanes).map { slab.x[$0] }
      let differences = own.map { Double($0 - slab.mean[lane]) }
      let squares = differences.map { $0 * $0 }.reduce(0, +)
      #expect(abs(results[0].0[lane] - differences.reduce(0, +)) <= 1e-5 * (1 + squares))
      #expect(abs(results[0].0[slab.lanes + lane] - squares) <= 1e-5 * (1 + squares))
      #expect(results[0].1[lane] == own.min() && results[0].1[slab.lanes + lane] == own.max())
    }
  }

  @Test("batch norm, backward", arguments: slabs, activations)
  func backward(shape: (Int, Int), activation: Int32) {
    let slab = Slab(lanes: shape.0, pixels: shape.1)
    let (meanGradient, slope) = (slab.offset.map { $0 / 3 }, slab.mean.map { $0 / 5 })
    let sums = versions(mq_f32_bn_backward_sums_avx2, mq_f32_bn_backward_sums_avx512).map {
      kernel in
      var sums = [Double](repeating: .nan, count: 2 * slab.lanes)
      kernel(
        slab.x, slab.other, slab.mean, slab.scale, slab.offset, activation, &sums, slab.pixels,
        slab.lanes)
      return sums
    }
    #expect(Set(sums.map { $0.map(\.bitPattern) }).count == 1)
    let results = versions(mq_f32_bn_backward_apply_avx2, mq_f32_bn_backward_apply_avx512).map {
      kernel in
      var dx = slab.other
      kernel(
        slab.x, slab.other, &dx, slab.mean, slab.scale, slab.offset, meanGradient, slope,
        activation, slab.pixels, slab.lanes)
      return dx
    }
    #expect(Set(results.map(bits)).count == 1)
    var truth = [Double](repeating: 0, count: 2 * slab.lanes)
    var size = [Double](repeating: 1, count: slab.lanes)
    for i in slab.x.indices {
      let (l, v) = (i % slab.lanes, slab.value(i))
      let g = passes(v, activation) ? Double(slab.other[i]) : 0
      let d = Double(slab.x[i] - slab.mean[l])
      truth[l] += g
      truth[slab.lanes + l] += g * d
      size[l] += abs(g) * (1 + abs(d))
      let dx = Double(slab.scale[l]) * (g - Double(meanGradient[l]) - d * Double(slope[l]))
      #expect(abs(Double(results[0][i]) - dx) <= 1e-5)
    }
    for (i, found) in sums[0].enumerated() {
      #expect(abs(found - truth[i]) <= 1e-6 * size[i % slab.lanes])
    }
  }
}

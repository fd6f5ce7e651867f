import CKernels
import Testing

@testable import QuantRuntime

/// The versions of the integer kernels for different processors, and the numbers of fixed-point factors.
@Suite("Integer kernels")
struct CodeKernelTests {
  /// gemmlowp's multiplication, computed from its definition.
  @Test(
    "Fixed-point factors",
    arguments: [
      (
        0.007247427341846, Int32(1_992_157_658), -7,
        [1000: 7, -1000: -7, 12345: 89, 1_000_000: 7247]
      ),
      (0.25, 1 << 30, -1, [1: 1, -1: 0, 6: 2, -6: -2, 12345: 3087, -12345: -3086]),
      (0.3333333333, 1_431_655_765, -1, [1000: 334, 12345: 4115, -12345: -4115]),
    ])
  func fixedPoint(factor: Double, multiplier: Int32, exponent: Int, products: [Int: Int]) {
    let fixed = FixedPoint(factor)
    #expect(fixed.multiplier == multiplier && fixed.exponent == exponent)
    for (value, product) in products {
      #expect(fixed.times(Int64(value)) == Int64(product))
      #expect(mq_fixed_times(Int64(value), Int64(multiplier), Int64(exponent)) == Int64(product))
    }
  }

  @Test("Shifts round halves away from zero and saturate to the left")
  func shifts() {
    for (value, result) in [(5, 3), (-5, -3), (4, 2), (-4, -2), (1, 1), (-1, -1), (0, 0)] {
      #expect(Rescale.shift(right: 1).apply(Int64(value)) == Int64(result))
    }
    #expect(Rescale.shift(right: -31).apply(3) == Int64(Int32.max))
    #expect(Rescale.shift(right: -31).apply(-3) == Int64(Int32.min))
    #expect(FixedPoint(0x1p-40).times(1 << 30) == 0)
  }

  /// Factors over all of their range, against the scalar function.
  @Test("Fixed-point vectors")
  func fixedVectors() {
    var random = RandomStream(seed: 1, purpose: .syntheticData)
    let count = 1000
    let sums = (0..<count).map { _ in Int32(truncatingIfNeeded: Int(random.nextWord())) }
    let factors = (0..<count).map { _ in
      FixedPoint(
        Double(random.uniform(0, 1))
          * Double(sign: .plus, exponent: random.below(50) - 40, significand: 1))
    }
    let table = FactorTable(factors.map { .fixed($0) })
    let offsets = [Int32](repeating: 0, count: count)
    let range = mq_code_range(zero: 100, low: 3, high: 250)
    for version in [mq_code_rescale_fixed_avx2]
      + (mq_cpu_has_avx512() != 0 ? [mq_code_rescale_fixed_avx512] : [])
    {
      var codes = [UInt8](repeating: 0, count: count)
      sums.withUnsafeBufferPointer { sums in
        offsets.withUnsafeBufferPointer { offsets in
          let tile = mq_code_tile(
            sums: sums.baseAddress, offset: offsets.baseAddress, zero: nil, window_sums: nil,
            pixels: 1, count: count, sums_stride: count, y_stride: count, residual_stride: 0)
          version(tile, table.fixed, mq_code_residual(), range, &codes)
        }
      }
      let expected = zip(sums, factors).map {
        UInt8(min(max($1.times(Int64($0)) + 100, 3), 250))
      }
      #expect(codes == expected)
    }
  }

  @Test("Convolution tiles of every processor", arguments: 1...14)
  func tiles(pixels: Int) {
    var random = RandomStream(seed: UInt64(pixels), purpose: .syntheticData)
    let channels = 1 + random.below(70)
    let pixel = (channels + 15) / 16 * 16
    let width = pixels + 2
    var x = (0..<3 * width * pixel + 64).map { _ in UInt8(random.below(256)) }
    // Pairs of the largest products are what cuts off in 16 bits.
    for index in 0..<pixel { x[index] = 255 }
    let outputs = 17 + random.below(16)
    let weights = (0..<outputs * channels * 9).map { _ in Int8(random.below(256) - 128) }
    let window = mq_conv_window(
      height: 3, width: 3, quads: (channels + 3) / 4, pixel: pixel, row: width * pixel, step: pixel)
    let blockBytes = mq_code_conv_block_bytes(window)
    var packed = [Int8](repeating: 0, count: 2 * blockBytes)
    packed.withUnsafeMutableBufferPointer { packed in
      weights.withUnsafeBufferPointer { weights in
        guard let p = packed.baseAddress, let w = weights.baseAddress else { return }
        mq_code_conv_pack(w, p, window, channels, 16)
        mq_code_conv_pack(w + 16 * channels * 9, p + blockBytes, window, channels, outputs - 16)
      }
    }
    func expected(_ x: [UInt8]) -> [Int32] {
      (0..<pixels).flatMap { p in
        (0..<outputs).map { o in
          var sum: Int32 = 0
          for c in 0..<channels {
            for tap in 0..<9 {
              let code = x[(tap / 3 * width + p + tap % 3) * pixel + c]
              sum += Int32(code) * Int32(weights[(o * channels + c) * 9 + tap])
            }
          }
          return sum
        }
      }
    }
    func found(_ tile: mq_conv_tile, _ x: [UInt8]) -> [Int32] {
      var sums = [Int32](repeating: 0, count: 14 * 32)
      tile(x, packed, &sums, pixels, 2, window)
      return (0..<pixels).flatMap { p in Array(sums[32 * p..<32 * p + outputs]) }
    }
    #expect(found(mq_code_conv_tile_avx2, x) == expected(x))
    if mq_cpu_has_vnni() != 0 { #expect(found(mq_code_conv_tile_vnni, x) == expected(x)) }
    let narrow = x.map { min($0, 127) }
    #expect(found(mq_code_conv_tile_avx2_narrow, narrow) == expected(narrow))
  }

  @Test("Depthwise tiles of every processor", arguments: [1, 3, 5, 7])
  func depthwise(size: Int) {
    var random = RandomStream(seed: UInt64(size), purpose: .syntheticData)
    let (channels, pixels) = (48, 5)
    let width = 2 * pixels + size
    let x = (0..<size * width * channels + 64).map { _ in UInt8(random.below(256)) }
    let weights = (0..<channels * size * size).map { _ in Int8(random.below(256) - 128) }
    let window = mq_depthwise_window(
      height: size, width: size, pixel: channels, row: width * channels, step: 2 * channels)
    var packed = [Int8](repeating: 0, count: mq_code_depthwise_block_bytes(window))
    mq_code_depthwise_pack(weights, &packed, window, channels)
    let versions =
      [mq_code_depthwise_tile_avx2] + (mq_cpu_has_vnni() != 0 ? [mq_code_depthwise_tile_vnni] : [])
    for version in versions {
      var sums = [Int32](repeating: 0, count: pixels * 64)
      version(x, packed, &sums, pixels, channels, window)
      for p in 0..<pixels {
        for c in 0..<channels {
          var sum: Int32 = 0
          for tap in 0..<size * size {
            let place = (tap / size * width + 2 * p + tap % size) * channels + c
            sum += Int32(x[place]) * Int32(weights[c * size * size + tap])
          }
          #expect(sums[64 * p + c] == sum)
        }
      }
    }
  }
}

import CKernels
import Foundation

/// What a random stream is for; each purpose has a generator of its own, so that drawing one more
/// number for augmentation never changes the order of images.
public enum RandomPurpose: UInt32, Sendable, CaseIterable {
  case initialization = 1
  case order = 2
  case augmentation = 3
  case dropout = 4
  case syntheticData = 5
  case reconstruction = 6
  case quantizerDrop = 7
}

/// Counter-based random numbers: Philox4x32-10 (Salmon et al., SC 2011, "Parallel random numbers: as
/// easy as 1, 2, 3").
///
/// The n-th number is a pure function of (seed, purpose, lane, n). Nothing is shared between
/// streams, any position is reached at once, and the whole state is one counter, which is what makes
/// results independent of thread count and resumption exact. `lane` separates independent draws of
/// one purpose: the index of an image, the index of a parameter.
public struct RandomStream: RandomNumberGenerator, Hashable, Codable, Sendable {
  private let key: SIMD2<UInt32>
  private let lane: UInt64
  /// Numbers drawn so far, in 32-bit words.
  public private(set) var position: UInt64

  public init(seed: UInt64, purpose: RandomPurpose, lane: UInt64 = 0, position: UInt64 = 0) {
    // The purpose goes into the key by an odd multiplier: two seeds that differ only in their upper
    // half still give unrelated keys for every purpose.
    let mixed = seed &+ UInt64(purpose.rawValue) &* 0x9E37_79B9_7F4A_7C15
    key = SIMD2(UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
    self.lane = lane
    self.position = position
  }

  /// The next 32 uniform bits.
  public mutating func nextWord() -> UInt32 {
    let block = position / 4
    let counter = SIMD4(
      UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32),
      UInt32(truncatingIfNeeded: lane), UInt32(truncatingIfNeeded: lane >> 32))
    let word = philox4x32(counter, key)[Int(position % 4)]
    position += 1
    return word
  }

  public mutating func next() -> UInt64 {
    let low = UInt64(nextWord())
    return low | UInt64(nextWord()) << 32
  }

  /// Uniform in [0, 1), a multiple of 2^-24: every value is exact in float32.
  public mutating func uniform() -> Float {
    Float(nextWord() >> 8) * 0x1p-24
  }

  /// Uniform in [low, high).
  public mutating func uniform(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * uniform()
  }

  /// Standard normal by the polar-free Box-Muller transform in Double; two words a number, so the
  /// position after n numbers does not depend on their values.
  public mutating func normal() -> Float {
    // 1 - u lies in (0, 1], which keeps the logarithm finite.
    let radius = (-2 * log(1 - Double(nextWord()) * 0x1p-32)).squareRoot()
    return Float(radius * cos(2 * .pi * Double(nextWord()) * 0x1p-32))
  }

  /// Uniform in 0..<bound without bias worth naming (64-bit multiply-shift, bias below 2^-32).
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0 && bound <= Int(UInt32.max))
    // A shift binds tighter than a product in Swift: without the parentheses the result is always 0.
    return Int((UInt64(nextWord()) &* UInt64(bound)) >> 32)
  }
}

extension RandomStream {
  /// The first `count` normal numbers of a fresh stream times `standardDeviation`: the bits of
  /// `normal()`, made by a kernel.
  static func normals(
    _ count: Int, standardDeviation: Float, seed: UInt64, purpose: RandomPurpose, lane: UInt64
  ) -> [Float] {
    let key = RandomStream(seed: seed, purpose: purpose).packedKey
    return Array(unsafeUninitializedCapacity: count) { buffer, filled in
      if let start = buffer.baseAddress {
        mq_f32_random_normal(key, lane, 0, start, count, standardDeviation)
      }
      filled = count
    }
  }

  /// The first `count` numbers of a fresh stream, uniform in [-bound, bound): the bits of
  /// `uniform(-bound, bound)`.
  static func uniforms(
    _ count: Int, bound: Float, seed: UInt64, purpose: RandomPurpose, lane: UInt64
  ) -> [Float] {
    let key = RandomStream(seed: seed, purpose: purpose).packedKey
    return Array(unsafeUninitializedCapacity: count) { buffer, filled in
      if let start = buffer.baseAddress {
        mq_f32_random_uniform(key, lane, 0, start, count, -bound, bound)
      }
      filled = count
    }
  }

  var packedKey: UInt64 { UInt64(key[0]) | UInt64(key[1]) << 32 }
}

/// Ten rounds of Philox with the constants of the paper, table 2.
func philox4x32(_ counter: SIMD4<UInt32>, _ key: SIMD2<UInt32>) -> SIMD4<UInt32> {
  var c = counter
  var k = key
  for _ in 0..<10 {
    let (hi0, lo0) = multiplyWide(0xD251_1F53, c[0])
    let (hi1, lo1) = multiplyWide(0xCD9E_8D57, c[2])
    c = SIMD4(hi1 ^ c[1] ^ k[0], lo1, hi0 ^ c[3] ^ k[1], lo0)
    k = SIMD2(k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85)
  }
  return c
}

private func multiplyWide(_ a: UInt32, _ b: UInt32) -> (high: UInt32, low: UInt32) {
  let product = UInt64(a) * UInt64(b)
  return (UInt32(truncatingIfNeeded: product >> 32), UInt32(truncatingIfNeeded: product))
}

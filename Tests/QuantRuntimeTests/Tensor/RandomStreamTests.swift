import Foundation
import Testing

@testable import QuantRuntime

@Suite("Random streams")
struct RandomStreamTests {
  @Test("Philox gives the known answers of the Random123 distribution")
  func knownAnswers() {
    // kat_vectors of Random123 1.14, the lines of philox4x32 with 10 rounds.
    let vectors: [(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, words: SIMD4<UInt32>)] = [
      (.zero, .zero, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        .init(repeating: .max), .init(repeating: .max),
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ]
    for vector in vectors { #expect(philox4x32(vector.counter, vector.key) == vector.words) }
  }

  @Test("a stream goes on from any position as if it had never stopped")
  func positions() {
    var stream = RandomStream(seed: 7, purpose: .order, lane: 9)
    let words = (0..<20).map { _ in stream.nextWord() }
    for start in 0..<20 {
      var later = RandomStream(seed: 7, purpose: .order, lane: 9, position: UInt64(start))
      #expect((start..<20).map { _ in later.nextWord() } == Array(words[start...]))
    }
    #expect(stream.position == 20)
  }

  @Test("seeds, purposes and lanes give unrelated streams")
  func separation() {
    var firsts = Set<UInt64>()
    for seed: UInt64 in [0, 1, 1 << 32, .max] {
      for purpose in RandomPurpose.allCases {
        for lane: UInt64 in [0, 1, 1 << 32, 1 << 63] {
          var stream = RandomStream(seed: seed, purpose: purpose, lane: lane)
          firsts.insert(stream.next())
        }
      }
    }
    #expect(firsts.count == 4 * RandomPurpose.allCases.count * 4)
  }

  @Test("uniform numbers fill [0, 1) evenly")
  func uniformity() {
    var stream = RandomStream(seed: 1, purpose: .dropout)
    var bins = [Int](repeating: 0, count: 16)
    var (sum, squares) = (0.0, 0.0)
    let count = 40_000
    for _ in 0..<count {
      let x = stream.uniform()
      guard x >= 0, x < 1 else {
        Issue.record("\(x) is out of range")
        return
      }
      bins[Int(x * 16)] += 1
      sum += Double(x)
      squares += Double(x * x)
    }
    // Chi-squared with 15 degrees of freedom exceeds 37.7 once in a thousand seeds.
    let expected = Double(count) / 16
    let chi = bins.reduce(0) { $0 + pow(Double($1) - expected, 2) / expected }
    #expect(chi < 37.7)
    #expect(abs(sum / Double(count) - 0.5) < 0.006)
    #expect(abs(squares / Double(count) - 1 / 3) < 0.006)
  }

  @Test("normal numbers have mean 0, deviation 1 and the right tails")
  func normality() {
    var stream = RandomStream(seed: 2, purpose: .initialization)
    let numbers = (0..<20_000).map { _ in Double(stream.normal()) }
    let mean = numbers.reduce(0, +) / 20_000
    let variance = numbers.reduce(0) { $0 + $1 * $1 } / 20_000
    #expect(abs(mean) < 0.03 && abs(variance - 1) < 0.04)
    // 4.55 % lie beyond two deviations; five binomial deviations of the share are 0.0074.
    #expect(abs(Double(numbers.count { abs($0) > 2 }) / 20_000 - 0.0455) < 0.0074)
    #expect(numbers.allSatisfy { $0.isFinite })
    #expect(stream.position == 40_000)
  }

  @Test("below a bound every number comes up, and none beyond it", arguments: [1, 2, 3, 10, 1_000])
  func bounds(bound: Int) {
    var stream = RandomStream(seed: 3, purpose: .order)
    let numbers = (0..<bound * 20).map { _ in stream.below(bound) }
    #expect(Set(numbers) == Set(0..<bound))
    var extreme = RandomStream(seed: 3, purpose: .order)
    #expect(
      (0..<100).allSatisfy { _ in (0..<Int(UInt32.max)).contains(extreme.below(0xFFFF_FFFF)) })
  }

  @Test("filled arrays have the bits of single draws", arguments: [0, 1, 2, 3, 4, 5, 1_001])
  func filling(count: Int) {
    var (uniform, normal) = (
      RandomStream(seed: 4, purpose: .dropout, lane: 5),
      RandomStream(seed: 4, purpose: .dropout, lane: 5)
    )
    #expect(
      RandomStream.uniforms(count, bound: 0.3, seed: 4, purpose: .dropout, lane: 5)
        == (0..<count).map { _ in uniform.uniform(-0.3, 0.3) })
    #expect(
      RandomStream.normals(count, standardDeviation: 0.3, seed: 4, purpose: .dropout, lane: 5)
        == (0..<count).map { _ in 0.3 * normal.normal() })
  }

  @Test("a stream survives being saved")
  func coding() throws {
    var stream = RandomStream(seed: .max, purpose: .order, lane: 1 << 63)
    _ = stream.next()
    let copy = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(stream))
    #expect(copy == stream)
  }
}

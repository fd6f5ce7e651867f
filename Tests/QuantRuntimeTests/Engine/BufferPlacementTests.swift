import Testing

@testable import QuantRuntime

@Suite("Buffer placement")
struct BufferPlacementTests {
  /// Buffers of random sizes, each touched by a few random steps.
  private func steps(seed: UInt64) -> (buffers: [Buffer], touched: [[Buffer]]) {
    var random = RandomStream(seed: seed, purpose: .syntheticData)
    let buffers = (0..<60).map { _ in Buffer(byteCount: 1 + random.below(5_000)) }
    var touched = Array(repeating: [Buffer](), count: 40)
    for buffer in buffers {
      let first = random.below(40)
      touched[first].append(buffer)
      touched[min(39, first + random.below(8))].append(buffer)
    }
    return (buffers, touched)
  }

  @Test(
    "buffers that live at the same time never share a byte",
    arguments: 1...20 as ClosedRange<UInt64>)
  func disjoint(seed: UInt64) {
    let (buffers, touched) = steps(seed: seed)
    let placement = BufferPlacement(touched: touched)
    func lifetime(_ buffer: Buffer) -> ClosedRange<Int> {
      let uses = touched.indices.filter { touched[$0].contains { $0 === buffer } }
      return (uses.first ?? 0)...(uses.last ?? 0)
    }
    let placed = placement.offsets.map { entry in
      let end = entry.offset + entry.buffer.byteCount
      return (bytes: entry.offset..<end, lifetime: lifetime(entry.buffer))
    }
    #expect(placed.count == buffers.count)
    for (i, a) in placed.enumerated() {
      #expect(a.bytes.upperBound <= placement.byteCount)
      for b in placed[..<i] where a.lifetime.overlaps(b.lifetime) {
        #expect(!a.bytes.overlaps(b.bytes), "seed \(seed)")
      }
    }
    let sum = buffers.map(\.byteCount).reduce(0, +)
    #expect(placement.byteCount < sum / 2, "seed \(seed)")
  }

  @Test("the same steps give the same places")
  func deterministic() {
    let (_, touched) = steps(seed: 3)
    let first = BufferPlacement(touched: touched)
    let second = BufferPlacement(touched: touched)
    #expect(first.byteCount == second.byteCount)
    #expect(first.offsets.map(\.offset) == second.offsets.map(\.offset))
  }
}

import CKernels

/// The two limits of the machine that a step can run into: arithmetic and memory (Williams et al.,
/// CACM 2009), measured on all threads of the engine.
public struct Roofline: Hashable, Sendable {
  /// float32 multiply-adds in registers, in 10^9 operations a second; a multiply-add counts as two.
  public var gigaflops: Double
  /// Two streams read and one written, far larger than the caches of a core, in 10^9 bytes a second.
  public var gigabytes: Double

  /// Takes about half a second. To be called on the compute thread.
  ///
  /// - Throws: `EngineError.outOfMemory`.
  public static func measured() throws(EngineError) -> Roofline {
    let lanes = Processor.lanes
    let rounds = 4_000_000
    let threads = Processor.threads
    let flops = Double(threads * rounds * 16 * 2 * lanes)
    let arithmetic = best(of: 3) {
      Parallel.run(threads) { part in
        for _ in part { _ = mq_probe_fma(rounds, Int32(lanes)) }
      }
    }
    let count = 1 << 24
    let memory = try (0..<3).map { (_) throws(EngineError) in
      try Arena(byteCount: count * 4)
    }
    let pointers = memory.map { $0.base.assumingMemoryBound(to: Float.self) }
    let traffic = withExtendedLifetime(memory) {
      best(of: 5) {
        Parallel.elements(count) { part in
          let i = part.lowerBound
          mq_f32_add(pointers[0] + i, pointers[1] + i, pointers[2] + i, linearCode, part.count)
        }
      }
    }
    return Roofline(
      gigaflops: flops / arithmetic / 1e9, gigabytes: Double(3 * count * 4) / traffic / 1e9)
  }

  private static func best(of times: Int, _ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    return (0..<times).map { _ in clock.measure(body) / .seconds(1) }.min() ?? 0
  }
}

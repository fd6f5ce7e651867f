import Foundation

/// A place in memory that steps read and write; where it lies is decided after all steps are known.
final class Buffer {
  let byteCount: Int
  /// Set by the allocator before any step runs; valid as long as its owner, plan or store, lives.
  private(set) var address: UnsafeMutableRawPointer?

  init(byteCount: Int) { self.byteCount = max(byteCount, 64) }

  convenience init(floats: Int) { self.init(byteCount: floats * 4) }

  func place(at address: UnsafeMutableRawPointer) { self.address = address }

  var isPlaced: Bool { address != nil }

  var raw: UnsafeMutableRawPointer {
    guard let address else { preconditionFailure("a step ran before its buffers were placed") }
    return address
  }

  var floats: UnsafeMutablePointer<Float> { raw.assumingMemoryBound(to: Float.self) }
  var doubles: UnsafeMutablePointer<Double> { raw.assumingMemoryBound(to: Double.self) }
  var ints: UnsafeMutablePointer<Int32> { raw.assumingMemoryBound(to: Int32.self) }
}

/// Zeroed memory, aligned to cache lines, that is freed with its owner.
final class Arena {
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int) throws(EngineError) {
    var pointer: UnsafeMutableRawPointer?
    guard posix_memalign(&pointer, 64, max(byteCount, 64)) == 0, let pointer else {
      throw .outOfMemory(bytes: byteCount)
    }
    memset(pointer, 0, max(byteCount, 64))
    base = pointer
    self.byteCount = byteCount
  }

  deinit { free(base) }
}

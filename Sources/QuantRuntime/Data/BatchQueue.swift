import Foundation
import Synchronization

/// Hands numbered batches from the threads that make them to the one that uses them, in order.
///
/// Numbers are claimed in order and only together with a free buffer, so the batch that is waited for
/// always has one and nothing can block for good.
final class BatchQueue: @unchecked Sendable {
  let producer: BatchProducer
  private let end: Int
  /// Set under the condition; read without it between two images.
  private let isStopped = Atomic(false)
  // Everything below is guarded by the condition.
  private let condition = NSCondition()
  private var free: [Batch]
  private var ready: [Int: Result<Batch, any Error>] = [:]
  private var claimed: Int
  private var taken: Int

  /// How often whoever waits looks at whether to go on.
  private static let pollInterval: TimeInterval = 0.05

  init(_ producer: BatchProducer, range: Range<Int>, depth: Int) {
    self.producer = producer
    end = range.upperBound
    claimed = range.lowerBound
    taken = range.lowerBound
    // Buffers get their memory when they are filled first.
    free = (0..<min(depth, range.count)).map { _ in Batch() }
  }

  var position: Int { condition.withLock { taken } }

  func stop() {
    condition.withLock {
      isStopped.store(true, ordering: .relaxed)
      free = []
      ready = [:]
      condition.broadcast()
    }
  }

  /// What a thread does: makes batches until there are no more to make.
  func work() {
    while let (number, buffer) = claim(waiting: true) {
      make(number, buffer)
    }
  }

  /// An error is handed over in the place of its batch, so that it comes at the same point whatever
  /// the threads do.
  private func make(_ number: Int, _ buffer: Batch, until isGivenUp: () -> Bool = { false }) {
    finish(
      number,
      Result {
        try producer.fill(buffer, number: number) {
          hasStopped || isGivenUp()
        }
        return buffer
      })
  }

  /// The next batch; nil after the last one or when stopped.
  ///
  /// - Parameter isGivenUp: asked now and then.
  /// - Throws: what making the batch threw, `Interrupted` when given up; the queue is then stopped.
  func take(until isGivenUp: () -> Bool = { false }) throws -> Batch? {
    while true {
      if isGivenUp() {
        stop()
        throw Interrupted()
      }
      // A batch that no thread has begun is made here, so that progress needs no other thread.
      if let (number, buffer) = claimWanted() {
        make(number, buffer, until: isGivenUp)
      }
      let (isOver, made) = condition.withLock { () -> (Bool, Result<Batch, any Error>?) in
        if !hasStopped, taken < end, ready[taken] == nil, claimed > taken {
          _ = condition.wait(until: Date(timeIntervalSinceNow: Self.pollInterval))
        }
        if hasStopped || taken >= end { return (true, nil) }
        let made = ready.removeValue(forKey: taken)
        if case .success = made { taken += 1 }
        return (false, made)
      }
      if isOver { return nil }
      switch made {
      case .success(let batch): return batch
      case .failure(let error):
        stop()
        throw error
      case nil: continue
      }
    }
  }

  func giveBack(_ batch: Batch) {
    condition.withLock {
      if !hasStopped { free.append(batch) }
      condition.broadcast()
    }
  }

  private var hasStopped: Bool { isStopped.load(ordering: .relaxed) }

  private func claimWanted() -> (Int, Batch)? {
    let isBegun = condition.withLock { claimed > taken }
    return isBegun ? nil : claim(waiting: false)
  }

  private func claim(waiting: Bool) -> (Int, Batch)? {
    condition.withLock {
      while waiting, free.isEmpty, !hasStopped, claimed < end { condition.wait() }
      guard !hasStopped, claimed < end, let buffer = free.popLast() else { return nil }
      claimed += 1
      return (claimed - 1, buffer)
    }
  }

  private func finish(_ number: Int, _ made: Result<Batch, any Error>) {
    condition.withLock {
      if !hasStopped { ready[number] = made }
      condition.broadcast()
    }
  }
}

/// Memory for normalized images `[N, C, H, W]` and their labels.
///
/// A class, so that handing it on never copies it; only whoever claimed or took it touches it.
final class Batch: @unchecked Sendable {
  var images: [Float] = []
  var labels: [Int32] = []
  /// Images that count; the arrays can be longer.
  var count = 0
  /// Where its images are decoded, one after the other.
  let canvas = ImageCanvas()
}

import Foundation
import Synchronization

/// The user's wish to stop, raised by a signal handler and polled by whatever takes long.
///
/// A flag and not task cancellation: the work runs on plain threads, and a signal handler may do no
/// more than store to an atomic. A poll costs less than a nanosecond, so loops poll at each turn.
public final class Interruption: Sendable {
  /// Requests that nobody has answered, of which two count as urgent, and `endBit`.
  @usableFromInline let state = Atomic<Int>(0)
  /// When the last request came, in nanoseconds; 0 for none.
  private let lastRequest = Atomic<UInt64>(0)

  // Computed, so that a signal handler never meets a value that is just being made.

  /// Set when the program is to end; above all counts.
  private static var endBit: Int { 1 << 40 }
  /// Two requests within this time are one urgent request, also where the first one was answered.
  private static var quickSuccession: UInt64 { 1_000_000_000 }

  public init() {}

  /// Safe inside a signal handler.
  public func request() {
    let now = Self.now
    let last = lastRequest.exchange(now, ordering: .relaxed)
    // Wraps where two threads take a signal at once and the other one was later: that is not quick.
    let isQuick = last > 0 && now &- last < Self.quickSuccession
    state.add(isQuick ? 2 : 1, ordering: .relaxed)
  }

  /// The program is to end: as `request`, but nothing takes it back. Safe inside a signal handler.
  public func requestEnd() { state.bitwiseOr(Self.endBit, ordering: .relaxed) }

  @inlinable
  public var isRequested: Bool { state.load(ordering: .relaxed) != 0 }

  /// True after a second request: whoever finishes a step first should now give up at once.
  public var isUrgent: Bool { state.load(ordering: .relaxed) & ~Self.endBit > 1 }

  /// True after `requestEnd`: only what reaches a file is of use any more.
  public var endsProgram: Bool { state.load(ordering: .relaxed) & Self.endBit != 0 }

  /// - Throws: `Interrupted` when a stop was requested.
  @inlinable
  public func check() throws(Interrupted) {
    if isRequested { throw Interrupted() }
  }

  /// For loops whose turns are shorter than a poll: looks at every 65,536th of them.
  ///
  /// - Parameter turn: counts up by one.
  /// - Throws: `Interrupted` when a stop was requested.
  @inlinable
  public func check(turn: Int) throws(Interrupted) {
    if turn & 0xFFFF == 0 { try check() }
  }

  /// Forgets what was requested, so that an old interrupt does not hit the next statement.
  public func clear() {
    lastRequest.store(0, ordering: .relaxed)
    answer()
  }

  /// The work that was asked to stop did so, and its statement goes on with what there is. Another
  /// request soon afterwards is meant for the rest of the statement, and urgent.
  public func answer() { state.bitwiseAnd(Self.endBit, ordering: .relaxed) }

  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

/// The user stopped the work.
public struct Interrupted: Error, Hashable {
  public init() {}
}

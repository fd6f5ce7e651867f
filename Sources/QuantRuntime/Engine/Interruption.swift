import Synchronization

/// The user's wish to stop, raised by a signal handler and polled at step boundaries.
///
/// A flag and not task cancellation: the work runs on plain threads, and a signal handler may do no
/// more than store to an atomic.
public final class Interruption: Sendable {
  private let count = Atomic<Int>(0)

  public init() {}

  /// Safe inside a signal handler.
  public func request() { count.add(1, ordering: .relaxed) }

  public var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

  /// True after a second request: whoever finishes a step first should now give up at once.
  public var isUrgent: Bool { count.load(ordering: .relaxed) > 1 }

  /// Forgets what was requested, so that an old interrupt does not hit the next statement.
  public func clear() { count.store(0, ordering: .relaxed) }
}

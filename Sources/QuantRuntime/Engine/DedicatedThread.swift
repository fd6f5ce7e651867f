import Foundation

/// A thread with a stack of a chosen size that does one piece of work at a time for others, who wait.
public final class DedicatedThread: @unchecked Sendable {
  private let condition = NSCondition()
  private var work: (body: () -> Void, done: DispatchSemaphore)?
  private var thread: Thread?
  private var isFinished = false

  /// - Parameter stackBytes: reserved, not used: only pages that are touched cost memory.
  public init(name: String, stackBytes: Int) {
    let thread = Thread { [unowned self] in loop() }
    thread.name = name
    thread.stackSize = stackBytes
    self.thread = thread
    thread.start()
  }

  /// Runs `body` on the thread and waits for it; in place when called from the thread itself.
  public func run<T, E: Error>(_ body: () throws(E) -> T) throws(E) -> T {
    if Thread.current === thread { return try body() }
    return try withoutActuallyEscaping(body) { (body) throws(E) -> T in
      // Safe to hand over: the caller does nothing until the work is done.
      nonisolated(unsafe) let body = body
      nonisolated(unsafe) var result: Result<T, E>?
      perform {
        do throws(E) { result = .success(try body()) } catch { result = .failure(error) }
      }
      guard let result else { preconditionFailure("a thread lost its work") }
      return try result.get()
    }
  }

  /// Lets the thread end, and with it its stack; no work may follow.
  public func finish() {
    condition.lock()
    isFinished = true
    condition.broadcast()
    condition.unlock()
  }

  private func perform(_ body: @escaping () -> Void) {
    let done = DispatchSemaphore(value: 0)
    condition.lock()
    while work != nil { condition.wait() }
    work = (body, done)
    condition.broadcast()
    condition.unlock()
    done.wait()
  }

  private func loop() {
    while true {
      condition.lock()
      while work == nil && !isFinished { condition.wait() }
      let done = work?.done
      condition.unlock()
      if done == nil { return }
      work?.body()
      condition.lock()
      // The caller's closure must not live on when the caller wakes up, so it is dropped first.
      work = nil
      condition.broadcast()
      condition.unlock()
      done?.signal()
    }
  }
}

import Foundation

/// The one thread on which plans are compiled and run.
///
/// libgomp keeps a team of threads for each thread that opens a parallel region, and oneDNN's
/// primitives open them; two callers would mean two teams on the same cores. Work given from the
/// compute thread itself runs in place.
public enum ComputeThread {
  /// Runs `body` on the compute thread and waits for it.
  public static func run<T, E: Error>(_ body: () throws(E) -> T) throws(E) -> T {
    if worker.isCurrent { return try body() }
    return try withoutActuallyEscaping(body) { (body) throws(E) -> T in
      // Safe to hand over: the caller does nothing until the worker is done.
      nonisolated(unsafe) let body = body
      nonisolated(unsafe) var result: Result<T, E>?
      worker.perform {
        do throws(E) { result = .success(try body()) } catch { result = .failure(error) }
      }
      guard let result else { preconditionFailure("the compute thread lost its work") }
      return try result.get()
    }
  }

  private static let worker = Worker()
}

/// A thread that takes one piece of work at a time.
private final class Worker: @unchecked Sendable {
  private let condition = NSCondition()
  private var work: (body: () -> Void, done: DispatchSemaphore)?
  private var thread: Thread?

  init() {
    let thread = Thread { [unowned self] in loop() }
    thread.name = "mqsh-compute"
    thread.stackSize = 64 << 20
    self.thread = thread
    thread.start()
  }

  var isCurrent: Bool { Thread.current === thread }

  func perform(_ body: @escaping () -> Void) {
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
      while work == nil { condition.wait() }
      let done = work?.done
      condition.unlock()
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

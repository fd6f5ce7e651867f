import Synchronization

@testable import Interpreter

/// Collects what a session writes.
final class Recorder: Sendable {
  private let text = Mutex((data: "", talk: ""))
  var data: String { text.withLock { $0.data } }
  var talk: String { text.withLock { $0.talk } }
  func clear() { text.withLock { $0 = ("", "") } }

  var output: SessionOutput {
    SessionOutput(
      write: { [self] line in text.withLock { $0.data += line } },
      talk: { [self] line in text.withLock { $0.talk += line + "\n" } })
  }
}

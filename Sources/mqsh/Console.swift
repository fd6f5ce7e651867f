import Synchronization

/// The two outputs, and the progress line that lies under them: everything that writes to the
/// terminal goes through here, so that nothing is drawn into a line of progress.
final class Console: Sendable {
  private struct State {
    var isProgressShown = false
    var failure: OutputError?
  }

  private let state = Mutex(State())
  private let terminal: Terminal

  init(_ terminal: Terminal) { self.terminal = terminal }

  /// The first failure of the data output; the exit code follows from it.
  var failure: OutputError? { state.withLock { $0.failure } }

  /// - Returns: false when a stop was requested before all was written.
  @discardableResult
  func write(_ text: String) throws(OutputError) -> Bool {
    try state.withLock { state throws(OutputError) in
      clear(&state)
      do throws(OutputError) {
        return try Descriptor.output.write(text, until: Self.isStopped)
      } catch {
        state.failure = state.failure ?? error
        throw error
      }
    }
  }

  private static let isStopped: @Sendable () -> Bool = { Signals.interruption.isRequested }

  /// - Parameter text: a line or several, without the last newline.
  func talk(_ text: String) {
    state.withLock { state in
      clear(&state)
      // A pipe that `head` has left is no news: end quietly.
      if state.failure == .closed { return }
      Descriptor.error.writeIgnoringErrors(text + "\n", until: Self.isStopped)
    }
  }

  /// Draws the progress line in place of the last one. Only for a terminal.
  func showProgress(_ line: String) {
    state.withLock { state in
      let text = String(line.prefix(Terminal.width - 1))
      Descriptor.error.writeIgnoringErrors(Self.startOfLine + text, until: Self.isStopped)
      state.isProgressShown = true
    }
  }

  func clearProgress() { state.withLock { clear(&$0) } }

  /// To the first column, and erase what is there.
  private static let startOfLine = "\r\u{1B}[K"

  private func clear(_ state: inout State) {
    guard state.isProgressShown else { return }
    Descriptor.error.writeIgnoringErrors(Self.startOfLine, until: Self.isStopped)
    state.isProgressShown = false
  }
}

import QuantRuntime
import Synchronization

/// The two outputs, and the progress line that lies under them: everything that writes to the
/// terminal goes through here, so that nothing is drawn into a line of progress.
final class Console: Sendable {
  private struct State {
    var isProgressShown = false
    var failure: OutputError?
    /// Where data goes in place of the standard output.
    var redirection: Redirection?
    var pager: Pager?
    var log: Log?
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
      if let redirection = state.redirection {
        // Its failure is that of the statement alone.
        return try redirection.descriptor.write(text, until: Self.isStopped)
      }
      keep(text, &state)
      if let pager = state.pager, pager.isWanted(for: text), pager.show(text) { return true }
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
      keep(text + "\n", &state)
      Descriptor.error.writeIgnoringErrors(text + "\n", until: Self.isStopped)
    }
  }

  // MARK: - For the prompt

  /// From now on texts that are too high for the window are shown by this.
  func setPager(_ pager: Pager?) { state.withLock { $0.pager = pager } }

  /// Where data goes in place of the standard output; nil for there.
  var redirection: Redirection? { state.withLock { $0.redirection } }

  func redirect(to redirection: Redirection) { state.withLock { $0.redirection = redirection } }

  /// - Returns: what the data went to, which is to be finished.
  func endRedirection() -> Redirection? {
    state.withLock { state in
      defer { state.redirection = nil }
      return state.redirection
    }
  }

  // MARK: - Log

  /// A file that everything is added to.
  private struct Log {
    var path: String
    var descriptor: Descriptor
  }

  /// - Throws: `FileError`.
  func startLog(_ path: String) throws(FileError) {
    let log = Log(path: path, descriptor: try .opened(path, isContinued: true))
    endLog()
    state.withLock { $0.log = log }
  }

  func endLog() {
    state.withLock { state in
      state.log?.descriptor.closeFile()
      state.log = nil
    }
  }

  /// Adds to the log what is on the screen already: an entry.
  func log(_ entry: String) { state.withLock { keep(entry + "\n", &$0) } }

  private func keep(_ text: String, _ state: inout State) {
    guard let log = state.log else { return }
    // Colors are for a terminal.
    let plain = text.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    do throws(OutputError) { try log.descriptor.write(plain) } catch {
      state.log = nil
      log.descriptor.closeFile()
      Descriptor.error.writeIgnoringErrors(
        "warning: no longer logged to '\(log.path)': \(error.message)\n")
    }
  }

  // MARK: - Progress

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

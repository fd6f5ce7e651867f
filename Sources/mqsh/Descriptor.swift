import Foundation
import QuantRuntime

/// A file descriptor that text is written to, at once and whole.
///
/// There is no buffer: a script that is killed has lost nothing of what it printed, and the order of
/// data and talk on one terminal is that of the script.
struct Descriptor: Sendable {
  static let output = Descriptor(number: STDOUT_FILENO)
  static let error = Descriptor(number: STDERR_FILENO)

  var number: Int32

  /// A file that is written to, made if it is not there.
  ///
  /// - Parameter isContinued: whether what is in it stays.
  /// - Throws: `FileError`.
  static func opened(_ path: String, isContinued: Bool) throws(FileError) -> Descriptor {
    let mode = O_WRONLY | O_CREAT | O_CLOEXEC | (isContinued ? O_APPEND : O_TRUNC)
    let file = open(path, mode, 0o666)
    guard file >= 0 else { throw .unwritable(path: path, reason: systemErrorText(errno)) }
    return Descriptor(number: file)
  }

  func closeFile() { close(number) }

  /// No more is written at a time: a pipe that has room at all has room for this much, so that
  /// writing blocks nobody who polls.
  private static let chunkSize = Int(PIPE_BUF)
  private static let pollMilliseconds: Int32 = 100

  /// - Parameter isStopped: asked while there is no room, and between two parts of a long text.
  /// - Returns: false when it was stopped.
  @discardableResult
  func write(
    _ text: String, until isStopped: () -> Bool = { false }
  ) throws(OutputError) -> Bool {
    var text = text
    let result = text.withUTF8 { write($0, until: isStopped) }
    switch result {
    case .done: return true
    case .stopped: return false
    case .failed(let code):
      throw code == EPIPE ? .closed : .failed(reason: systemErrorText(code))
    }
  }

  /// For talk: there is nowhere left to say that it failed.
  func writeIgnoringErrors(_ text: String, until isStopped: () -> Bool = { false }) {
    do throws(OutputError) { try write(text, until: isStopped) } catch {}
  }

  private enum Ending {
    case done, stopped
    case failed(Int32)
  }

  private func write(_ bytes: UnsafeBufferPointer<UInt8>, until isStopped: () -> Bool) -> Ending {
    guard let start = bytes.baseAddress else { return .done }
    var done = 0
    while done < bytes.count {
      guard waitForRoom(until: isStopped) else { return .stopped }
      let written = Foundation.write(number, start + done, min(bytes.count - done, Self.chunkSize))
      if written >= 0 {
        done += written
        if done < bytes.count, isStopped() { return .stopped }
        // Another program may have made a shared terminal non-blocking.
      } else if ![EINTR, EAGAIN, EWOULDBLOCK].contains(errno) {
        return .failed(errno)
      }
    }
    return .done
  }

  /// False when it was stopped before.
  private func waitForRoom(until isStopped: () -> Bool) -> Bool {
    while true {
      var request = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
      let ready = poll(&request, 1, Self.pollMilliseconds)
      // What is wrong with a descriptor, writing to it says.
      if ready > 0 || (ready < 0 && errno != EINTR) { return true }
      if isStopped() { return false }
    }
  }
}

/// Data that could not be written.
enum OutputError: RuntimeFailure, Equatable {
  /// Whoever read the output, such as `head`, has gone.
  case closed
  case failed(reason: String)

  var exitCode: Int32 {
    switch self {
    // What a shell reports for a program that SIGPIPE ended.
    case .closed: 141
    case .failed: 1
    }
  }

  /// A script that went on would compute for nobody.
  var endsStatement: Bool { true }

  var code: String {
    switch self {
    case .closed: "output.closed"
    case .failed: "output.failed"
    }
  }

  var message: String {
    switch self {
    case .closed: "the reader of the output has gone"
    case .failed(let reason): "cannot write the output: \(reason)"
    }
  }
}

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

  func write(_ text: String) throws(OutputError) {
    var text = text
    let problem = text.withUTF8 { bytes -> Int32? in
      var done = 0
      while done < bytes.count {
        let written = Foundation.write(number, bytes.baseAddress! + done, bytes.count - done)
        if written >= 0 { done += written } else if !canRetry(errno) { return errno }
      }
      return nil
    }
    guard let problem else { return }
    throw problem == EPIPE ? .closed : .failed(reason: systemErrorText(problem))
  }

  /// For talk: there is nowhere left to say that it failed.
  func writeIgnoringErrors(_ text: String) {
    do throws(OutputError) { try write(text) } catch {}
  }

  /// Another program may have made a shared terminal non-blocking: then wait until there is room.
  private func canRetry(_ code: Int32) -> Bool {
    if code == EINTR { return true }
    guard code == EAGAIN || code == EWOULDBLOCK else { return false }
    var request = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
    return poll(&request, 1, -1) >= 0 || errno == EINTR
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

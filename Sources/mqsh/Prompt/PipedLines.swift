import Foundation
import Synchronization

/// Lines of a standard input that is no terminal: no prompt is shown, and entries are not kept for later
/// sessions.
final class PipedLines: LineSource {
  private var buffer: [UInt8] = []
  private var isAtEnd = false
  private(set) var entries: [String] = []

  func next(prompt: String) -> LineInput {
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: buffer[..<end], as: UTF8.self)
        buffer.removeSubrange(...end)
        return .line(line)
      }
      if isAtEnd {
        guard !buffer.isEmpty else { return .end }
        defer { buffer = [] }
        return .line(String(decoding: buffer, as: UTF8.self))
      }
      guard fill() else { return .interrupted }
    }
  }

  func remember(_ entry: String) { entries.append(entry) }

  /// Signals that another thread took do not end the wait.
  private static let pollMilliseconds: Int32 = 250

  /// False when Ctrl-C came while waiting.
  private func fill() -> Bool {
    while true {
      var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let ready = poll(&request, 1, Self.pollMilliseconds)
      if Signals.interruption.isRequested { return false }
      // What is wrong with the input, reading it says.
      if ready > 0 || (ready < 0 && errno != EINTR) { break }
    }
    var chunk = [UInt8](repeating: 0, count: 1 << 12)
    let count = read(STDIN_FILENO, &chunk, chunk.count)
    if count > 0 {
      buffer += chunk[..<count]
    } else if !(count < 0 && errno == EINTR) {
      isAtEnd = true
    }
    return true
  }
}

import Foundation
import Synchronization

/// Lines of a standard input that is no terminal: no prompt is shown, no history kept.
final class PipedLines: LineSource {
  private var buffer: [UInt8] = []
  private var isAtEnd = false

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

  func remember(_ entry: String) {}

  /// False when Ctrl-C came while waiting.
  private func fill() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 1 << 12)
    let count = read(STDIN_FILENO, &chunk, chunk.count)
    if count > 0 {
      buffer += chunk[..<count]
    } else if count < 0, errno == EINTR {
      return !Signals.interruption.isRequested
    } else {
      isAtEnd = true
    }
    return true
  }
}

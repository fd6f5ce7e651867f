import Foundation

/// The built `mqsh` at its prompt without a terminal: entries go in by a socket, and what each one
/// writes, data and talk in their order, comes back.
final class PipedPrompt {
  private let process = Process()
  private let input: Int32
  private let output: Int32
  private var entries = 0

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Longer than any entry of a document takes on a busy machine.
  static let patience: TimeInterval = 120

  init(in folder: Folder) throws {
    var sockets: [Int32] = [0, 0]
    var pipes: [Int32] = [0, 0]
    // A socket, because writing to one whose reader is gone need not raise a signal.
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &sockets) == 0, pipe(&pipes) == 0
    else { throw Failure(description: "no socket") }
    (input, output) = (sockets[0], pipes[0])
    for descriptor in [input, output] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    process.executableURL = URL(fileURLWithPath: Command.path)
    process.arguments = ["--quiet", "--format", "table", "-i", "-c", ""]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = Command.environment([:])
    process.standardInput = FileHandle(fileDescriptor: sockets[1])
    process.standardOutput = FileHandle(fileDescriptor: pipes[1])
    process.standardError = FileHandle(fileDescriptor: pipes[1])
    // The end of the program is the end of its output only when nobody else could write there.
    defer {
      close(sockets[1])
      close(pipes[1])
    }
    try process.run()
  }

  deinit {
    close(input)
    close(output)
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// Types an entry.
  ///
  /// - Returns: the lines that it writes.
  func enter(_ entry: [String]) throws -> [String] {
    entries += 1
    // What the next entry writes cannot be mistaken for it, and `_` is left alone.
    let mark = "<end of entry \(entries)>\n"
    send(entry.joined(separator: "\n") + "\nprint(\"\(mark.dropLast())\")\n")
    var text = try read(until: mark, of: entry)
    text.removeLast(mark.count)
    if text.hasSuffix("\n") { text.removeLast() }
    guard !text.isEmpty else { return [] }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  private func send(_ text: String) {
    _ = Array(text.utf8).withUnsafeBytes {
      Foundation.send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
  }

  private func read(until mark: String, of entry: [String]) throws -> String {
    let deadline = Date(timeIntervalSinceNow: Self.patience)
    var bytes: [UInt8] = []
    while true {
      if bytes.ends(with: mark.utf8) { return String(decoding: bytes, as: UTF8.self) }
      var request = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = poll(&request, 1, 100) > 0 ? Foundation.read(output, &buffer, buffer.count) : -1
      if count > 0 { bytes += buffer[..<count] }
      guard count != 0, Date() < deadline else {
        throw Failure(
          description: "'\(entry.joined(separator: "\n"))' never ended; shown:\n"
            + String(decoding: bytes, as: UTF8.self))
      }
    }
  }
}

extension [UInt8] {
  fileprivate func ends(with suffix: String.UTF8View) -> Bool {
    count >= suffix.count && self[(count - suffix.count)...].elementsEqual(suffix)
  }
}

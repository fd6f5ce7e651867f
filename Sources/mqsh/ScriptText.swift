import Foundation
import Interpreter
import QuantRuntime

/// Reads the text of a script, from a file or from the standard input.
enum ScriptText {
  static func read(path: String) throws(FileError) -> [UInt8] {
    var file: Int32
    // Opening a pipe waits for whoever writes to it.
    repeat {
      file = open(path, O_RDONLY | O_CLOEXEC)
      // The caller sees the interruption.
      if file < 0, Signals.interruption.isRequested { return [] }
    } while file < 0 && errno == EINTR
    guard file >= 0 else { throw unreadable(path, errno) }
    defer { close(file) }
    return try read(file, name: path)
  }

  static func readStandardInput() throws(FileError) -> [UInt8] {
    try read(STDIN_FILENO, name: "<stdin>")
  }

  private static func read(_ file: Int32, name: String) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Foundation.read(file, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count < 0 {
        // Ctrl-C while waiting for a pipe: the caller sees the interruption.
        if errno == EINTR, Signals.interruption.isRequested { return bytes }
        if errno == EINTR { continue }
        throw unreadable(name, errno)
      }
      bytes += buffer[..<count]
      guard bytes.count <= Session.scriptByteLimit else {
        let limit = Session.scriptByteLimit >> 20
        throw .unreadable(path: name, reason: "it has more than \(limit) MiB")
      }
    }
  }

  private static func unreadable(_ path: String, _ code: Int32) -> FileError {
    .unreadable(path: path, reason: code == EISDIR ? "it is a folder" : systemErrorText(code))
  }
}

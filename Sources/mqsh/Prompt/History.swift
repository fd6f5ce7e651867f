import Foundation
import QuantRuntime

/// The entries of earlier prompts, in a file that several shells share.
///
/// One entry a line, newlines inside written as `\n` and backslashes as `\\`. An entry is appended
/// by one `write` as soon as it is read: nothing is lost when the shell is killed, and two shells do
/// not overwrite each other. The file only grows; what is loaded from it is bounded.
struct History {
  /// Nil where no folder for it is known.
  let path: String?

  /// Entries and bytes that are loaded, from the end of the file.
  private static let loadedEntries = 10_000
  private static let loadedBytes = 4 << 20

  /// `MQSH_HISTORY`, else `mqsh/history` in the state folder.
  static func defaultPath(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    if let path = environment["MQSH_HISTORY"] { return path.isEmpty ? nil : path }
    return BaseFolder.state.path(environment).map { $0 + "/mqsh/history" }
  }

  /// The entries, oldest first; of equal ones only the last.
  func load() -> [String] {
    guard let path, let file = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? file.close() }
    let size = (try? file.seekToEnd()) ?? 0
    let start = size > Self.loadedBytes ? size - UInt64(Self.loadedBytes) : 0
    guard (try? file.seek(toOffset: start)) != nil,
      let data = try? file.read(upToCount: Self.loadedBytes)
    else { return [] }
    var lines = data.split(separator: UInt8(ascii: "\n"))
    if start > 0, !lines.isEmpty { lines.removeFirst() }
    var seen: Set<String> = []
    var newestFirst: [String] = []
    for line in lines.reversed() where newestFirst.count < Self.loadedEntries {
      let entry = Self.decode(String(decoding: line, as: UTF8.self))
      if seen.insert(entry).inserted { newestFirst.append(entry) }
    }
    return newestFirst.reversed()
  }

  /// - Returns: the system's reason when it could not be kept.
  func append(_ entry: String) -> String? {
    guard let path else { return nil }
    let folder = PathName(path).folder
    if !folder.isEmpty {
      try? FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { return String(cString: strerror(errno)) }
    defer { close(file) }
    let line = Array((Self.encode(entry) + "\n").utf8)
    return write(file, line, line.count) == line.count ? nil : String(cString: strerror(errno))
  }

  static func encode(_ entry: String) -> String {
    entry.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\n", with: "\\n")
  }

  static func decode(_ line: String) -> String {
    var result = ""
    var isEscaped = false
    for character in line {
      if isEscaped {
        result.append(character == "n" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return result
  }
}

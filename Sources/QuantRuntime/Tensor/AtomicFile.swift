import Foundation

/// Whole files, read and written in one go.
public enum AtomicFile {
  /// Writes a new file beside the target, flushes it to the disk and renames it over the target: a
  /// reader, a crash or a full disk never sees half a file.
  ///
  /// - Throws: `FileError.unwritable` with the system's reason; the target is then as it was.
  public static func write(_ data: Data, to path: String) throws(FileError) {
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max)).tmp"
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .unwritable(path: path, reason: lastSystemError()) }
    var problem = writeAll(data, to: file) && fsync(file) == 0 ? nil : lastSystemError()
    if close(file) != 0, problem == nil { problem = lastSystemError() }
    if problem == nil, rename(temporary, path) != 0 { problem = lastSystemError() }
    if let problem {
      unlink(temporary)
      throw .unwritable(path: path, reason: problem)
    }
  }

  /// - Throws: `FileError.unreadable` with the system's reason.
  public static func read(_ path: String) throws(FileError) -> Data {
    // Opened first: `Data(contentsOf:)` alone hides why a file cannot be read.
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .unreadable(path: path, reason: lastSystemError()) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      throw .unreadable(path: path, reason: "it is a folder")
    }
    do {
      return try FileHandle(fileDescriptor: file, closeOnDealloc: false).readToEnd() ?? Data()
    } catch {
      throw .unreadable(path: path, reason: lastSystemError())
    }
  }

  private static func writeAll(_ data: Data, to file: Int32) -> Bool {
    data.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let written = Foundation.write(file, bytes.baseAddress! + done, bytes.count - done)
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { return false }
        done += written
      }
      return true
    }
  }

  /// Text of `errno`, lower-cased at the start as our messages are.
  private static func lastSystemError() -> String {
    let text = String(cString: strerror(errno))
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

import Foundation

/// Whole files, read and written in one go.
public enum AtomicFile {
  /// Writes a new file beside the target, flushes it to the disk and renames it over the target: a
  /// reader, a crash or a full disk never sees half a file.
  ///
  /// A symbolic link stays and what it points to is replaced; permissions stay as they were.
  /// - Throws: `FileError.unwritable` with the system's reason, or when the target is a device, a pipe
  ///   or a folder; the target is then as it was.
  public static func write(_ data: Data, to path: String) throws(FileError) {
    let (target, mode) = try destination(path)
    let temporary = "\(target).\(getpid()).\(UInt32.random(in: .min ... .max)).tmp"
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .unwritable(path: path, reason: systemErrorText(errno)) }
    var problem = writeAll(data, to: file) && fsync(file) == 0 ? nil : systemErrorText(errno)
    if let mode { fchmod(file, mode) }
    if close(file) != 0, problem == nil { problem = systemErrorText(errno) }
    if problem == nil, rename(temporary, target) != 0 { problem = systemErrorText(errno) }
    if let problem {
      unlink(temporary)
      throw .unwritable(path: path, reason: problem)
    }
  }

  /// The file behind symbolic links, and its permissions if it is there.
  private static func destination(
    _ path: String
  ) throws(FileError) -> (path: String, mode: mode_t?) {
    var status = stat()
    guard stat(path, &status) == 0 else { return (path, nil) }
    // A rename would put a file in the place of a device such as /dev/null.
    if let reason = irregularity(status) { throw .unwritable(path: path, reason: reason) }
    guard let resolved = realpath(path, nil) else {
      throw .unwritable(path: path, reason: systemErrorText(errno))
    }
    defer { free(resolved) }
    return (String(cString: resolved), status.st_mode & 0o7777)
  }

  /// - Parameter limit: the most bytes that are read.
  /// - Throws: `FileError.unreadable` with the system's reason, for more bytes than the limit, or for
  ///   anything but a file: a device or a pipe could be endless.
  public static func read(_ path: String, limit: Int = .max) throws(FileError) -> Data {
    try read(path, limit: limit) { false } ?? Data()
  }

  /// As `read(_:)`, but gives up when a stop is requested.
  ///
  /// - Throws: `FileError.unreadable`, `Interrupted`.
  public static func read(_ path: String, until interruption: Interruption) throws -> Data {
    let data = try read(path, limit: .max) { interruption.isRequested }
    guard let data else { throw Interrupted() }
    return data
  }

  /// Bytes that are read between two looks at whether to go on.
  private static let chunkSize = 16 << 20

  /// Nil when stopped.
  private static func read(
    _ path: String, limit: Int, isStopped: () -> Bool
  ) throws(FileError) -> Data? {
    // Without O_NONBLOCK a pipe that nobody writes to would hold us here.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw .unreadable(path: path, reason: systemErrorText(errno)) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else {
      throw .unreadable(path: path, reason: systemErrorText(errno))
    }
    if let reason = irregularity(status) { throw .unreadable(path: path, reason: reason) }
    guard status.st_size <= limit else {
      throw .unreadable(path: path, reason: "it has more than \(limit >> 20) MiB")
    }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: false)
    var content = Data(capacity: Int(status.st_size))
    while !isStopped() {
      let chunk: Data?
      do { chunk = try handle.read(upToCount: chunkSize) } catch {
        throw .unreadable(path: path, reason: systemErrorText(errno))
      }
      guard let chunk, !chunk.isEmpty else { return content }
      guard content.count <= limit - chunk.count else {
        throw .unreadable(path: path, reason: "it has more than \(limit >> 20) MiB")
      }
      content.append(chunk)
    }
    return nil
  }

  private static func irregularity(_ status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "it is a folder"
    default: "it is not a regular file"
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
}

import Foundation

/// How files are read for a script: which of them it may read, and until when.
public struct FileReader: Sendable {
  public var access: FileAccess
  public var interruption: Interruption

  public init(
    access: FileAccess = .everything, interruption: Interruption = Interruption()
  ) {
    self.access = access
    self.interruption = interruption
  }

  /// The same for files that the program itself names, which every script may read.
  var trusted: FileReader { FileReader(interruption: interruption) }

  /// A whole file.
  ///
  /// - Throws: `FileError.unreadable`, `FileAccessError`, `Interrupted`.
  public func data(_ path: String) throws -> Data {
    try access.check(path, for: .read)
    return try AtomicFile.read(path, until: interruption)
  }
}

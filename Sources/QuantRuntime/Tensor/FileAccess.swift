import Foundation

/// What is done to the file or folder that a path names.
public enum PathUse: Sendable {
  case read, write
}

/// Which files a script may touch: all of them, or those in a few folders.
///
/// What counts is where a path leads in the end, see `ResolvedPath`. The decision and the use are two
/// steps: another program that replaces a folder by a link in between is not noticed. A script cannot
/// do that itself, nothing in the language makes links.
public struct FileAccess: Sendable, Equatable {
  /// No limits.
  public static let everything = FileAccess(limits: nil)

  private let limits: Limits?

  private struct Limits: Equatable {
    /// Where relative paths begin.
    var start: ResolvedPath
    var writable: [ResolvedPath]
    /// Besides the writable ones.
    var readable: [ResolvedPath]
  }

  /// What these hold is no data: devices, memory, settings of the system.
  private static let systemFolders = ["/dev", "/proc", "/sys"].compactMap {
    ResolvedPath($0, in: .root)
  }

  private init(limits: Limits?) { self.limits = limits }

  /// Reading and writing in one folder, reading in some others, and nothing else.
  ///
  /// - Parameters:
  ///   - folder: absolute; also where relative paths begin.
  ///   - readable: folders or files.
  public static func confined(to folder: String, reading readable: [String] = []) -> FileAccess {
    // Without a folder nothing but the others is allowed.
    let folder = folder.hasPrefix("/") ? ResolvedPath(folder, in: .root) : nil
    let start = folder ?? .root
    return FileAccess(
      limits: Limits(
        start: start, writable: folder.map { [$0] } ?? [],
        readable: readable.compactMap { ResolvedPath($0, in: start) }))
  }

  public var isConfined: Bool { limits != nil }

  /// - Throws: `FileAccessError` when a path leads to where the use is not allowed.
  public func check(_ path: String, for use: PathUse) throws(FileAccessError) {
    guard let limits else { return }
    let place = ResolvedPath(path, in: limits.start)
    let roots = limits.writable + (use == .read ? limits.readable : [])
    if let place, roots.contains(where: { Self.covers($0, place) }) { return }
    throw FileAccessError(
      use: use, path: path, place: place?.text, roots: roots.map(\.text),
      isSystem: Self.systemFolders.contains { place?.lies(in: $0) ?? false })
  }

  /// - Parameter command: what would run another program, such as `!`.
  /// - Throws: `ShellError` where other programs may not be run.
  public func checkShell(_ command: String) throws(ShellError) {
    if isConfined { throw ShellError(command: command) }
  }

  /// A folder of the system belongs to a root only when the root lies in it.
  private static func covers(_ root: ResolvedPath, _ place: ResolvedPath) -> Bool {
    place.lies(in: root)
      && systemFolders.allSatisfy { !place.lies(in: $0) || root.lies(in: $0) }
  }
}

/// A file that a script may not touch.
public struct FileAccessError: RuntimeFailure, Equatable {
  var use: PathUse
  var path: String
  /// Where the path leads; nil for one that leads nowhere.
  var place: String?
  var roots: [String]
  var isSystem: Bool

  /// The same about a path that was written in another way.
  public func naming(_ path: String) -> FileAccessError {
    var result = self
    result.path = path
    return result
  }

  public var code: String { use == .read ? "safe.read" : "safe.write" }

  public var message: String {
    let shown = path.replacing("\0", with: "\\0")
    return "with --safe a script cannot \(use == .read ? "read" : "write") '\(shown)'"
  }

  public var help: String? {
    guard use == .read, !isSystem, let place else { return nil }
    return "'--allow-read \(place)' behind --safe allows it"
  }

  public var notes: [String] {
    var notes: [String] = []
    if let place, place != path { notes.append("it leads to '\(place)'") }
    let allowed = roots.map { "'\($0)'" }.joined(separator: ", ")
    notes.append("allowed is \(use == .read ? "reading" : "writing") in \(allowed)")
    return notes
  }
}

/// A program that may not be run.
public struct ShellError: RuntimeFailure, Equatable {
  var command: String
  public var code: String { "safe.shell" }
  public var message: String { "with --safe '\(command)' cannot run another program" }
  public var help: String? { "start mqsh without --safe" }
}

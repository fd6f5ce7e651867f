/// The parts of a path as it is written, whether or not anything is there.
///
/// Foundation's `NSString` stops the process on a path of one character, and `URL` makes paths
/// absolute, which messages should not show.
public struct PathName: Sendable, Equatable {
  /// All before the last component, without the slash behind it: "a/b" of "a/b/c", "/" of "/c",
  /// and "" of "c".
  public let folder: String
  /// The last component: "c.txt" of "a/c.txt", "" of "/".
  public let file: String

  public init(_ path: String) {
    let bytes = path.utf8
    let end = Self.end(bytes[...])
    guard let slash = bytes[..<end].lastIndex(of: UInt8(ascii: "/")) else {
      folder = end == bytes.startIndex && !bytes.isEmpty ? "/" : ""
      file = String(path[..<end])
      return
    }
    file = String(path[bytes.index(after: slash)..<end])
    let folderEnd = Self.end(bytes[..<slash])
    folder = folderEnd == bytes.startIndex ? "/" : String(path[..<folderEnd])
  }

  /// The file's name without its suffix: "c" of "c.txt", ".profile" of ".profile".
  public var stem: String { String(file[..<dot]) }

  /// What follows the last dot of the file's name: "txt" of "c.txt", "" of ".profile".
  public var suffix: String { String(file[dot...].dropFirst()) }

  /// A relative path, seen from where the folder's own path begins.
  public static func joined(_ folder: String, _ path: String) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + path : folder + "/" + path
  }

  private var dot: String.Index {
    guard let dot = file.utf8.lastIndex(of: UInt8(ascii: ".")), dot > file.startIndex else {
      return file.endIndex
    }
    return dot
  }

  /// The end of a path without the slashes at its end.
  private static func end(_ bytes: Substring.UTF8View) -> String.Index {
    guard let last = bytes.lastIndex(where: { $0 != UInt8(ascii: "/") }) else {
      return bytes.startIndex
    }
    return bytes.index(after: last)
  }
}

import Foundation

extension Completer {
  /// Of a folder with more files, some are not offered.
  private static let fileLimit = 10_000

  /// What is in a folder, relative to the working folder; nothing for one that cannot be read.
  static func files(in folder: String) -> [FileEntry] {
    guard let stream = opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { closedir(stream) }
    var result: [FileEntry] = []
    while result.count < fileLimit, let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      result.append(FileEntry(name: name, isFolder: isFolder(folder + name, entry.pointee.d_type)))
    }
    return result
  }

  private static func isFolder(_ path: String, _ kind: UInt8) -> Bool {
    switch Int(kind) {
    case Int(DT_DIR): return true
    case Int(DT_REG): return false
    default:
      // A link, or a file system that does not say.
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
  }
}

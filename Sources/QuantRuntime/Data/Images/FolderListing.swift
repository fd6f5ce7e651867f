import Foundation

/// What a folder holds, without the entries whose name begins with a dot.
struct FolderListing {
  /// Deeper folders are taken for links that go round in circles.
  private static let depthLimit = 16

  /// Names, in the order of their bytes, which is that of their code points.
  private(set) var folders: [String] = []
  private(set) var files: [String] = []

  /// - Throws: `FileError.unreadable`, `Interrupted`; `FileAccessError` for a link that leads to where
  ///   reading is not allowed.
  init(_ path: String, _ reader: FileReader) throws {
    guard let directory = opendir(path) else {
      throw FileError.unreadable(path: path, reason: systemErrorText(errno))
    }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      try reader.interruption.check()
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(".") { continue }
      let type = Int(entry.pointee.d_type)
      // Files and folders in an allowed folder are allowed; links, and what a file system does not
      // tell the kind of, can be elsewhere.
      if type != Int(DT_DIR), type != Int(DT_REG) {
        try reader.access.check("\(path)/\(name)", for: .read)
      }
      if Self.isFolder("\(path)/\(name)", type: type) {
        folders.append(name)
      } else {
        files.append(name)
      }
    }
    folders.sort(by: Self.precedes)
    files.sort(by: Self.precedes)
  }

  static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  /// Links count as what they point to.
  private static func isFolder(_ path: String, type: Int) -> Bool {
    if type == Int(DT_DIR) || type == Int(DT_REG) { return type == Int(DT_DIR) }
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The files under a folder and all folders in it, relative to `root`: folder after folder in the
  /// order of their paths.
  ///
  /// - Throws: as `init` does.
  static func files(
    under path: String, of root: String, _ reader: FileReader, where isWanted: (String) -> Bool
  ) throws -> [String] {
    var found: [(folder: String, files: [String])] = []
    var waiting = [(path, 0)]
    while let (folder, depth) = waiting.popLast() {
      guard depth < depthLimit else {
        throw FileError.unreadable(
          path: "\(root)/\(folder)", reason: "folders lie too deep in folders")
      }
      let listing = try FolderListing("\(root)/\(folder)", reader)
      found.append((folder, listing.files.filter(isWanted)))
      waiting += listing.folders.map { ("\(folder)/\($0)", depth + 1) }
    }
    return found.sorted { precedes($0.folder, $1.folder) }
      .flatMap { folder, files in files.map { "\(folder)/\($0)" } }
  }
}

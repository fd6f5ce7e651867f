import Foundation

/// Where a path leads: absolute, without links, `.` and `..`.
///
/// In bytes, as the system sees names: not every one of them is a text, and two spellings of a letter
/// are two names. `realpath` would not do: it knows no path of a file that is not there yet, and such
/// files are what is written most.
struct ResolvedPath: Hashable, Sendable {
  static let root = ResolvedPath(parts: [])

  private let parts: [[UInt8]]

  private static let slash = UInt8(ascii: "/")
  /// The system's own limit; beyond it links go round in circles.
  private static let linkLimit = 40

  private init(parts: [[UInt8]]) { self.parts = parts }

  /// Links are followed as far as there are any, a dangling one too; `..` is what lies above the place
  /// that was reached, not what stands before it in the text.
  ///
  /// Nil for links that go round in circles, and for a path that the system would read only a part
  /// of, up to its zero byte.
  ///
  /// - Parameter folder: where a relative path begins.
  init?(_ path: String, in folder: ResolvedPath) {
    guard !path.utf8.contains(0) else { return nil }
    var found = path.utf8.first == Self.slash ? [] : folder.parts
    // What is still to be followed, the next part last.
    var rest = Array(Self.split(Array(path.utf8)).reversed())
    var links = 0
    while let part = rest.popLast() {
      if part.elementsEqual(".".utf8) { continue }
      if part.elementsEqual("..".utf8) {
        _ = found.popLast()
        continue
      }
      found.append(part)
      guard let target = Self.link(found) else { continue }
      links += 1
      guard links <= Self.linkLimit else { return nil }
      if target.first == Self.slash { found = [] } else { found.removeLast() }
      rest += Self.split(target).reversed()
    }
    parts = found
  }

  /// For messages.
  var text: String { String(decoding: Self.joined(parts), as: UTF8.self) }

  /// Whether it is a folder's own path, or that of something in it.
  func lies(in folder: ResolvedPath) -> Bool { parts.starts(with: folder.parts) }

  private static func split(_ path: [UInt8]) -> [[UInt8]] {
    path.split(separator: slash).map { Array($0) }
  }

  private static func joined(_ parts: [[UInt8]]) -> [UInt8] {
    [slash] + parts.joined(separator: [slash])
  }

  /// What a link holds; nil for what is no link, or not there.
  private static func link(_ parts: [[UInt8]]) -> [UInt8]? {
    let path = joined(parts).map { CChar(bitPattern: $0) } + [0]
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    return count >= 0 ? buffer[..<count].map { UInt8(bitPattern: $0) } : nil
  }
}

import Foundation

/// One `.mq` file of `Tests/Scripts` with the `.out` file beside it.
///
/// The `.out` file holds stdout, then the rendered diagnostics, then `[exit N]`. A line that fails
/// also carries `# error: code`, so that refreshing the `.out` files cannot bless a wrong error. The
/// first line may say how the script is run:
///
///     # args: --name value word    with these words behind the script
///     # safe                       with access to the files of its folder only
///     # prompt                     typed at the prompt, entry by entry
///     # prompt: table 40 ascii     the same with tables in this format, fitted to this width, and
///                                  without characters that are not ASCII
///     # files: folder file.png     in `files/` only: with these of `Tests/Fixtures` beside it
///
/// Scripts in `files/` read and write files by relative paths; they run by the built program, each in
/// a folder of its own.
public struct GoldenScript: Hashable, Sendable, CustomStringConvertible {
  /// `Tests/Scripts`, found from this file.
  public static let folder = tests.appendingPathComponent("Scripts")
  /// `Tests/Fixtures`: files that no script can write itself.
  public static let fixtures = tests.appendingPathComponent("Fixtures")

  private static let tests = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Relative to `folder`.
  public let path: String
  public var description: String { path }
  public var file: URL { Self.folder.appendingPathComponent(path) }
  public var goldenFile: URL { file.deletingPathExtension().appendingPathExtension("out") }

  /// Every script, sorted; files in a folder `modules` are only imported by others.
  public static let all: [GoldenScript] = {
    let found = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    return (found ?? []).filter { $0.hasSuffix(".mq") && !$0.contains("modules/") }.sorted()
      .map { GoldenScript(path: $0) }
  }()

  public var needsFiles: Bool { path.hasPrefix("files/") }

  /// Its text; what is not UTF-8 is replaced.
  public func source() throws -> String {
    String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }

  /// What it is known to write; empty when nobody has looked yet.
  public var golden: String { (try? String(contentsOf: goldenFile, encoding: .utf8)) ?? "" }

  /// The words behind `# name: ` in the first line.
  public func words(of name: String) throws -> [String] {
    let mark = "# \(name): "
    guard let line = try source().split(separator: "\n").first, line.hasPrefix(mark) else {
      return []
    }
    return line.dropFirst(mark.count).split(separator: " ").map(String.init)
  }

  /// Whether its entries are typed at the prompt.
  public func isForPrompt() throws -> Bool {
    let line = try source().split(separator: "\n").first ?? ""
    return line == "# prompt" || line.hasPrefix("# prompt: ")
  }

  /// Writes the golden file if `MQ_BLESS` is set.
  public func blessIfAsked(_ text: String) throws {
    guard ProcessInfo.processInfo.environment["MQ_BLESS"] == "1" else { return }
    try Data(text.utf8).write(to: goldenFile)
  }

  /// Errors without a mark at their line, also in an imported file, and marks of the script itself
  /// without an error.
  public func misplacedErrors(in talk: String) throws -> [String] {
    let drawn = ErrorPlace.drawn(in: talk)
    let announced = ErrorPlace.announced(in: try source())
    var result = announced.symmetricDifference(drawn[path, default: []]).map { "\(path): \($0)" }
    for (file, places) in drawn where file != path {
      let announced = ErrorPlace.announced(in: try GoldenScript(path: file).source())
      result += places.subtracting(announced).map { "\(file): \($0)" }
    }
    return result.sorted()
  }
}

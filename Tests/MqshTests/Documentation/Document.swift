import Foundation

/// A document of the project, cut into its fenced blocks.
struct Document: Sendable, CustomStringConvertible {
  /// Relative to the project's folder: `Docs/Language.md`.
  let path: String
  let lines: [String]
  let blocks: [DocumentBlock]
  var description: String { path }

  /// The project's folder, found from this file.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// What a person reads: the README, all of `Docs`, and the READMEs of other folders.
  static let paths: [String] = {
    let docs = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/Docs")) ?? []
    let others = ["README.md", "Editors/README.md"].filter {
      FileManager.default.fileExists(atPath: root.path + "/" + $0)
    }
    return others + docs.filter { $0.hasSuffix(".md") }.sorted().map { "Docs/" + $0 }
  }()

  var file: URL { Self.root.appendingPathComponent(path) }

  init(path: String) throws {
    let text = try String(
      contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
    self.init(path: path, text: text)
  }

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    blocks = Self.blocks(lines)
  }

  private static let fence = "```"

  private static func blocks(_ lines: [String]) -> [DocumentBlock] {
    var blocks: [DocumentBlock] = []
    var start: Int?
    var end = 0
    for (index, line) in lines.enumerated() where line.hasPrefix(fence) {
      guard let first = start else {
        start = index
        continue
      }
      let between = lines[end..<first]
      blocks.append(
        DocumentBlock(
          words: lines[first].dropFirst(fence.count).split(separator: " ").map(String.init),
          firstLine: first + 2, lines: Array(lines[(first + 1)..<index]),
          followsDirectly: !blocks.isEmpty && between.allSatisfy(\.isEmpty)))
      (start, end) = (nil, index + 1)
    }
    return blocks
  }
}

/// A fenced block: the words behind its fence say what is done with it.
struct DocumentBlock: Sendable {
  /// `mq prompt`, `sh test`, `text`.
  let words: [String]
  /// Of the content, counted from 1.
  let firstLine: Int
  let lines: [String]
  /// Whether nothing stands between the block before and this one.
  let followsDirectly: Bool

  var language: String { words.first ?? "" }

  /// What a block asks a test to do.
  enum Task: Equatable {
    /// Statements that run one after the other; `# -> x` says what one of them shows.
    case statements
    /// What a person types and what comes back.
    case transcript
    /// An entry that fails, in the way that a `text` block behind it shows.
    case failure
    /// The text of a file that later blocks use.
    case file(String)
    /// A script of its own, which is checked and not run.
    case check
    /// Commands that end with an exit code.
    case shell(code: Int32)
    /// Nothing.
    case nothing
  }

  /// Nil for words that mean nothing, such as a task that is spelt wrong.
  var task: Task? {
    let tasks = words.dropFirst().filter { $0 != Self.approximate }
    switch (language, tasks.first, tasks.count) {
    case ("mq", nil, 0): return .statements
    case ("mq", "prompt", 1): return .transcript
    case ("mq", "fails", 1): return .failure
    case ("mq", "check", 1): return .check
    case ("mq", "file", 2): return .file(tasks[tasks.startIndex + 1])
    case ("sh", "test", 1): return .shell(code: 0)
    case ("sh", "test", 2): return Int32(tasks[tasks.startIndex + 1]).map { .shell(code: $0) }
    case (let language, nil, 0) where Self.plainLanguages.contains(language): return .nothing
    default: return nil
    }
  }

  /// Numbers with a decimal point may differ, as they do from one processor to another.
  var isApproximate: Bool { words.contains(Self.approximate) }

  private static let approximate = "about"
  private static let plainLanguages = ["text", "sh", "swift", "c", "python", "yaml", "json", "vim"]
}

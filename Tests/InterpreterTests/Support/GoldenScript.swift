import Foundation

@testable import Interpreter

/// One `.mq` file of `Tests/Scripts` with the `.out` file beside it.
///
/// The `.out` file holds stdout, then the rendered diagnostics, then `[exit N]`. A line that fails
/// also carries `# error: code`, so that refreshing the `.out` files cannot bless a wrong error. The
/// first line may say how the script is run: `# args: --name value word`, `# safe` for a session that
/// may touch the files of the script's folder only, or `# prompt`, which types the file at the prompt,
/// entry by entry.
struct GoldenScript: Sendable, CustomStringConvertible {
  /// `Tests/Scripts`, found from this file.
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Scripts")

  /// Relative to `folder`.
  let path: String
  var description: String { path }
  var file: URL { Self.folder.appendingPathComponent(path) }
  var goldenFile: URL { file.deletingPathExtension().appendingPathExtension("out") }

  /// Every script, sorted; files in a folder `modules` are only imported by others.
  static let all: [GoldenScript] = {
    let found = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    return (found ?? []).filter { $0.hasSuffix(".mq") && !$0.contains("modules/") }.sorted()
      .map { GoldenScript(path: $0) }
  }()

  /// What the script writes, and how it ends.
  ///
  /// - Parameter checksTypes: false to meet at run time what the checker would have found.
  func run(checksTypes: Bool = true) throws -> (text: String, talk: String) {
    let bytes = Array(try Data(contentsOf: file))
    let text = String(decoding: bytes, as: UTF8.self)
    let recorder = Recorder()
    let scriptFolder = file.deletingLastPathComponent().path
    let isSafe = text.hasPrefix("# safe\n")
    var options = Session.Options(
      output: recorder.output, files: isSafe ? .confined(to: scriptFolder) : .everything,
      words: words(text))
    options.checksTypes = checksTypes
    let session = Session(options)
    let exit =
      text.hasPrefix("# prompt\n")
      ? type(text, into: session)
      : session.run(bytes, name: path, folder: scriptFolder).exitCode
    let all = recorder.data + recorder.talk + "[exit \(exit)]\n"
    // What is allowed is said by the whole path of the folder.
    return (isSafe ? all.replacing(Self.folder.path, with: "<scripts>") : all, recorder.talk)
  }

  private func type(_ text: String, into session: Session) -> Int32 {
    var entry = ""
    var last: Int32 = 0
    for line in text.split(separator: "\n").dropFirst() {
      entry += line + "\n"
      guard !Session.isIncomplete(entry) else { continue }
      last = session.evaluate(entry).exitCode
      entry = ""
    }
    return last
  }

  private func words(_ text: String) -> [String] {
    let mark = "# args: "
    guard let line = text.split(separator: "\n").first, line.hasPrefix(mark) else { return [] }
    return line.dropFirst(mark.count).split(separator: " ").map(String.init)
  }
}

/// An error at a line: what a script announces, or what a rendered diagnostic says.
struct ErrorPlace: Hashable, CustomStringConvertible {
  var code: String
  var line: Int
  var description: String { "\(code) at line \(line)" }

  static func announced(in text: String) -> Set<ErrorPlace> {
    let mark = "# error: "
    var result: Set<ErrorPlace> = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      guard let range = line.range(of: mark) else { continue }
      for code in line[range.upperBound...].split(separator: " ") {
        result.insert(ErrorPlace(code: String(code), line: index + 1))
      }
    }
    return result
  }

  /// The diagnostics of a talk by the file they point into, read back from how they are drawn.
  static func drawn(in talk: String) -> [String: Set<ErrorPlace>] {
    var result: [String: Set<ErrorPlace>] = [:]
    var code = ""
    for line in talk.split(separator: "\n") {
      if line.hasPrefix("error["), let end = line.firstIndex(of: "]") {
        code = String(line[line.index(line.startIndex, offsetBy: 6)..<end])
      }
      guard !code.isEmpty, let mark = line.range(of: "--> ") else { continue }
      let parts = line[mark.upperBound...].split(separator: ":")
      guard parts.count == 3, let number = Int(parts[1]) else { continue }
      result[String(parts[0]), default: []].insert(ErrorPlace(code: code, line: number))
      code = ""
    }
    return result
  }
}

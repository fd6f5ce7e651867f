import Foundation
import Testing

@testable import Lang

/// What must hold for every text.
@Suite("formatted texts") struct FormatPropertyTests {
  @Test("scripts say the same, and formatting them again changes nothing")
  func scripts() throws {
    var count = 0
    for file in try Self.scripts(in: ["Tests/Scripts", "Examples"]) {
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      if expectSound(text, file.lastPathComponent) { count += 1 }
    }
    #expect(count > 100)
  }

  @Test("the examples are formatted")
  func examples() throws {
    let files = try Self.scripts(in: ["Examples"])
    #expect(!files.isEmpty)
    for file in files {
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      #expect(format(text) == text, "mqsh fmt mends \(file.lastPathComponent)")
    }
  }

  @Test("random programs with random white space are sound")
  func randomPrograms() {
    for seed in 0..<1500 {
      let text = RandomProgram.text(seed: UInt64(seed))
      #expect(expectSound(text, "seed \(seed)"), "seed \(seed): \(tree(text))")
    }
  }

  @Test("programs with random bytes changed are refused or sound")
  func mutations() {
    let changes = Array("(){}[]\",.:;|>=+-*/ \n#a0_\r\t".utf8)
    var random = Random(state: 20_261_124)
    var count = 0
    for seed in 0..<1500 {
      var bytes = Array(RandomProgram.text(seed: UInt64(seed % 500)).utf8)
      for _ in 0..<min(bytes.count, random.below(3) + 1) {
        bytes[random.below(bytes.count)] = random.pick(changes)
      }
      if expectSound(String(decoding: bytes, as: UTF8.self), "mutation \(seed)") { count += 1 }
    }
    #expect(count > 200)
  }

  /// - Returns: false for a text with errors, which is left alone.
  private func expectSound(_ text: String, _ name: String) -> Bool {
    guard let before = try? FrontEnd.parse(source(text), keepsComments: true) else {
      #expect(format(text) == nil, "\(name)")
      return false
    }
    guard let result = format(text), let after = try? FrontEnd.parse(source(result)) else {
      Issue.record("\(name) is refused: \(text)")
      return true
    }
    let printer = SyntaxPrinter()
    #expect(printer.print(after.program) == printer.print(before.program), "\(name): \(text)")
    #expect(words(of: result) == words(of: text), "\(name): \(text)")
    #expect(format(result) == result, "\(name): \(text)")
    expectTidy(result, name)
    return true
  }

  /// The comments without white space at their edges.
  private func words(of text: String) -> [String] {
    let source = source(text)
    let comments = (try? FrontEnd.parse(source, keepsComments: true))?.comments ?? []
    return comments.map {
      String(decoding: source.bytes[$0.start..<$0.end].dropFirst(), as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  private func expectTidy(_ text: String, _ name: String) {
    #expect(text.isEmpty || text.hasSuffix("\n") && !text.hasSuffix("\n\n"), "\(name): \(text)")
    // Strings over several lines keep what they hold.
    if text.contains("\"\"\"") { return }
    #expect(!text.contains("\n\n\n"), "\(name): \(text)")
    for line in text.split(separator: "\n") {
      #expect(
        !line.last!.isWhitespace && line.prefix { $0.isWhitespace }.count % 2 == 0,
        "\(name): \(text)")
    }
  }

  /// The `.mq` files in folders of the repository, sorted.
  private static func scripts(in folders: [String]) throws -> [URL] {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try folders.flatMap { folder in
      let path = root.appendingPathComponent(folder)
      let names = try FileManager.default.subpathsOfDirectory(atPath: path.path)
      return names.filter { $0.hasSuffix(".mq") }.sorted().map { path.appendingPathComponent($0) }
    }
  }
}

import Foundation
import Testing

/// What the documents say is what the program does.
///
/// Every block of a document runs: `mq` blocks in one session per document, `mq prompt` with what the
/// prompt shows, `mq fails` with the diagnostic in the `text` block behind it, `mq file NAME` as a
/// file for later blocks, `mq check` as a script that is checked only, and `sh test` in a shell.
/// `MQ_BLESS=1` writes what is shown into the documents.
@Suite("documentation", .serialized) struct DocumentationTests {
  @Test("every block does what its document says", arguments: Document.paths)
  func blocks(path: String) throws {
    let document = try Document(path: path)
    var run = try DocumentRun(document)
    try run.run()
    if ProcessInfo.processInfo.environment["MQ_BLESS"] == "1", !run.corrections.isEmpty {
      try document.corrected(run.corrections).write(
        to: document.file, atomically: true, encoding: .utf8)
    }
  }

  @Test("every fence has its other half")
  func fences() throws {
    for path in Document.paths {
      let document = try Document(path: path)
      let fences = document.lines.count { $0.hasPrefix("```") }
      #expect(fences == 2 * document.blocks.count, "\(path)")
    }
  }

  @Test("links lead to files of the project, and to headings in them")
  func links() throws {
    for path in Document.paths {
      let document = try Document(path: path)
      let folder = document.file.deletingLastPathComponent()
      for match in document.lines.joined(separator: "\n").matches(of: #/\]\(([^)#:]*)(#[^)]*)?\)/#)
      {
        let target = folder.appendingPathComponent(String(match.1))
        let isThere = FileManager.default.fileExists(atPath: target.path)
        #expect(isThere, "\(path): \(match.1)")
        guard isThere, let heading = match.2 else { continue }
        let file = match.1.isEmpty ? document.file : target
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(Self.anchors(text).contains(String(heading)), "\(path): \(match.1)\(heading)")
      }
    }
  }

  /// What browsers of repositories make of headings.
  private static func anchors(_ text: String) -> Set<String> {
    Set(
      text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
        let words = line.drop { $0 == "#" || $0 == " " }.lowercased()
        let kept = words.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
        return "#" + kept.replacing(" ", with: "-")
      })
  }
}

extension Document {
  /// The text with some of its lines replaced.
  fileprivate func corrected(_ corrections: [Range<Int>: [String]]) -> String {
    var result = lines
    for (range, lines) in corrections.sorted(by: { $0.key.lowerBound > $1.key.lowerBound }) {
      result.replaceSubrange(range, with: lines)
    }
    return result.joined(separator: "\n")
  }
}

/// The parts that the test of the documents is made of.
@Suite("parts of documents") struct DocumentPartsTests {
  @Test("blocks are found with their tasks")
  func tasks() {
    let text = """
      ```mq
      1
      ```
      ```mq fails
      x
      ```

      ```text
      error
      ```
      words
      ```sh test 65
      ```
      ```mq promt
      ```
      ```mq prompt about
      ```
      ```mq file a.mq
      ```
      """
    let blocks = Document(path: "x", text: text).blocks
    #expect(
      blocks.map(\.task) == [
        .statements, .failure, .nothing, .shell(code: 65), nil, .transcript, .file("a.mq"),
      ])
    #expect(blocks.map(\.followsDirectly) == [false, true, true, false, true, true, true])
    #expect(blocks.map(\.firstLine) == [2, 5, 9, 13, 15, 17, 19])
    #expect(blocks[5].isApproximate)
  }

  @Test("statements end where the language ends them")
  func statements() {
    let lines = [
      "# words", "let x = [1,", "  2]", "", "x", "  |> sum  # -> 3", "if true {", "  1", "}",
      "else { 2 }",
    ]
    #expect(
      Entry.statements(lines) == [
        Entry(input: ["let x = [1,", "  2]"], output: nil, range: 1..<3),
        Entry(input: ["x |> sum"], output: ["3"], range: 4..<6),
        Entry(input: ["if true {", "  1", "} else { 2 }"], output: nil, range: 6..<10),
      ])
  }

  @Test("a transcript holds entries and what they show")
  func transcript() {
    let lines = ["mqsh> [1,", "  ... 2]", "[1, 2]", "  ... x", "mqsh> let x = 1"]
    #expect(
      Entry.transcript(lines) == [
        Entry(input: ["[1,", "2]"], output: ["[1, 2]", "  ... x"], range: 0..<4),
        Entry(input: ["let x = 1"], output: [], range: 4..<5),
      ])
  }

  @Test(
    "dots stand for any lines, and only numbers may be near each other",
    arguments: [
      (["a", "...", "c"], ["a", "c"], true), (["a", "...", "c"], ["a", "b", "b", "c"], true),
      (["a", "..."], ["b"], false), (["..."], [], true), (["a"], ["a", "b"], false),
      (["top-1 0.50"], ["top-1 0.60"], true), (["top-1 0.50"], ["top-1 0.99"], false),
      (["top-1 50"], ["top-1 51"], false), (["x  1.0"], ["x 1.1"], true),
      (["loss 1.5"], ["cost 1.5"], false), (["5.0"], ["-5.0"], false),
      (["1e-05"], ["2e-05"], false),
    ] as [([String], [String], Bool)])
  func expectations(expected: [String], actual: [String], isMatch: Bool) {
    #expect(ExpectedText(lines: expected, isApproximate: true).matches(actual) == isMatch)
    let isSame = expected.contains("...") || expected == actual
    #expect(ExpectedText(lines: expected).matches(actual) == (isMatch && isSame))
  }
}

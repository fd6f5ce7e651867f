import Foundation
import GoldenSupport
import Testing

@testable import Interpreter

/// The tour stands in `Docs/Tutorial.md`, where its blocks are run, and in the program.
/// `MQ_BLESS=1` writes the document into the program's source.
@Suite("Tutorial")
struct TutorialTests {
  private static let root = GoldenScript.folder.deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let document = root.appendingPathComponent("Docs/Tutorial.md")
  private static let source = root.appendingPathComponent(
    "Sources/Interpreter/Tutorial/TutorialText.swift")

  @Test("the program's text is the document's")
  func textIsTheDocument() throws {
    let text = try String(contentsOf: Self.document, encoding: .utf8)
    if ProcessInfo.processInfo.environment["MQ_BLESS"] == "1" {
      try Data(Self.swift(text).utf8).write(to: Self.source)
    }
    #expect(try String(contentsOf: Self.source, encoding: .utf8) == Self.swift(text))
    #expect(TutorialText.markdown == text)
  }

  private static func swift(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "    " + $0 }
    return """
      /// `Docs/Tutorial.md` as it is; a test compares them.
      enum TutorialText {
        static let markdown = ##\"\"\"
      \(lines.joined(separator: "\n"))
          \"\"\"##
      }

      """
  }

  @Test("chapters are cut at their headings, and shown without marks")
  func chapters() {
    let tutorial = Tutorial(
      """
      # A tour

      Words.

      ## 1. One

      See [this](That.md).

      ```mq prompt
      mqsh> 1
      ## 1
      ```

      ## 2. Two

      ```text
      ```

      Last.
      """)
    #expect(
      tutorial.listing == """
        A tour

          1  One
          2  Two

        tutorial(1) prints the first chapter.

        """)
    #expect(
      tutorial.page(1) == """
        1. One

        See this (Docs/That.md).

            mqsh> 1
            ## 1

        tutorial(2): Two

        """)
    #expect(tutorial.page(2) == "2. Two\n\nLast.\n")
  }

  @Test("the tour has chapters with things to type")
  func ownChapters() {
    #expect(Tutorial.own.chapters.count == 8)
    for chapter in Tutorial.own.chapters {
      #expect(chapter.lines.contains { $0.hasPrefix("    ") }, "\(chapter.title)")
      #expect(!chapter.lines.contains { $0.contains("```") || $0.hasPrefix("#") })
    }
  }
}

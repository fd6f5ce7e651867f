/// The tour of `Docs/Tutorial.md`, chapter by chapter, as a terminal shows it.
struct Tutorial {
  struct Chapter {
    var title: String
    /// Lines without the heading and without blank ones at the ends.
    var lines: [String]
  }

  /// Of the whole.
  let title: String
  let chapters: [Chapter]

  /// - Parameter markdown: a heading `#`, and a heading `## 1. Title` for each chapter.
  init(_ markdown: String) {
    var title = ""
    var chapters: [Chapter] = []
    var isCode = false
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isCode.toggle()
      } else if !isCode, line.hasPrefix("## ") {
        chapters.append(Chapter(title: String(line.drop { !$0.isLetter }), lines: []))
      } else if !isCode, line.hasPrefix("# ") {
        title = String(line.dropFirst(2))
      } else if !chapters.isEmpty {
        chapters[chapters.count - 1].lines.append(isCode ? "    " + line : Self.plain(line))
      }
    }
    self.title = title
    self.chapters = chapters.map { Chapter(title: $0.title, lines: Self.trimmed($0.lines)) }
  }

  /// The one of this program.
  static let own = Tutorial(TutorialText.markdown)

  /// The titles with their numbers.
  var listing: String {
    let lines = chapters.enumerated().map { "  \($0 + 1)  \($1.title)\n" }
    return "\(title)\n\n\(lines.joined())\ntutorial(1) prints the first chapter.\n"
  }

  /// A chapter, and what comes next.
  ///
  /// - Parameter number: from 1.
  func page(_ number: Int) -> String {
    let chapter = chapters[number - 1]
    let next =
      number < chapters.count ? "\ntutorial(\(number + 1)): \(chapters[number].title)\n" : ""
    return "\(number). \(chapter.title)\n\n" + chapter.lines.map { $0 + "\n" }.joined() + next
  }

  /// A line without the marks of links: a terminal has none to follow.
  private static func plain(_ line: Substring) -> String {
    String(line).replacing(/\[([^\]]*)\]\(([^)]*)\)/) { "\($0.1) (Docs/\($0.2))" }
  }

  /// Without blank lines at the ends, and no two in a row, as fences leave behind.
  private static func trimmed(_ lines: [String]) -> [String] {
    var result: [String] = []
    for line in lines where !line.isEmpty || result.last?.isEmpty == false { result.append(line) }
    while result.last?.isEmpty == true { result.removeLast() }
    return result
  }
}

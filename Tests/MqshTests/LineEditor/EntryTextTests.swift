import Interpreter
import Testing

@testable import mqsh

@Suite("the text of an entry") struct EntryTextTests {
  /// A text with `^` where the cursor is.
  private func entry(_ text: String) -> EntryText {
    let parts = text.split(separator: "^", omittingEmptySubsequences: false)
    return EntryText(parts.joined(), cursor: parts[0].utf8.count)
  }

  @Test("lines are found around the cursor")
  func lines() {
    let text = entry("one\ntw^o\nthree")
    #expect(text.lineStart == 4 && text.lineEnd == 7)
    #expect(!text.isInFirstLine && !text.isInLastLine)
    #expect(entry("on^e").isInFirstLine && entry("on^e").isInLastLine)
    #expect(entry("a\n  ^b").isInIndentation && !entry("a\n  b^").isInIndentation)
  }

  @Test("up and down keep the column, counted in columns of the terminal")
  func columns() {
    #expect(entry("abcdef\nx^").above(column: 4) == 4)
    #expect(entry("ab\nxyz^").above(column: 3) == 2)
    #expect(entry("^ab\nxyz").below(column: 2) == 5)
    #expect(entry("日本語\nabcd^").above(column: 4) == 6)
    // In the middle of a wide character: before it.
    #expect(entry("日本語\nabc^").above(column: 3) == 3)
    #expect(entry("^a").above(column: 0) == nil && entry("a^").below(column: 0) == nil)
    #expect(entry("日本^").column == 4)
  }

  @Test(
    "a new line is indented as open brackets ask for",
    arguments: [
      ("let x = 1", 0), ("f(", 2), ("f(a, g(", 2), ("f(a,\n  g(", 4), ("f(a) {\n  b", 2),
      ("f({ x in", 2), ("let x =", 2), ("net |>", 2), ("f(\n  a +", 4), ("f(1)", 0),
      ("\"\"\"\n  text (", 0), ("# (", 0), ("if a {\n  b\n}", 0), ("\"(\" + x", 0), ("", 0),
    ])
  func indentation(text: String, blanks: Int) {
    #expect(EntryText(text).wantedIndentation == blanks)
  }

  @Test(
    "a closing bracket takes its line back",
    arguments: [
      ("f {\n  ^", 4..<6), ("f(\n  g(\n    ^", 10..<12), ("f {\n^", nil), ("f {\n  a^", nil),
      ("  ^", nil),
    ] as [(String, Range<Int>?)])
  func closing(text: String, surplus: Range<Int>?) {
    #expect(entry(text).surplusIndentation == surplus)
  }
}

@Suite("the way through the history") struct HistoryWalkTests {
  private let entries = ["train one", "other", "train two", "last"]

  @Test("what is typed selects the entries")
  func prefix() {
    var walk = HistoryWalk(entries)
    #expect(walk.older(than: EntryText("tr")) == "train two")
    #expect(walk.older(than: EntryText("train two")) == "train one")
    #expect(walk.older(than: EntryText("train one")) == nil)
    #expect(walk.newer(than: EntryText("train one")) == EntryText("train two"))
    #expect(walk.newer(than: EntryText("train two")) == EntryText("tr"))
    #expect(walk.newer(than: EntryText("tr")) == nil)
  }

  @Test("only what is in front of the cursor counts")
  func cursor() {
    var walk = HistoryWalk(entries)
    #expect(walk.older(than: EntryText("ot", cursor: 0)) == "last")
    #expect(walk.older(than: EntryText("last")) == "train two")
  }

  @Test("an edited entry starts a new way")
  func edited() {
    var walk = HistoryWalk(entries)
    #expect(walk.older(than: EntryText("")) == "last")
    #expect(walk.older(than: EntryText("o")) == "other")
    #expect(walk.newer(than: EntryText("something")) == nil)
  }

  @Test("what is there already is no answer, and equal entries are kept once")
  func doubles() {
    var walk = HistoryWalk(entries)
    #expect(walk.older(than: EntryText("last")) == nil)
    walk.add("other")
    #expect(walk.entries == ["train one", "train two", "last", "other"])
    #expect(walk.older(than: EntryText("")) == "other")
    #expect(HistoryWalk([]).entries.isEmpty)
  }
}

@Suite("pasted text") struct PastedTextTests {
  private func cleaned(_ text: String) -> String {
    PastedText.cleaned(Array(text.utf8), isIncomplete: Session.isIncomplete)
  }

  @Test(
    "prompts are taken away",
    arguments: [
      ("mqsh> let a = 1", "let a = 1"), (">>> a", "a"),
      ("mqsh> f(1,\n  ...   2)", "f(1,\n  2)"), (">>> f(1,\n... 2)", "f(1,\n2)"),
      // The first line alone: the rest is kept.
      ("mqsh> let a = 1\nlet b = 2", "let a = 1\nlet b = 2"),
      // A session with its output, and an entry whose continuation lost its prompts.
      ("mqsh> a\n42\nmqsh> b", "a\nb"), ("mqsh> f(1,\n2)\n3\nmqsh> b", "f(1,\n2)\nb"),
      ("mqsh> \"\"\"\n  ...\n  ... \"\"\"", "\"\"\"\n\n\"\"\""),
      ("  ... 2)\n  ... 3", "2)\n3"),
      // No prompts at all, or not in every line.
      ("a > b", "a > b"), ("1\n... 2", "1\n... 2"), ("f(...r)", "f(...r)"),
    ])
  func prompts(text: String, expected: String) { #expect(cleaned(text) == expected) }

  @Test(
    "line ends are those of an entry, and nothing can move the cursor",
    arguments: [
      ("a\r\nb\r", "a\nb"), ("a\u{1B}[31mb\u{7F}\0", "a[31mb"), ("a\n\n  \n", "a"),
      ("\tx", "\tx"), ("", ""), ("é日本", "é日本"),
    ])
  func characters(text: String, expected: String) { #expect(cleaned(text) == expected) }
}

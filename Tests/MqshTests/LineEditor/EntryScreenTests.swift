import Interpreter
import Lang
import Testing

@testable import mqsh

@Suite("drawing an entry") struct EntryScreenTests {
  private func layout(
    _ text: String, cursor: Int? = nil, width: Int = 20, prompt: String = "> "
  ) -> EntryLayout {
    let bytes = Array(text.utf8)
    return EntryLayout(
      prompt: EntryLayout.cells(prompt, .prompt), continuation: EntryLayout.cells(". ", .prompt),
      text: bytes, styles: Highlighter().styles(of: bytes, cursor: nil),
      cursor: cursor ?? bytes.count, width: width)
  }

  private func rows(_ layout: EntryLayout) -> [String] {
    layout.rows.map { $0.map(\.text).joined() }
  }

  @Test("long lines go on in the next row, wide characters as a whole")
  func breaking() {
    #expect(rows(layout("abcdefghij", width: 8)) == ["> abcdef", "ghij"])
    #expect(rows(layout("abcde日f", width: 8)) == ["> abcde", "日f"])
    #expect(rows(layout("ab\ncd")) == ["> ab", ". cd"])
    #expect(rows(layout("a\u{1}\tb\u{202E}")) == ["> a^A    b\u{FFFD}"])
  }

  @Test("the cursor is where the next character would go")
  func cursor() {
    #expect(layout("ab").cursor == ScreenPlace(row: 0, column: 4))
    #expect(layout("ab\ncd", cursor: 2).cursor == ScreenPlace(row: 0, column: 4))
    #expect(layout("ab\ncd", cursor: 3).cursor == ScreenPlace(row: 1, column: 2))
    #expect(layout("日本", cursor: 3).cursor == ScreenPlace(row: 0, column: 4))
    // Behind a full row it is in the next one.
    let full = layout("abcdef", width: 8)
    #expect(full.cursor == ScreenPlace(row: 1, column: 0) && full.rows.count == 2)
    #expect(layout("abcde日", cursor: 5, width: 8).cursor == ScreenPlace(row: 1, column: 0))
  }

  @Test("invalid bytes are drawn, and offsets stay those of the bytes")
  func invalidBytes() {
    let characters = EntryCharacter.all(of: [0x61, 0xFF, 0xC3, 0xA9, 0xE2, 0x82])
    #expect(characters.map(\.text) == ["a", "\u{FFFD}", "é", "\u{FFFD}", "\u{FFFD}"])
    #expect(characters.map(\.range) == [0..<1, 1..<2, 2..<4, 4..<5, 5..<6])
  }

  @Test("whatever is edited, the terminal shows it")
  func randomEdits() {
    var random = Numbers(state: 5)
    let pieces = ["a", "bcd ", "日", "\n", "(", "\"x\"", "é", "let ", "e\u{301}", "\n  "]
    for (width, height) in [(20, 6), (9, 4), (40, 3)] {
      var screen = EntryScreen(isColored: width != 20)
      var terminal = Screen(columns: width, rows: height)
      var text: [Character] = []
      for step in 0..<300 {
        if random.next(3) > 0 || text.isEmpty {
          text.insert(
            contentsOf: pieces[random.next(pieces.count)], at: random.next(text.count + 1))
        } else {
          text.remove(at: random.next(text.count))
        }
        if text.count > 120 { text.removeFirst(60) }
        let string = String(text)
        let cursor = String(text.prefix(random.next(text.count + 1))).utf8.count
        let layout = layout(string, cursor: min(cursor, string.utf8.count), width: width)
        terminal.receive(screen.draw(layout, width: width, height: height).utf8)
        let wanted = rows(layout).map { $0.trimmed }
        // The window shows a part that holds the cursor.
        let top = layout.cursor.row - terminal.cursor.row
        #expect(top >= 0 && terminal.cursor.column == layout.cursor.column, "step \(step)")
        let part = wanted.dropFirst(max(0, top)).prefix(height)
        #expect(terminal.rows == part.dropLast(while: \.isEmpty), "step \(step) of \(width)")
      }
      #expect(terminal.unknown.isEmpty)
    }
  }

  @Test("typing at the end of a line writes no more than that")
  func shortUpdates() {
    var screen = EntryScreen(isColored: true)
    _ = screen.draw(layout("let x = 1"), width: 20, height: 5)
    let update = screen.draw(layout("let x = 12"), width: 20, height: 5)
    #expect(update.utf8.count < 30 && !update.contains("x"))
    #expect(screen.draw(layout("let x = 12"), width: 20, height: 5).utf8.count < 8)
  }

  @Test("an entry that is higher than the window is left whole above the next one")
  func finishing() {
    var screen = EntryScreen(isColored: false)
    var terminal = Screen(columns: 20, rows: 4)
    let tall = layout((1...9).map { "line \($0)" }.joined(separator: "\n"), cursor: 0)
    terminal.receive(screen.draw(tall, width: 20, height: 4).utf8)
    #expect(terminal.rows == ["> line 1", ". line 2", ". line 3", ". line 4"])
    terminal.receive(screen.finish(tall, width: 20, height: 4).utf8)
    #expect(terminal.rows == [". line 7", ". line 8", ". line 9"])
    #expect(terminal.cursor == (3, 0))
    terminal.receive(screen.draw(layout("x"), width: 20, height: 4).utf8)
    #expect(terminal.rows.last == "> x")
  }

  @Test("a prompt behind output without a newline begins a line of its own")
  func unfinishedLine() {
    for before in ["", "a", String(repeating: "b", count: 20), String(repeating: "c", count: 19)] {
      var screen = EntryScreen(isColored: false)
      var terminal = Screen(columns: 20, rows: 4)
      terminal.receive(before.utf8)
      terminal.receive(screen.draw(layout("x"), width: 20, height: 4).utf8)
      #expect(terminal.rows == (before.isEmpty ? ["> x"] : [before, "> x"]))
    }
  }
}

/// The same numbers each time.
struct Numbers {
  var state: UInt64

  /// Below a limit.
  mutating func next(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }
}

extension Collection where SubSequence: Collection {
  fileprivate func dropLast(while isDropped: (Element) -> Bool) -> [Element] {
    var kept = Array(self)
    while let last = kept.last, isDropped(last) { kept.removeLast() }
    return kept
  }
}

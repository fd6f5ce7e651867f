import Foundation
import Testing

/// The editor in a terminal, typed into and looked at.
@Suite("editing an entry", .serialized) struct EditorTests {
  private enum Key {
    static let up = "\u{1B}[A"
    static let down = "\u{1B}[B"
    static let home = "\u{1B}[H"
    static let alternateEnter = "\u{1B}\r"
    static let interrupt = "\u{3}"
    static let search = "\u{12}"
  }

  private let folder: Folder
  private let terminal: PseudoTerminal

  init() throws {
    folder = try Folder()
    terminal = try Self.start(in: folder)
  }

  private static func start(
    in folder: Folder, _ environment: [String: String] = [:], columns: Int = 80, rows: Int = 24
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      environment: ["MQSH_HISTORY": folder.path + "/history"].merging(environment) { $1 },
      columns: columns, rows: rows)
    try terminal.expect(rows: "mqsh>")
    return terminal
  }

  /// Runs an entry and waits for the next prompt.
  private func run(_ entry: String, showing rows: [String]) throws {
    terminal.send(entry + "\r")
    let wanted = rows + ["mqsh>"]
    try terminal.expect(screen: wanted.joined(separator: "\n")) {
      $0.rows.suffix(wanted.count) == wanted[...]
    }
  }

  /// Types lines, each when the one before has been read.
  private func type(_ lines: String...) throws {
    for line in lines {
      terminal.send(line + "\r")
      let before = terminal.screen.cursor
      try terminal.expect(screen: "a line behind \(line)") {
        $0.cursor.row > before.row && ["mqsh>", "  ..."].contains($0.cursorRow)
      }
    }
  }

  // MARK: - Lines

  @Test("Return goes on in an indented line until the entry is complete")
  func incomplete() throws {
    try type("let list = [", "1000,", "2000")
    try terminal.expect(rows: "mqsh> let list = [", "  ...   1000,", "  ...   2000", "  ...")
    terminal.send("]\r")
    try terminal.expect(rows: "  ...   2000", "  ... ]", "mqsh>")
    try run("sum(list)", showing: ["mqsh> sum(list)", "3000"])
  }

  @Test("lines that come at once keep their own indentation")
  func typedAhead() throws {
    terminal.send("max(\r    1000,\r  2000)\r")
    try terminal.expect(rows: "mqsh> max(", "  ...     1000,", "  ...   2000)", "2000", "mqsh>")
  }

  @Test("Alt-Return always makes a new line")
  func alternateReturn() throws {
    terminal.send("let a = 1" + Key.alternateEnter + "a + 1")
    try terminal.expect(rows: "mqsh> let a = 1", "  ... a + 1")
    try run("", showing: ["  ... a + 1", "2"])
  }

  @Test("the arrows move inside of an entry, which is run as a whole")
  func arrows() throws {
    terminal.send("max(" + Key.alternateEnter + "10," + Key.alternateEnter + "20)")
    try terminal.expect(rows: "mqsh> max(", "  ...   10,", "  ...   20)")
    // Up keeps the column; the cursor is behind `10,`.
    terminal.send(Key.up)
    terminal.send("\u{7F}0,")
    try terminal.expect(rows: "mqsh> max(", "  ...   100,", "  ...   20)")
    try terminal.expect(screen: "cursor in the second row") { $0.cursor.column == 12 }
    terminal.send("\u{1}7")
    try terminal.expect(rows: "  ... 7  100,", "  ...   20)")
    terminal.send("\u{8}" + Key.down + "\u{1}")
    try terminal.expect(screen: "cursor at the start of the last row") { $0.cursor.column == 6 }
    try run("", showing: ["  ...   20)", "100"])
  }

  @Test("a block of six lines comes back by one key, and the next key goes on to older ones")
  func recall() throws {
    try run("let older = 1", showing: ["mqsh> let older = 1"])
    try type("func f(x) {", "let a = x", "let b = a", "let c = b", "c", "}")
    try terminal.expect(rows: "  ... }", "mqsh>")
    terminal.send(Key.up)
    let block = [
      "mqsh> func f(x) {", "  ...   let a = x", "  ...   let b = a", "  ...   let c = b",
      "  ...   c", "  ... }",
    ]
    try terminal.expect(screen: "the block") { $0.rows.suffix(6) == block[...] }
    terminal.send(Key.up)
    try terminal.expect(rows: "mqsh> let older = 1")
    terminal.send(Key.down)
    try terminal.expect(screen: "the block") { $0.rows.suffix(6) == block[...] }
    // Down goes through the lines of the block and then to the empty entry.
    terminal.send(String(repeating: Key.down, count: 6))
    try terminal.expect(rows: "  ... }", "mqsh>")
  }

  @Test("Up looks for what is typed, and Down gives it back")
  func prefix() throws {
    for entry in ["let train_a = 1", "let tree = 2", "let other = 3"] {
      try run(entry, showing: ["mqsh> \(entry)"])
    }
    terminal.send("let tr" + Key.up)
    try terminal.expect(rows: "mqsh> let tree = 2")
    terminal.send(Key.up)
    try terminal.expect(rows: "mqsh> let train_a = 1")
    terminal.send(Key.down + Key.down)
    try terminal.expect(rows: "mqsh> let tr")
  }

  @Test("Ctrl-R searches, and what it finds is edited and run")
  func search() throws {
    try run("1000 + 1", showing: ["1001"])
    try run("2000 + 2", showing: ["2002"])
    terminal.send(Key.search + "00 + 1")
    try terminal.expect(rows: "(reverse-i-search)`00 + 1': 1000 + 1")
    try run("", showing: ["mqsh> 1000 + 1", "1001"])
    terminal.send(Key.search + "20")
    try terminal.expect(rows: "(reverse-i-search)`20': 2000 + 2")
    terminal.send(Key.interrupt)
    try terminal.expect(rows: "mqsh> 2000 + 2^C", "mqsh>")
    try run("3", showing: ["mqsh> 3", "3"])
  }

  @Test("Ctrl-K and Ctrl-U stay in their line, Ctrl-L keeps the entry")
  func killing() throws {
    terminal.send("let a = 1" + Key.alternateEnter + "let b = 2" + Key.up + "\u{1}\u{B}")
    try terminal.expect(rows: "mqsh>", "  ... let b = 2")
    terminal.send("\u{19}" + Key.down + "\u{15}")
    try terminal.expect(rows: "mqsh> let a = 1", "  ...")
    terminal.send("\u{C}")
    try terminal.expect(screen: "nothing else") { $0.rows == ["mqsh> let a = 1", "  ..."] }
    terminal.send("\u{1F}")
    try terminal.expect(rows: "mqsh> let a = 1", "  ... let b = 2")
  }

  @Test("Ctrl-C leaves what was typed and begins anew")
  func interrupted() throws {
    try type("let a = [")
    terminal.send("1," + Key.up)
    try terminal.expect(rows: "mqsh> let a = [", "  ...   1,")
    terminal.send(Key.interrupt)
    try terminal.expect(rows: "mqsh> let a = [", "  ...   1,^C", "mqsh>")
    #expect(terminal.screen.cursor.column == 6)
  }

  // MARK: - Completion

  @Test("candidates are listed below the entry with a word on each until the next key")
  func listing() throws {
    terminal.send("lsq(\t")
    try terminal.expect(screen: "three labels") {
      $0.rows.suffix(4).map { $0.prefix(9) } == [
        "mqsh> lsq", "bits:    ", "per:     ", "observer:",
      ]
        && $0.cursor.column == 10
    }
    #expect(terminal.screen.text.contains("int, 2 to 8"))
    terminal.send("bi\t4, per: \"ch\t)")
    try terminal.expect(rows: "mqsh> lsq(bits: 4, per: \"channel\")")
    // What does not fit is counted.
    terminal.resize(columns: 60, rows: 8)
    terminal.send("\u{15}\t")
    try terminal.expect(screen: "a screenful") {
      $0.rows.count == 8 && $0.rows.last?.hasPrefix("and ") == true && $0.rows[0] == "mqsh>"
        && $0.rows.allSatisfy { $0.count < 60 }
    }
    terminal.send("1")
    try terminal.expect(screen: "nothing but the entry") { $0.rows == ["mqsh> 1"] }
  }

  @Test("Tab in front of a line's first word indents it")
  func indenting() throws {
    terminal.send("(" + Key.alternateEnter + "\t1)")
    try terminal.expect(rows: "mqsh> (", "  ...     1)")
  }

  // MARK: - Pasting

  @Test("a block is pasted as it is, and prompts of a session are taken away")
  func pasting() throws {
    terminal.paste("func f(x) {\n    x + 1\n}\nf(41)\n")
    try terminal.expect(
      rows: "mqsh> func f(x) {", "  ...     x + 1", "  ... }", "  ... f(41)")
    try run("", showing: ["  ... f(41)", "42"])
    terminal.paste("mqsh> let a = [1,\n  ...   2]\nmqsh> sum(a)\n3\n")
    try terminal.expect(rows: "mqsh> let a = [1,", "  ...   2]", "  ... sum(a)")
    try run(" * 1000", showing: ["  ... sum(a) * 1000", "3000"])
  }

  // MARK: - Windows

  @Test("long lines and tall entries in a window of 40 columns and 6 rows")
  func smallWindow() throws {
    let terminal = try Self.start(in: folder, columns: 40, rows: 6)
    terminal.send("let text = \"" + String(repeating: "0123456789", count: 4) + "日本")
    try terminal.expect(
      rows: "mqsh> let text = \"0123456789012345678901", "234567890123456789日本")
    #expect(terminal.screen.cursor.column == 22)
    terminal.send("\"\r")
    try terminal.expect(rows: "234567890123456789日本\"", "mqsh>")
    terminal.send((1...9).map { "let x\($0) = \($0)" }.joined(separator: Key.alternateEnter))
    try terminal.expect(screen: "the end of the entry") {
      $0.rows == (4...9).map { "  ... let x\($0) = \($0)" }
    }
    terminal.send(String(repeating: Key.up, count: 8))
    try terminal.expect(screen: "its beginning") { $0.rows.first == "mqsh> let x1 = 1" }
    terminal.send("\r")
    try terminal.expect(rows: "  ... let x9 = 9", "mqsh>")
    terminal.send("x9 * 1000\r")
    try terminal.expect(rows: "9000", "mqsh>")
  }

  @Test("the entry is drawn anew when the window changes")
  func resizing() throws {
    terminal.send("let numbers = [" + String(repeating: "123456, ", count: 6) + "1]")
    terminal.send(Key.alternateEnter + "sum(numbers)")
    let first = "mqsh> let numbers = [123456, 123456, 123456, 123456, 123456, 123456, 1]"
    try terminal.expect(rows: first, "  ... sum(numbers)")
    for columns in [40, 25, 60, 80, 33] {
      terminal.resize(columns: columns, rows: 24)
      var rows: [String] = []
      var rest = first[...]
      while !rest.isEmpty {
        rows.append(String(rest.prefix(columns)).trimmingCharacters(in: .whitespaces))
        rest = rest.dropFirst(columns)
      }
      rows.append("  ... sum(numbers)")
      try terminal.expect(screen: "\(columns) columns") { screen in
        screen.rows.suffix(rows.count).map { $0.trimmingCharacters(in: .whitespaces) }
          == rows.map { $0.trimmingCharacters(in: .whitespaces) } && screen.cursor.column == 18
      }
    }
    terminal.send("\r")
    try terminal.expect(rows: "740737", "mqsh>")
  }

  // MARK: - Appearance

  @Test("tokens are colored and brackets matched, unless NO_COLOR says no")
  func colors() throws {
    terminal.send("let x = f(\"a\"")
    try terminal.expect(rows: "mqsh> let x = f(\"a\"")
    #expect(terminal.screen.style(of: "let") == "0;35")
    #expect(terminal.screen.style(of: "\"a\"") == "0;32")
    #expect(terminal.screen.style(of: "(") == "")
    terminal.send(")")
    try terminal.expect(screen: "a marked bracket") { $0.style(of: "(") == "0;1;4" }
    let plain = try Self.start(in: folder, ["NO_COLOR": "1"])
    plain.send("let x = f(\"a\")")
    try plain.expect(rows: "mqsh> let x = f(\"a\")")
    for word in ["mqsh", "let", "(", "\"a\""] { #expect(plain.screen.style(of: word) == "") }
  }

  @Test("nothing is sent that a terminal would not know")
  func sequences() throws {
    terminal.send("sort(\t")
    try terminal.expect(screen: "a listing") { $0.text.contains("items:") }
    terminal.send(Key.search + "x")
    try terminal.expect(screen: "a search") { $0.text.contains("search") }
    terminal.send(Key.interrupt)
    try terminal.expect(screen: "an empty prompt") { $0.cursorRow == "mqsh>" }
    #expect(terminal.screen.unknown.isEmpty)
  }

  @Test("the end of the input leaves, also in the middle of an entry")
  func endOfInput() throws {
    terminal.send("\u{4}")
    #expect(try terminal.waitForExit() == 0)
    #expect(terminal.isCooked)
  }
}

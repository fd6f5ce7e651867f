import Testing

@testable import Lang

@Test("tabs and wide characters before the place")
func tabsAndWideCharactersBeforeThePlace() {
  expectDiagnostics(
    "\t" + #"print("漢字 🎉", oops)"#,
    #"""
    error[name.unknown]: unknown name 'oops'
     --> t.mq:1:16
      |
    1 |     print("漢字 🎉", oops)
      |                      ^^^^ not found
      |
    """#)
}

@Test("a long line")
func aLongLine() {
  expectDiagnostics(
    "let xs = [" + (0..<60).map(String.init).joined(separator: ", ") + ", oops, "
      + (0..<60).map(String.init).joined(separator: ", ") + "]",
    #"""
    error[name.unknown]: unknown name 'oops'
     --> t.mq:1:241
      |
    1 | ...50, 51, 52, 53, 54, 55, 56, 57, 58, 59, oops, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, ...
      |                                            ^^^^ not found
      |
    """#)
}

@Test("invalid bytes before the place do not move the underline")
func invalidBytesBefore() {
  expectDiagnostics(
    Array("# ".utf8) + [0xE6, 0xBC] + Array("é \n\"".utf8) + [0xFF] + Array("\" & 1".utf8),
    #"""
    error[text.invalid_utf8]: the text is not valid UTF-8 at byte 2
     --> t.mq:1:3
      |
    1 | # �é 
      |   ^ byte 0xe6 belongs to no character
      |

    error[text.invalid_utf8]: the text is not valid UTF-8 at byte 9
     --> t.mq:2:2
      |
    2 | "�" & 1
      |  ^ byte 0xff belongs to no character
      |

    error[text.character]: '&' has no meaning here
     --> t.mq:2:5
      |
    2 | "�" & 1
      |     ^ not part of the language
      |
      = help: write 'and'
    """#)
}

@Test("a place in another text is named with its line")
func otherSource() {
  var sources = SourceMap()
  let first = sources.add(name: "<prompt>", bytes: Array("let a = 1".utf8))
  let second = sources.add(name: "<prompt>", bytes: Array("a = 2".utf8))
  let diagnostic = Diagnostic(
    code: "name.immutable", message: "'a' cannot be assigned",
    primary: .init(Span(source: second.id, start: 0, end: 1), "assigned here"),
    secondary: [.init(Span(source: first.id, start: 4, end: 5), "declared here")],
    help: "declare it with 'var'\nor not at all", notes: ["one", "two"])
  #expect(
    DiagnosticRenderer(sources).render(diagnostic) == """
      error[name.immutable]: 'a' cannot be assigned
       --> <prompt>:1:1
        |
      1 | a = 2
        | ^ assigned here
       ::: <prompt>:1:5: declared here
        |
        = help: declare it with 'var'
                or not at all
        = note: one
        = note: two

      """)
}

@Test("colour is used only when asked for, and changes no character")
func colour() {
  let bytes = Array("let a = b".utf8)
  let plain = diagnostics(bytes)
  let colored = diagnostics(bytes, isColored: true)
  #expect(!plain.contains("\u{1B}"))
  #expect(colored.contains("\u{1B}[1;31m"))
  #expect(colored.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == plain)
}

@Test(
  "a terminal's columns are counted",
  arguments: [("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("🎉", 2), ("🇩🇪", 2), ("❤️", 2), ("", 0)])
func widths(text: String, expected: Int) {
  #expect(displayWidth(text) == expected)
}

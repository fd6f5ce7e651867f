import Testing

@testable import mqsh

@Suite("colors of an entry") struct HighlighterTests {
  /// Letters for styles: one for each byte.
  private func drawn(_ text: String, cursor: Int? = nil) -> String {
    let styles = Highlighter(builtins: ["sqrt"]).styles(of: Array(text.utf8), cursor: cursor)
    return String(
      styles.map { style -> Character in
        switch style {
        case .keyword: "k"
        case .builtin: "b"
        case .label: "l"
        case .string: "s"
        case .number: "n"
        case .comment: "c"
        case .wrong: "w"
        case .match: "m"
        default: "."
        }
      })
  }

  @Test(
    "tokens have colors, in broken text too",
    arguments: [
      ("let x = 12", "kkk.....nn"), ("sqrt(x, by: 2)", "bbbb....ll..n."),
      ("\"a\" # b", "sss.ccc"), ("f(\"ab", "..sss"), ("a & b", "..w.."),
      // Blanks inside of an interpolation keep the color of the string.
      ("\"\\(x + 1)\"", "sss.s.snss"),
      ("a)", ".w"), ("(]", ".w"), (":load x", "kkkkk.."), ("?sqrt", "k...."), ("!ls", "k.."),
    ])
  func tokens(text: String, expected: String) { #expect(drawn(text) == expected) }

  @Test("the bracket at the cursor or before it is marked with its partner")
  func brackets() {
    #expect(drawn("f(a)", cursor: 4) == ".m.m")
    #expect(drawn("f(a)", cursor: 1) == ".m.m")
    #expect(drawn("f(a)", cursor: 3) == ".m.m")
    #expect(drawn("f(ab)", cursor: 3) == ".....")
    #expect(drawn("f(a)", cursor: nil) == "....")
    #expect(drawn("{ [a]", cursor: 5) == "..m.m")
    #expect(drawn("f(\")\")", cursor: 1) == ".msssm")
  }

  @Test("random bytes have a style each")
  func anyBytes() {
    var random = Numbers(state: 3)
    let alphabet = Array("ab1\"\\(){}[] \n#.:|>&".utf8) + [0x01, 0xC3, 0xA9, 0xFF]
    for _ in 0..<1000 {
      let bytes = (0..<random.next(30)).map { _ in alphabet[random.next(alphabet.count)] }
      #expect(Highlighter().styles(of: bytes, cursor: random.next(31)).count == bytes.count)
    }
  }
}

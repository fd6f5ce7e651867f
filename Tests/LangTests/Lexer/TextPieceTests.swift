import Testing

@testable import Lang

@Suite("pieces of a text") struct TextPieceTests {
  private func pieces(_ text: String) -> [String] {
    var sources = SourceMap()
    let source = sources.add(name: "", bytes: Array(text.utf8))
    return FrontEnd.pieces(of: source).map { piece in
      let content = String(decoding: source.bytes[piece.range], as: UTF8.self)
      return switch piece.kind {
      case .token: content
      case .comment: "comment \(content)"
      case .openString(let isMultiline): (isMultiline ? "open lines " : "open ") + content
      case .stray: "stray \(content)"
      }
    }
  }

  @Test(
    "comments, open strings and strange characters lie between the tokens",
    arguments: [
      ("let x = 1 # one\ny", ["let", "x", "=", "1", "comment # one", "y"]),
      ("f(\"abc", ["f", "(", "open \"abc"]), ("\"a\" \"b\nc", ["\"a\"", "open \"b", "c"]),
      ("x = \"\"\"\na\n\"b", ["x", "=", "open lines \"\"\"\na\n\"b"]),
      ("a & b", ["a", "stray &", "b"]), ("\"\\(f(", ["open \"\\(f("]),
      ("a \u{1}\u{2} b", ["a", "stray \u{1}", "stray \u{2}", "b"]), ("# only", ["comment # only"]),
      ("", []), ("a\n\n|> b", ["a", "|>", "b"]),
    ] as [(String, [String])])
  func kinds(text: String, expected: [String]) { #expect(pieces(text) == expected) }

  @Test("pieces are in order and do not overlap, whatever the bytes")
  func anyBytes() {
    var generator = Sequence(state: 41)
    let alphabet = Array("ab1\"\\(){}[] \n#.:|>&".utf8) + [0x01, 0xC3, 0xA9, 0xFF]
    for _ in 0..<2000 {
      let bytes = (0..<Int(generator.next() % 24)).map { _ in
        alphabet[Int(generator.next() % UInt64(alphabet.count))]
      }
      var sources = SourceMap()
      let pieces = FrontEnd.pieces(of: sources.add(name: "", bytes: bytes))
      var end = 0
      for piece in pieces {
        #expect(piece.range.lowerBound >= end && piece.range.upperBound <= bytes.count, "\(bytes)")
        end = piece.range.upperBound
      }
    }
  }
}

/// The same numbers each time.
private struct Sequence {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}

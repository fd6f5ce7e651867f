import Testing

@testable import Interpreter

@Suite("the place of a completion") struct CompletionPlaceTests {
  private func place(_ text: String) -> CompletionPlace { CompletionPlace(Array(text.utf8)) }

  private func part(_ text: String, _ range: Range<Int>?) -> String? {
    range.map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
  }

  @Test(
    "names and what is no name",
    arguments: [
      ("tra", .name, "tra"), ("let x = tr", .name, "tr"), ("", .name, ""), ("f(", .name, ""),
      ("wh", .name, "wh"), ("if", .name, "if"), ("a # b", .nothing, ""), ("12", .nothing, ""),
      ("let ab", .nothing, "ab"), ("for i", .nothing, "i"), ("a # b\nc", .name, "c"),
      ("f(\"ab", .string, "ab"), ("\"", .string, ""), ("\"\"\"\nab", .string, "\nab"),
      ("import \"co", .importPath, "co"), ("\"\\(a", .name, "a"), ("\"\\(f(\"x", .string, "x"),
      ("\"\\(a) b", .string, "\\(a) b"), ("\"\\((1)) \\(b", .name, "b"), ("\"a\\", .string, "a\\"),
      ("\"a\" ", .name, ""), ("\"\\(g(\")\", h", .name, "h"),
    ] as [(String, CompletionPlace.Kind, String)])
  func kinds(text: String, kind: CompletionPlace.Kind, word: String) {
    #expect(place(text).kind == kind)
    #expect(part(text, place(text).word) == word)
  }

  @Test(
    "the expression in front of a dot",
    arguments: [
      ("x.", "x"), ("x.na", "x"), ("let y = a.b.c.", "a.b.c"), ("1 + f(x, [1]).", "f(x, [1])"),
      ("a[0].", "a[0]"), ("(a + b).", "(a + b)"), ("net |> f(1).", "f(1)"), ("g({ x in x }).", nil),
      ("map { x in x }.", "map { x in x }"), ("\"a\".", "\"a\""), ("f(x)(y).", "f(x)(y)"),
      ("f(\n  x\n).", "f(\n  x\n)"), ("\"\\(a.", "a"), ("[1, 2].", "[1, 2]"),
    ] as [(String, String?)])
  func fields(text: String, base: String?) {
    let found: String? =
      if case .field(let range) = place(text).kind { part(text, range) } else { nil }
    #expect(found == (base ?? "g({ x in x })"))
  }

  @Test(
    "the open call with its arguments",
    arguments: [
      ("train(", "train", 0, nil), ("a(b(1), ", "a", 1, nil), ("a(b(", "b", 0, nil),
      ("f(1, lr: ", "f", 1, "lr"), ("f(1, lr: c", "f", 1, "lr"), ("f(in: ", "f", 0, "in"),
      ("f([1, ", "f", 0, nil), ("f(a, except: [\"x\", \"", "f", 1, "except"),
      ("f({ x in x }, (1, 2), ", "f", 2, nil), ("x |> g(n, k: [1], ", "g", 2, nil),
    ] as [(String, String, Int, String?)])
  func calls(text: String, function: String, arguments: Int, label: String?) throws {
    let call = try #require(place(text).call)
    #expect(call.function == function)
    #expect(call.arguments.count == arguments)
    #expect(call.label == label)
  }

  @Test(
    "brackets that are no call",
    arguments: ["f(x) { ", "(", "(a: ", "[", "f(1)", "func f(", "x.f(", "[f(1), ", "f([g[", "f({ "])
  func noCall(text: String) { #expect(place(text).call == nil) }

  @Test("a word that is only a part of its argument is not alone")
  func alone() {
    for text in ["f(", "f(a", "f(1, a", "f(x: a", "f([1, a", "f(x: [", "f(\"a"] {
      #expect(place(text).isAlone, "\(text)")
    }
    for text in ["f(1 + a", "f(x: not a", "f(a |> b", "f(-", "f(x: y + \"a"] {
      #expect(!place(text).isAlone, "\(text)")
    }
  }

  @Test(
    "what a pipe takes up",
    arguments: [
      ("net |> ", "net"), ("let q = net |> f(1) |> g", "net |> f(1)"), ("f(a, b |> ", "b"),
      ("a\nb |> ", "b"), ("a\n  |> f(1)\n  |> ", "a\n  |> f(1)"), ("x; y |> ", "y"),
      ("r(k: a + b |> ", "a + b"), ("if a { b |> ", "b"),
    ])
  func pipes(text: String, piped: String) { #expect(part(text, place(text).piped) == piped) }

  @Test("a call behind a pipe knows what is piped into it")
  func pipedCall() {
    let text = "let q = net |> quantize(lsq(bits: 4), except: \""
    #expect(part(text, place(text).call?.piped) == "net")
  }

  @Test("any bytes have a place within the text")
  func anyBytes() {
    var state: UInt64 = 9
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    let pieces = [
      "f(", "a", ")", "[", "]", "{", "}", ".", ",", ":", "\"", "\\(", "|>", "\n", "x in", "let ",
      "func ", "1", "#", "&", " ", "\"\"\"", "import ",
    ]
    for _ in 0..<3000 {
      let text = (0..<next(14)).map { _ in pieces[next(pieces.count)] }.joined()
      let place = place(text)
      #expect(place.word.upperBound == text.utf8.count, "\(text)")
      let names = PieceList(Array(text.utf8), from: 0).declaredNames
      #expect(names.count <= text.utf8.count)
    }
  }

  @Test("names that the text declares")
  func declared() {
    let text = "let a = 1\nfunc f(x, y: b) { z in }\nmap { p, q in p }\nfor i in a { var v = "
    #expect(
      PieceList(Array(text.utf8), from: 0).declaredNames
        == ["a", "f", "x", "y", "z", "p", "q", "i", "v"])
  }
}

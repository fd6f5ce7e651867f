import Testing

@testable import Lang

@Test(
  "a text is cut into tokens",
  arguments: [
    ("", "$"),
    ("#!/usr/bin/env mqsh\n# only comments", "$"),
    ("let a = 64 # end", "LET a = 64 $"),
    ("1_000 0.1 1e-4 1E+3 2.5e2", "1000 0.1 0.0001 1000.0 250.0 $"),
    ("9_223_372_036_854_775_807", "9223372036854775807 $"),
    ("0..<3 1...8 r.lr", "0 ..< 3 1 ... 8 r . lr $"),
    ("a**b//c|>d+=1-=2*=3/=4", "a ** b // c |> d += 1 -= 2 *= 3 /= 4 $"),
    ("a==b!=c<=d>=e<f>g", "a == b != c <= d >= e < f > g $"),
    ("lettuce let", "lettuce LET $"),
    ("größe_β", "größe_β $"),
    (#""a\n\t\"\\\u{48}\(x)b""#, "<a⏎\t\"\\H{x $}b> $"),
    (#""\(f("\(y)"))""#, "<{f ( <{y $}> ) $}> $"),
    (#""""#, "<> $"),
  ])
func tokenizes(text: String, expected: String) {
  #expect(tokens(text) == expected)
}

@Test(
  "a newline ends a statement only where the text does not go on",
  arguments: [
    ("a\nb", "a ⏎ b $"),
    ("a\r\nb", "a ⏎ b $"),
    ("\n\na\n\n\nb\n", "a ⏎ b ⏎ $"),
    ("a +\nb", "a + b $"),
    ("a and\nb", "a AND b $"),
    ("f(a,\n  b\n)", "f ( a , b ) $"),
    ("[\n1,\n2\n]", "[ 1 , 2 ] $"),
    ("{\na\nb\n}", "{ a ⏎ b ⏎ } $"),
    ("f({ x in\n a\n b })", "f ( { x IN a ⏎ b } ) $"),
    ("a\n|> b\n\n# why\n  |> c", "a |> b |> c $"),
    ("if a { b }\nelse { c }", "IF a { b } ELSE { c } $"),
    ("a\nelsewhere", "a ⏎ elsewhere $"),
    ("a\n- b", "a ⏎ - b $"),
    ("a; b;\nc", "a ; b ; ⏎ c $"),
    ("return\na", "RETURN ⏎ a $"),
    ("r.not\na", "r . NOT ⏎ a $"),
    ("r.in", "r . IN $"),
  ])
func newlines(text: String, expected: String) {
  #expect(tokens(text) == expected)
}

@Test(
  "a multi-line string loses the indentation of its closing quotes",
  arguments: [
    ("\"\"\"\n  a\n    b\n  \"\"\"", "<a⏎  b> $"),
    ("\"\"\"\n  a\n\n  b\n  \"\"\"", "<a⏎⏎b> $"),
    ("\"\"\"\n  a\\n  b\n  \"\"\"", "<a⏎  b> $"),
    ("\"\"\"\r\n  a\r\n  b\r\n  \"\"\"", "<a⏎b> $"),
    ("\"\"\"\n\"\"\"", "<> $"),
    ("\"\"\"\n  \\(x)\n  y \"q\"\n  \"\"\"", "<{x $}⏎y \"q\"> $"),
    ("\"\"\"a\n  b\"\"\"", "<a⏎  b> $"),
  ])
func multilineStrings(text: String, expected: String) {
  #expect(tokens(text) == expected)
}

@Test(
  "open brackets, multi-line strings and trailing operators are incomplete",
  arguments: ["f(", "[1,", "{ x in", "\"\"\"\nabc", "1 +", "a |>", "let a =", "if a {\n b", "not"])
func incomplete(text: String) {
  #expect(isIncomplete(text))
}

@Test(
  "wrong texts and whole ones are not incomplete",
  arguments: ["", "a", "f()", "\"abc", "1)", "let", "a;", "[1)", "# (", "r.not"])
func complete(text: String) {
  #expect(!isIncomplete(text))
}

@Test("offsets become lines and columns in characters")
func positions() {
  var sources = SourceMap()
  let source = sources.add(name: "t.mq", bytes: Array("aé漢\nb".utf8))
  #expect(source.position(of: 0) == (1, 1))
  #expect(source.position(of: 3) == (1, 3))
  #expect(source.position(of: 7) == (2, 1))
  #expect(source.position(of: 99) == (2, 2))
}

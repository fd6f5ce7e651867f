import Testing

@testable import Lang

@Test(
  "operators bind as the table says",
  arguments: [
    ("1 + 2 * 3", "(+ 1 (* 2 3))"), ("1 - 2 - 3", "(- (- 1 2) 3)"),
    ("8 / 4 // 2 % 3", "(% (// (/ 8 4) 2) 3)"), ("2 ** 3 ** 2", "(** 2 (** 3 2))"),
    ("-2 ** 2", "(- (** 2 2))"), ("2 ** -1", "(** 2 (- 1))"), ("- -a", "(- (- a))"),
    ("-a * b", "(* (- a) b)"), ("-a.b", "(- (. a b))"), ("a * -b", "(* a (- b))"),
    ("a or b and c", "(or a (and b c))"), ("a and b or c", "(or (and a b) c)"),
    ("not a == b", "(not (== a b))"), ("not a and b", "(and (not a) b)"),
    ("not not a", "(not (not a))"), ("a or not b", "(or a (not b))"),
    ("a in b and c", "(and (in a b) c)"), ("a not in b", "(not (in a b))"),
    ("a in 0..<n + 1", "(in a (..< 0 (+ n 1)))"), ("1...2 == r", "(== (... 1 2) r)"),
    ("1 + 2 == 3 * 1", "(== (+ 1 2) (* 3 1))"), ("(1 + 2) * 3", "(* (+ 1 2) 3)"),
  ])
func precedence(text: String, expected: String) {
  #expect(tree(text) == expected)
}

@Test(
  "pipes become calls",
  arguments: [
    ("a |> f", "(pipe f a)"), ("a |> f(b, k: c)", "(pipe f a b k: c)"),
    ("a |> f |> g(1)", "(pipe g (pipe f a) 1)"), ("a |> m.f", "(pipe (. m f) a)"),
    ("a or b |> f", "(pipe f (or a b))"), ("a\n  |> f\n  |> g", "(pipe g (pipe f a))"),
    ("a |> map { x in x }", "(pipe map a (closure [x] {\n  x\n}))"),
    ("let b = a |> f", "(let b (pipe f a))"),
  ])
func pipes(text: String, expected: String) {
  #expect(tree(text) == expected)
}

@Test(
  "every expression has its tree",
  arguments: [
    ("nil", "nil"), ("true", "true"), ("1.5", "1.5"), ("[]", "[]"), ("[1, [2],]", "[1, [2]]"),
    ("()", "(record)"), ("(a)", "a"), ("(a: 1, ...r, if: 2)", "(record a: 1 ...r if: 2)"),
    ("(...r)", "(record ...r)"), (#""a""#, #""a""#), (#""""#, #""""#),
    (#""a\(b + 1)c""#, #"(string "a" (+ b 1) "c")"#), (#""\(a)""#, "(string a)"),
    ("f()", "(call f)"), ("f(1, for: b, ...r)", "(call f 1 for: b ...r)"),
    ("f(1)[2].g(3)", "(call (. (index (call f 1) 2) g) 3)"), ("r.for", "(. r for)"),
    ("f { 1 }", "(call f (closure [] {\n  1\n}))"),
    ("f(1) { a, b in a }", "(call f 1 (closure [a, b] {\n  a\n}))"),
    ("{}", "(closure [] {})"),
    ("if a { 1 }", "(if a {\n  1\n})"),
    (
      "if a { 1 } else if b { 2 } else { 3 }",
      "(cond (if a {\n  1\n}) (if b {\n  2\n}) (else {\n  3\n}))"
    ),
    ("let x = if a { 1 } else { 2 }", "(let x (cond (if a {\n  1\n}) (else {\n  2\n})))"),
  ])
func expressions(text: String, expected: String) {
  #expect(tree(text) == expected)
}

@Test(
  "every statement has its tree",
  arguments: [
    ("let a = 1", "(let a 1)"), ("var a = 1;", "(var a 1) ;"), ("a = 1", "(= a 1)"),
    ("a += 1; a -= 2; a *= 3; a /= 4", "(+= a 1) ;\n(-= a 2) ;\n(*= a 3) ;\n(/= a 4)"),
    ("func f() {}", "(func f [] {})"),
    ("func f(a, b: 2,) {\n  return a\n}", "(func f [a, b: 2] {\n  (return a)\n})"),
    ("func f() { return }", "(func f [] {\n  (return)\n})"),
    ("for x in f(a) { g { x } }", "(for x (call f a) {\n  (call g (closure [] {\n    x\n  }))\n})"),
    ("for x in (f { 1 }) { x }", "(for x (call f (closure [] {\n  1\n})) {\n  x\n})"),
    ("while not a { break; continue }", "(while (not a) {\n  (break) ;\n  (continue)\n})"),
    (#"import "x.mq" as common"#, #"(import "x.mq" common)"#),
  ])
func statements(text: String, expected: String) {
  #expect(tree(text) == expected)
}

@Test("the spans of a statement exclude its separator")
func spans() throws {
  var sources = SourceMap()
  let source = sources.add(name: "t.mq", bytes: Array("let a = f(1) ; b".utf8))
  let program = try FrontEnd(builtins: ["f", "b"]).process(source).program
  #expect(program.statements.map { [$0.span.start, $0.span.end] } == [[0, 12], [15, 16]])
  #expect(program.statements.map(\.isSilenced) == [true, false])
}

@Test("a text with many errors reports ten")
func errorLimit() {
  let text = String(repeating: "func f() { let = 1 }\n", count: 50)
  #expect(diagnostics(Array(text.utf8)).split(separator: "error[").count == 10)
}

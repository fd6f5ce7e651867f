import Testing

@testable import Lang

@Suite("formatter") struct FormatterTests {
  @Test(
    "spaces stand where the language puts them",
    arguments: [
      ("f( a,b:1 )", "f(a, b: 1)"), ("- x", "-x"), ("a-b", "a - b"), ("a - -b", "a - -b"),
      ("2**-1", "2 ** -1"), ("-2**2", "-2 ** 2"), ("0 ..< 3", "0..<3"), ("1 ... 8", "1...8"),
      ("1... -1", "1...-1"), ("a+1 ..< n-1", "a + 1..<n - 1"), ("f( ... recipe )", "f(...recipe)"),
      ("f(a,...r)", "f(a, ...r)"), ("xs|>map{x in x*2}", "xs |> map { x in x * 2 }"),
      ("f{ }", "f {}"), ("f {x , y in }", "f { x, y in }"), ("let c={}", "let c = {}"),
      ("let r=( )", "let r = ()"), ("r . lr", "r.lr"), ("xs [ 0 ]", "xs[0]"),
      ("if c{1}else{2}", "if c { 1 } else { 2 }"),
      ("if(a){1}else if(b){2}", "if (a) { 1 } else if (b) { 2 }"), ("(a:1,b:2)", "(a: 1, b: 2)"),
      ("let  x=[ 1,2 ,]", "let x = [1, 2,]"), ("a;b", "a; b"), ("a ;b;", "a; b;"),
      ("x+=1;x-= -1", "x += 1; x -= -1"), ("not(a)and b", "not (a) and b"),
      ("a not  in[1]", "a not in [1]"), ("a<(b!=c)", "a < (b != c)"),
      ("7//2%3/1", "7 // 2 % 3 / 1"), ("func  f ( a,b : 2 ){a}", "func f(a, b: 2) { a }"),
      ("for x in[1]{}", "for x in [1] {}"), ("while-a<b{}", "while -a < b {}"),
      ("import  \"a.mq\"as  a", "import \"a.mq\" as a"), ("f (1) (2) [3]", "f(1)(2)[3]"),
      ("{ x in x } ( 1 ) . y", "{ x in x }(1).y"), ("f({1},[{2}])", "f({ 1 }, [{ 2 }])"),
      ("-{1}()", "-{ 1 }()"), ("0..<{1}()", "0..<{ 1 }()"), ("r.if (1) - 1", "r.if(1) - 1"),
      ("r . true - 1", "r.true - 1"), ("f(if:1,in:-2,true:3)", "f(if: 1, in: -2, true: 3)"),
      ("(nil)-true", "(nil) - true"), ("\"a\"[0]-\"b\"", "\"a\"[0] - \"b\""),
      ("return", "return"), ("f { return-1 }", "f { return -1 }"),
      ("{ return(1) }", "{ return (1) }"),
      ("for x in xs{break;continue}", "for x in xs { break; continue }"), ("1 . abs", "1.abs"),
      ("if{true}(){1}", "if { true }() { 1 }"), ("if a{x in y}", "if a { x in y }"),
      ("\"\\( f( a,b ) )\" + 'é", nil), ("\"\\( f( a,b ) )é\"+b", "\"\\( f( a,b ) )é\" + b"),
    ] as [(String, String?)])
  func spaces(before: String, after: String?) {
    #expect(format(before) == after.map { $0 + "\n" })
  }

  @Test(
    "a line is indented by what is open around it and by what it goes on with",
    arguments: [
      ("f(\n1,\n2\n)", "f(\n  1,\n  2\n)"),
      ("f(1,\n2)", "f(1,\n  2)"),
      ("print(table([\n1,\n]))", "print(table([\n  1,\n]))"),
      ("f(g(a,\nb), h {\nx\n})", "f(g(a,\n  b), h {\n    x\n  })"),
      ("f({ x in\ny\n}, { z in\nw\n})", "f({ x in\n  y\n}, { z in\n  w\n})"),
      ("f(a: 1,\nb: 2) { r in\nr\n}", "f(a: 1,\n  b: 2) { r in\n  r\n}"),
      (
        "let x=net\n|>f(1,\n2)\n|>g{y in\ny\n}",
        "let x = net\n  |> f(1,\n    2)\n  |> g { y in\n    y\n  }"
      ),
      ("xs |> map { x in\nx\n} |> f {\n1\n}", "xs |> map { x in\n  x\n} |> f {\n  1\n}"),
      ("let x =\n1 +\n2", "let x =\n  1 +\n  2"),
      ("let x =\nif a {\n1\n} else {\n2\n}", "let x =\n  if a {\n    1\n  } else {\n    2\n  }"),
      ("if a and\nb {\n1\n}", "if a and\n  b {\n  1\n}"),
      ("if a {\n1\n}\nelse {\n2\n}", "if a {\n  1\n}\nelse {\n  2\n}"),
      ("for x in f(1,\n2) {\nx\n}", "for x in f(1,\n  2) {\n  x\n}"),
      ("func f(a,\nb: 1) {\na\n}", "func f(a,\n  b: 1) {\n  a\n}"),
      ("f(\na +\nb,\nc\n)", "f(\n  a +\n    b,\n  c\n)"),
      ("f(\na\n|> g,\nc\n)", "f(\n  a\n    |> g,\n  c\n)"),
      ("[\n[1,\n2], [\n3\n]\n]", "[\n  [1,\n    2], [\n      3\n    ]\n]"),
      ("a.\nb", "a.\n  b"), ("(a\n.b\n- c)", "(a\n  .b\n  - c)"),
      ("f(a:\n1)", "f(a:\n  1)"), ("{ x,\ny in x }", "{ x,\n  y in\n  x\n}"),
      ("a; b +\nc", "a; b +\n  c"),
    ])
  func indentation(before: String, after: String) {
    #expect(format(before) == after + "\n")
  }

  @Test(
    "a block on one line stays there; over lines, its statements have lines of their own",
    arguments: [
      ("{ a; b }", "{ a; b }"), ("f { x in a\nb }", "f { x in\n  a\n  b\n}"),
      ("if c { a\n}", "if c {\n  a\n}"), ("if c {\na }", "if c {\n  a\n}"),
      ("f { g(1,\n2) }", "f {\n  g(1,\n    2)\n}"), ("f {\n\n}", "f {}"), ("f(\n)", "f()"),
      ("f { x in\n\n}", "f { x in }"), ("f { { \n } }", "f {\n  {}\n}"),
      ("if c { 1 } else {\n2 }", "if c { 1 } else {\n  2\n}"),
      ("f { print(\"\"\"\na\n\"\"\") }", "f {\n  print(\"\"\"\na\n\"\"\")\n}"),
      ("f { a; b\nc }", "f {\n  a; b\n  c\n}"),
    ])
  func blocks(before: String, after: String) {
    #expect(format(before) == after + "\n")
  }

  @Test(
    "at most one blank line stays, and none at the edge of a block or of the file",
    arguments: [
      ("\n\n a\n\n\n\nb\n\n", "a\n\nb"), ("f {\n\na\n\n\nb\n\n}", "f {\n  a\n\n  b\n}"),
      ("f { x in\n\na\n}", "f { x in\n  a\n}"), ("f(\n\n1,\n\n2\n\n)", "f(\n  1,\n\n  2\n)"),
      ("f {  # why\n\na\n}", "f {  # why\n  a\n}"),
      ("f {\n\n# c\n\na\n\n# d\n\n}", "f {\n  # c\n\n  a\n\n  # d\n}"),
      ("\n# c\n\n\na", "# c\n\na"), ("a\n \t\n|> b", "a\n\n  |> b"),
    ])
  func blankLines(before: String, after: String) {
    #expect(format(before) == after + "\n")
  }

  @Test(
    "comments keep their places and their words",
    arguments: [
      ("a#b", "a  # b"), ("a  #  b \t", "a  #  b"), ("#", "#"), ("##x", "##x"), ("#\tx", "#\tx"),
      ("#!/usr/bin/env mqsh\na", "#!/usr/bin/env mqsh\na"), ("\n#!x", "# !x"), ("a #!x", "a  # !x"),
      ("f {\n# c\n}", "f {\n  # c\n}"), ("f { # c\n}", "f {  # c\n}"),
      ("f(\na, # one\n# two\n)", "f(\n  a,  # one\n  # two\n)"),
      ("f(a # c\n)", "f(a  # c\n)"), ("f( # c\na)", "f(  # c\n  a)"),
      ("let x = a\n# why\n|> b", "let x = a\n  # why\n  |> b"),
      ("if a {\n}\n# or\nelse { b }", "if a {}\n# or\nelse { b }"),
      ("f { # c\nx in x }", "f {  # c\n  x in\n  x\n}"),
      ("f { x in # c\nx }", "f { x in  # c\n  x\n}"),
      ("f {\na\n# c\n}\n  # d", "f {\n  a\n  # c\n}\n# d"), ("a +# c\nb", "a +  # c\n  b"),
      ("f {\n{ # c\n}\n}", "f {\n  {  # c\n  }\n}"),
    ])
  func comments(before: String, after: String) {
    #expect(format(before) == after + "\n")
  }

  @Test(
    "a semicolon stays where it ends a statement",
    arguments: [
      ("{;x in [] }", "{; x in [] }"), ("{; ;x in z }", "{; x in z }"),
      ("{;x }", "{ x }"), ("{;\n;x in y }", "{\n  ;\n  x in y\n}"),
      ("{ x in; x in y }", "{ x in x in y }"),
      ("a;", "a;"), ("a;;", "a;"), ("a; ;b", "a; b"), (";a", "a"), ("a\n;b", "a\nb"),
      ("f { ; a; }", "f { a; }"), ("f { x in ;a }", "f { x in a }"), ("f { ; }", "f {}"),
      ("a # c\n; b", "a  # c\nb"), ("a;\n;\nb", "a;\n\nb"), (";", ""), ("let a = 1;", "let a = 1;"),
    ])
  func semicolons(before: String, after: String) {
    #expect(format(before) == (after.isEmpty ? "" : after + "\n"))
  }

  @Test(
    "strings are kept byte for byte, save for the ends of lines",
    arguments: [
      ("\" a  \\( b )\\u{48} \"", "\" a  \\( b )\\u{48} \""),
      (
        "f {\nlet s = \"\"\"\n    a  \n  \\(b)\n  \"\"\"\n}",
        "f {\n  let s = \"\"\"\n    a  \n  \\(b)\n  \"\"\"\n}"
      ),
      ("\"\"\"\r\na\r\n\"\"\"\r\nb\r\n", "\"\"\"\na\n\"\"\"\nb"),
      ("\"\"\"\r\na\r\r\nb\r\n\"\"\"", "\"\"\"\r\na\r\r\nb\r\n\"\"\""),
      ("1_000 + 1e-4 + 0.50", "1_000 + 1e-4 + 0.50"),
    ])
  func literals(before: String, after: String) {
    #expect(format(before) == after + "\n")
  }

  @Test("nothing becomes nothing", arguments: ["", "\n", " \t\r\n\n"])
  func empty(text: String) {
    #expect(format(text) == "")
  }

  @Test("CR LF becomes LF, and white space at the ends of lines goes")
  func lineEnds() {
    #expect(format("f(\r\n  a, \t\r\n  b)\t# c \r\n\r\nd") == "f(\n  a,\n  b)  # c\n\nd\n")
  }

  @Test("a text with errors is refused with what is wrong")
  func refused() {
    #expect(format("let = 1") == nil)
    #expect(format("\"a") == nil)
    #expect(format("(a") == nil)
    let error = #expect(throws: Diagnostics.self) { try Formatter().format(source("f(\n1 2)")) }
    #expect(error?.all.map(\.code) == ["syntax.expected"])
  }

  @Test(
    "a result that says something else, or has lost a comment, is an error",
    arguments: [("a - b", "a\n-b"), ("a;", "a"), ("a # c", "a"), ("a", "a)")])
  func meaning(text: String, result: String) throws {
    let parsed = try FrontEnd.parse(source(text), keepsComments: true)
    let error = #expect(throws: Diagnostics.self) {
      try Formatter().check(source(result), against: parsed)
    }
    #expect(error?.all.map(\.code) == ["format.meaning"])
  }

  @Test("a hundred thousand comments, and lines, take linear time")
  func linearTime() {
    let comments = String(repeating: "#\n", count: 100_000)
    #expect(format(comments) == comments)
    let lines = "f(\n" + String(repeating: "  1,\n", count: 100_000) + ")\n"
    #expect(format(lines) == lines)
  }
}

import Testing

@testable import Lang

@Test("invalid bytes")
func invalidBytes() {
  expectDiagnostics(
    Array("let a = 1\nlet b = \"caf".utf8) + [0xE9] + Array("\"".utf8),
    #"""
    error[text.invalid_utf8]: the text is not valid UTF-8 at byte 22
     --> t.mq:2:13
      |
    2 | let b = "caf�"
      |             ^ byte 0xe9 belongs to no character
      |
    """#)
}

@Test("an unknown character")
func anUnknownCharacter() {
  expectDiagnostics(
    "let a = 1 & 2",
    #"""
    error[text.character]: '&' has no meaning here
     --> t.mq:1:11
      |
    1 | let a = 1 & 2
      |           ^ not part of the language
      |
      = help: write 'and'
    """#)
}

@Test("a control character is named, not printed")
func aControlCharacterIsNamedNotPrinted() {
  expectDiagnostics(
    "a \u{1B}[31m b",
    #"""
    error[text.character]: character U+001B has no meaning here
     --> t.mq:1:3
      |
    1 | a �[31m b
      |   ^ not part of the language
      |

    error[number.invalid]: '31m' is not a number
     --> t.mq:1:5
      |
    1 | a �[31m b
      |     ^^^
      |

    error[syntax.unclosed]: '[' is never closed
     --> t.mq:1:4
      |
    1 | a �[31m b
      |    ^ opened here
      |
    """#)
}

@Test("curly quotes")
func curlyQuotes() {
  expectDiagnostics(
    "print(“hi”)",
    #"""
    error[text.quotes]: a string stands in straight double quotes
     --> t.mq:1:7
      |
    1 | print(“hi”)
      |       ^^^^ in other quotes
      |
      = help: write "hi"
    """#)
}

@Test("an open string")
func anOpenString() {
  expectDiagnostics(
    #"""
    print("hi)
    print(2)
    """#,
    #"""
    error[text.unterminated_string]: a string has no closing quote
     --> t.mq:1:7
      |
    1 | print("hi)
      |       ^ starts here
      |
    """#)
}

@Test("an open interpolation")
func anOpenInterpolation() {
  expectDiagnostics(
    #"print("a \(1 + ")"#,
    #"""
    error[text.unterminated_interpolation]: an interpolation has no closing ')'
     --> t.mq:1:10
      |
    1 | print("a \(1 + ")
      |          ^^ starts here
      |
      = note: it ends on the line on which it starts
    """#)
}

@Test("interpolations in interpolations")
func interpolationsInInterpolations() {
  expectDiagnostics(
    String(repeating: "\"\\(", count: 17),
    #"""
    error[syntax.too_deep]: interpolations nest more than 16 levels deep
     --> t.mq:1:50
      |
    1 | "\("\("\("\("\("\("\("\("\("\("\("\("\("\("\("\("\(
      |                                                  ^^
      |
    """#)
}

@Test("an unknown escape")
func anUnknownEscape() {
  expectDiagnostics(
    #"print("a\q")"#,
    #"""
    error[text.escape]: unknown escape '\q' in a string
     --> t.mq:1:9
      |
    1 | print("a\q")
      |         ^^
      |
      = help: write '\\' for a backslash
      = note: escapes are \n \t \r \0 \" \\ \u{...} and \(...)
    """#)
}

@Test("an invalid scalar")
func anInvalidScalar() {
  expectDiagnostics(
    #"print("\u{D800}")"#,
    #"""
    error[text.scalar]: a '\u{...}' names no Unicode character
     --> t.mq:1:8
      |
    1 | print("\u{D800}")
      |        ^^^^^^^^ 1 to 8 hexadecimal digits of a Unicode scalar are needed
      |
    """#)
}

@Test("a broken number")
func aBrokenNumber() {
  expectDiagnostics(
    "let a = 12abc",
    #"""
    error[number.invalid]: '12abc' is not a number
     --> t.mq:1:9
      |
    1 | let a = 12abc
      |         ^^^^^
      |
    """#)
}

@Test("a large integer")
func aLargeInteger() {
  expectDiagnostics(
    "let a = 9_223_372_036_854_775_808",
    #"""
    error[number.too_large]: an integer does not fit into 64 bits
     --> t.mq:1:9
      |
    1 | let a = 9_223_372_036_854_775_808
      |         ^^^^^^^^^^^^^^^^^^^^^^^^^ at most 9223372036854775807
      |
      = help: write it with '.0' to make it a float
    """#)
}

@Test("a large float")
func aLargeFloat() {
  expectDiagnostics(
    "let a = 1e999",
    #"""
    error[number.too_large]: a float is too large
     --> t.mq:1:9
      |
    1 | let a = 1e999
      |         ^^^^^ at most 1.8e308
      |
    """#)
}

@Test("an open bracket")
func anOpenBracket() {
  expectDiagnostics(
    "let a = (1 + [2",
    #"""
    error[syntax.unclosed]: '[' is never closed
     --> t.mq:1:14
      |
    1 | let a = (1 + [2
      |              ^ opened here
      |
    """#)
}

@Test("a bracket that closes nothing")
func aBracketThatClosesNothing() {
  expectDiagnostics(
    "let a = 1)",
    #"""
    error[syntax.unmatched]: ')' closes nothing
     --> t.mq:1:10
      |
    1 | let a = 1)
      |          ^
      |
    """#)
}

@Test("brackets of two kinds")
func bracketsOfTwoKinds() {
  expectDiagnostics(
    "let a = [1, 2)",
    #"""
    error[syntax.mismatched]: ')' stands where ']' must close
     --> t.mq:1:14
      |
    1 | let a = [1, 2)
      |         -    ^
      |         opened here
      |
    """#)
}

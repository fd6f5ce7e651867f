import Testing

@testable import Lang

@Test("a missing expression")
func aMissingExpression() {
  expectDiagnostics(
    "let a = * 2",
    #"""
    error[syntax.expected]: an expression is needed before '*'
     --> t.mq:1:9
      |
    1 | let a = * 2
      |         ^ an expression is missing
      |
    """#)
}

@Test("a missing name")
func aMissingName() {
  expectDiagnostics(
    "let = 1",
    #"""
    error[syntax.expected]: a name is needed before '='
     --> t.mq:1:5
      |
    1 | let = 1
      |     ^ a name is missing
      |
    """#)
}

@Test("chained comparisons")
func chainedComparisons() {
  expectDiagnostics(
    "print(1 < 2 < 3)",
    #"""
    error[syntax.chained_comparison]: comparisons do not chain
     --> t.mq:1:13
      |
    1 | print(1 < 2 < 3)
      |         -   ^ second operator
      |         first operator
      |
      = help: join two comparisons with 'and'
    """#)
}

@Test("chained ranges")
func chainedRanges() {
  expectDiagnostics(
    "let a = 1..<2...3",
    #"""
    error[syntax.chained_range]: ranges do not chain
     --> t.mq:1:14
      |
    1 | let a = 1..<2...3
      |          --- ^^^ second operator
      |          first operator
      |
    """#)
}

@Test("an assigned field")
func anAssignedField() {
  expectDiagnostics(
    #"""
    let r = (lr: 1)
    r.lr = 2
    """#,
    #"""
    error[syntax.immutable]: values are immutable: a field cannot be assigned
     --> t.mq:2:1
      |
    2 | r.lr = 2
      | ^^^^
      |
      = help: make a changed copy: x = with(x, field: value)
    """#)
}

@Test("an assigned element")
func anAssignedElement() {
  expectDiagnostics(
    #"""
    var a = [1]
    a[0] = 2
    """#,
    #"""
    error[syntax.immutable]: values are immutable: an element cannot be assigned
     --> t.mq:2:1
      |
    2 | a[0] = 2
      | ^^^^
      |
      = help: build a new list
    """#)
}

@Test("an assigned call")
func anAssignedCall() {
  expectDiagnostics(
    "print(1) = 2",
    #"""
    error[syntax.target]: only a variable can be assigned
     --> t.mq:1:1
      |
    1 | print(1) = 2
      | ^^^^^^^^ not a variable
      |
      = help: comparison is written '=='
    """#)
}

@Test("a positional argument after a label")
func aPositionalArgumentAfterALabel() {
  expectDiagnostics(
    "train(lr: 1, 2)",
    #"""
    error[syntax.positional_after_label]: arguments without a label come before those with one
     --> t.mq:1:14
      |
    1 | train(lr: 1, 2)
      |              ^
      |
    """#)
}

@Test("nesting")
func nesting() {
  expectDiagnostics(
    String(repeating: "(", count: 201) + "1" + String(repeating: ")", count: 201),
    #"""
    error[syntax.too_deep]: expressions nest more than 200 levels deep
     --> t.mq:1:200
      |
    1 | ...((((((((((((((((((((((((((((((((((((((((((1)))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))...
      |                                            ^
      |
    """#)
}

@Test("a long chain")
func aLongChain() {
  expectDiagnostics(
    "print(0" + String(repeating: " + 1", count: 1001) + ")",
    #"""
    error[syntax.too_deep]: an expression chains more than 1000 operations
     --> t.mq:1:4009
      |
    1 | ...+ 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1)
      |                                            ^
      |
      = help: name a part of it with 'let'
    """#)
}

@Test("an interpolated import path")
func anInterpolatedImportPath() {
  expectDiagnostics(
    #"import "a\(1).mq" as a"#,
    #"""
    error[syntax.import_path]: an import path is a plain string
     --> t.mq:1:8
      |
    1 | import "a\(1).mq" as a
      |        ^^^^^^^^^^
      |
    """#)
}

@Test("a pipe into a value")
func aPipeIntoAValue() {
  expectDiagnostics(
    "1 |> 2",
    #"""
    error[syntax.pipe]: a pipe leads into a call or a function's name
     --> t.mq:1:6
      |
    1 | 1 |> 2
      |      ^ cannot take the piped value
      |
    """#)
}

@Test("two statements on one line")
func twoStatementsOnOneLine() {
  expectDiagnostics(
    "let a = 1 let b = 2",
    #"""
    error[syntax.separator]: a statement ends before 'let'
     --> t.mq:1:11
      |
    1 | let a = 1 let b = 2
      |           ^^^ a new line or ';' is missing before this
      |
    """#)
}

@Test("a record with an unlabelled element")
func aRecordWithAnUnlabelledElement() {
  expectDiagnostics(
    "let r = (1, 2)",
    #"""
    error[syntax.record]: the elements of a record have labels
     --> t.mq:1:10
      |
    1 | let r = (1, 2)
      |          ^ no label
      |
      = help: write (name: value), or [a, b] for a list
    """#)
}

@Test("recovery at the ends of statements")
func recoveryAtTheEndsOfStatements() {
  expectDiagnostics(
    #"""
    let = 1
    let a = 2
    func f() {
      let b 3
      let c = 4
    }
    print(1 +* 2)
    """#,
    #"""
    error[syntax.expected]: a name is needed before '='
     --> t.mq:1:5
      |
    1 | let = 1
      |     ^ a name is missing
      |

    error[syntax.expected]: '=' is needed before a number
     --> t.mq:4:9
      |
    4 |   let b 3
      |         ^ '=' is missing
      |

    error[syntax.expected]: an expression is needed before '*'
     --> t.mq:7:10
      |
    7 | print(1 +* 2)
      |          ^ an expression is missing
      |
    """#)
}

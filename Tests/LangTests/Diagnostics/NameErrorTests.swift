import Testing

@testable import Lang

@Test("an unknown name with one near it")
func anUnknownNameWithOneNearIt() {
  expectDiagnostics(
    "let net = tran(1)",
    #"""
    error[name.unknown]: unknown name 'tran'
     --> t.mq:1:11
      |
    1 | let net = tran(1)
      |           ^^^^ not found
      |
      = help: did you mean 'train'?
    """#)
}

@Test("an unknown name with none near it")
func anUnknownNameWithNoneNearIt() {
  expectDiagnostics(
    "print(x)",
    #"""
    error[name.unknown]: unknown name 'x'
     --> t.mq:1:7
      |
    1 | print(x)
      |       ^ not found
      |
    """#)
}

@Test("a name before its declaration")
func aNameBeforeItsDeclaration() {
  expectDiagnostics(
    #"""
    print(best)
    let best = 1
    """#,
    #"""
    error[name.before_declaration]: 'best' is used before it is declared
     --> t.mq:1:7
      |
    1 | print(best)
      |       ^^^^ used here
    2 | let best = 1
      |     ---- declared here
      |
    """#)
}

@Test("a second declaration")
func aSecondDeclaration() {
  expectDiagnostics(
    #"""
    let a = 1
    let b = 2
    let c = 3
    var a = 4
    """#,
    #"""
    error[name.duplicate]: 'a' is declared twice
     --> t.mq:4:5
      |
    1 | let a = 1
      |     - first declaration
     ...
    4 | var a = 4
      |     ^ second declaration
      |
    """#)
}

@Test("an assigned constant")
func anAssignedConstant() {
  expectDiagnostics(
    #"""
    let best = 1
    best = 2
    """#,
    #"""
    error[name.immutable]: 'best' cannot be assigned
     --> t.mq:2:1
      |
    1 | let best = 1
      |     ---- declared here as a constant
    2 | best = 2
      | ^^^^ assigned here
      |
      = help: declare it with 'var'
    """#)
}

@Test("an assigned parameter")
func anAssignedParameter() {
  expectDiagnostics(
    "func f(x) { x = 1 }",
    #"""
    error[name.immutable]: 'x' cannot be assigned
     --> t.mq:1:13
      |
    1 | func f(x) { x = 1 }
      |        -    ^ assigned here
      |        declared here as a parameter
      |
      = help: copy it to a 'var' first
    """#)
}

@Test("an assigned loop variable")
func anAssignedLoopVariable() {
  expectDiagnostics(
    "for i in [1] { i += 1 }",
    #"""
    error[name.immutable]: 'i' cannot be assigned
     --> t.mq:1:16
      |
    1 | for i in [1] { i += 1 }
      |     -          ^ assigned here
      |     declared here as a loop variable
      |
      = help: copy it to a 'var' first
    """#)
}

@Test("an assigned function")
func anAssignedFunction() {
  expectDiagnostics(
    #"""
    func f() { 1 }
    f = 2
    """#,
    #"""
    error[name.immutable]: 'f' cannot be assigned
     --> t.mq:2:1
      |
    1 | func f() { 1 }
      |      - declared here as a function
    2 | f = 2
      | ^ assigned here
      |
    """#)
}

@Test("an assigned builtin")
func anAssignedBuiltin() {
  expectDiagnostics(
    "train = 2",
    #"""
    error[name.builtin]: 'train' is built in and cannot be assigned
     --> t.mq:1:1
      |
    1 | train = 2
      | ^^^^^
      |
      = help: declare your own with 'let' or 'var'
    """#)
}

@Test("two parameters of one name")
func twoParametersOfOneName() {
  expectDiagnostics(
    "func f(a, b, a) { a }",
    #"""
    error[name.duplicate_parameter]: two parameters are named 'a'
     --> t.mq:1:14
      |
    1 | func f(a, b, a) { a }
      |        -     ^
      |        first one
      |
    """#)
}

@Test("a label twice")
func aLabelTwice() {
  expectDiagnostics(
    "train(lr: 1, lr: 2)",
    #"""
    error[name.duplicate_label]: label 'lr' is given twice
     --> t.mq:1:14
      |
    1 | train(lr: 1, lr: 2)
      |       --     ^^
      |       first one
      |
    """#)
}

@Test("break outside of a loop")
func breakOutsideOfALoop() {
  expectDiagnostics(
    "break",
    #"""
    error[syntax.outside_loop]: 'break' stands outside of a loop
     --> t.mq:1:1
      |
    1 | break
      | ^^^^^
      |
    """#)
}

@Test("continue in a closure in a loop")
func continueInAClosureInALoop() {
  expectDiagnostics(
    "for i in [1] { map([1]) { x in continue } }",
    #"""
    error[syntax.outside_loop]: 'continue' stands outside of a loop
     --> t.mq:1:32
      |
    1 | for i in [1] { map([1]) { x in continue } }
      |                                ^^^^^^^^
      |
    """#)
}

@Test("return outside of a function")
func returnOutsideOfAFunction() {
  expectDiagnostics(
    "return 1",
    #"""
    error[syntax.outside_function]: 'return' stands outside of a function
     --> t.mq:1:1
      |
    1 | return 1
      | ^^^^^^^^
      |
    """#)
}

@Test("import in a block")
func importInABlock() {
  expectDiagnostics(
    #"func f() { import "a.mq" as a }"#,
    #"""
    error[syntax.nested_import]: 'import' stands inside of a block
     --> t.mq:1:12
      |
    1 | func f() { import "a.mq" as a }
      |            ^^^^^^^^^^^^^^^^^^
      |
      = help: move it to the top level of the file
    """#)
}

@Test("every unknown name at once")
func everyUnknownNameAtOnce() {
  expectDiagnostics(
    #"""
    print(aa)
    print(bb)
    """#,
    #"""
    error[name.unknown]: unknown name 'aa'
     --> t.mq:1:7
      |
    1 | print(aa)
      |       ^^ not found
      |

    error[name.unknown]: unknown name 'bb'
     --> t.mq:2:7
      |
    2 | print(bb)
      |       ^^ not found
      |
    """#)
}

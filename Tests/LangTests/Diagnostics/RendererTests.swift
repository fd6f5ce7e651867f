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

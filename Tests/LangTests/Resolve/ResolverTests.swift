import Testing

@testable import Lang

/// Each use and declaration of a name in the order of the text: `name=binding`. A star marks a box.
private func bindings(
  _ text: String, globals: Globals = Globals(), isPrompt: Bool = false
) throws -> String {
  var sources = SourceMap()
  let source = sources.add(name: "t.mq", bytes: Array(text.utf8))
  let result = try FrontEnd(builtins: testBuiltins)
    .process(source, globals: globals, isPrompt: isPrompt)
  // Name identities count up in the order in which the parser meets them.
  let names = FrontEnd.tokens(of: source).compactMap { token -> String? in
    if case .name(let text) = token.kind { text } else { nil }
  }
  return result.resolution.bindings.all.map { id, binding in
    "\(names[id - 1])=\(short(binding))"
  }.joined(separator: " ")
}

private func short(_ binding: Binding) -> String {
  switch binding {
  case .local(let slot, let isBoxed): "l\(slot)\(isBoxed ? "*" : "")"
  case .captured(let index, let isBoxed): "c\(index)\(isBoxed ? "*" : "")"
  case .global(let slot): "g\(slot)"
  case .builtin(let index): testBuiltins[index] + "()"
  }
}

@Test(
  "names get their slots",
  arguments: [
    ("let a = 1\nprint(a)", "a=g0 print=print() a=g0"),
    ("let print = 1\nprint", "print=g0 print=g0"),
    ("let lsq = lsq\nlsq", "lsq=g0 lsq=lsq() lsq=g0"),
    ("func f(x, y) { let z = x\n z + y }", "f=g0 x=l0 y=l1 z=l2 x=l0 z=l2 y=l1"),
    ("for i in [1] { let j = i }", "i=l0 j=l1 i=l0"),
    ("func f(x) { if x { let x = 2\n x } else { x } }", "f=g0 x=l0 x=l0 x=l1 x=l1 x=l0"),
    ("func f(a, b: a) { b }", "f=g0 a=l0 b=l1 a=l0 b=l1"),
  ])
func slots(text: String, expected: String) throws {
  #expect(try bindings(text) == expected)
}

@Test(
  "captured names are boxed only when somebody assigns them later",
  arguments: [
    ("func f(x) { { x } }", "f=g0 x=l0 x=c0"),
    ("func f() { var n = 0\n { n } }", "f=g0 n=l0 n=c0"),
    ("func f() { var n = 0\n { n += 1 } }", "f=g0 n=l0* n=c0*"),
    ("func f() { var n = 0\n let g = { n }\n n = 2 }", "f=g0 n=l0* g=l1 n=c0* n=l0*"),
    ("func f() { var n = 0\n n = 1\n n }", "f=g0 n=l0 n=l0 n=l0"),
    ("for i in [1] { let g = { i } }", "i=l0 g=l1 i=c0"),
    ("func f(x) { { { x } } }", "f=g0 x=l0 x=c0"),
    ("func f() { func g() { g() } }", "f=g0 g=l0* g=c0*"),
  ])
func captures(text: String, expected: String) throws {
  #expect(try bindings(text) == expected)
}

@Test("a capture goes through every function between")
func nestedCaptures() throws {
  var sources = SourceMap()
  let text = "func f(a, b) { { { b + a } } }"
  let source = sources.add(name: "t.mq", bytes: Array(text.utf8))
  let result = try FrontEnd(builtins: []).process(source)
  let layouts = result.resolution.functions.all.map(\.value)
  #expect(layouts.map(\.slotCount) == [0, 0, 2])
  #expect(
    layouts.map { $0.captures.map(short) } == [["c0", "c1"], ["l1", "l0"], []])
}

@Test("functions of a file see each other and all of its top level")
func forwardReferences() throws {
  #expect(
    try bindings("func f() { g() + late }\nfunc g() { f() }\nlet late = 1")
      == "f=g0 g=g1 late=g2 g=g1 f=g0 late=g2")
}

@Test("a later entry at the prompt sees the names of the earlier ones and may replace them")
func promptEntries() throws {
  var sources = SourceMap()
  let first = sources.add(name: "<prompt>", bytes: Array("let a = 1\nvar b = 2".utf8))
  let globals = try FrontEnd(builtins: []).process(first, isPrompt: true).globals
  #expect(globals.slotCount == 2)
  #expect(try bindings("b = a", globals: globals, isPrompt: true) == "b=g1 a=g0")
  #expect(try bindings("let a = a", globals: globals, isPrompt: true) == "a=g2 a=g0")
  #expect(try bindings("let x = 1\nlet x = x", isPrompt: true) == "x=g0 x=g1 x=g0")
}

@Test("a name that is not wanted may stand several times")
func throwaway() throws {
  #expect(
    try bindings("map([1]) { _, _ in 1 }\nlet _ = 1\nlet _ = 2")
      .hasPrefix("map=map() _=l0 _=l1"))
}

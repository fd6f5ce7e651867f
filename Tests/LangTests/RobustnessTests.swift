import Testing

@testable import Lang

/// Uses every construct; prefixes and mutations of it must neither trap nor hang.
private let sample = #"""
  #!/usr/bin/env mqsh
  import "common.mq" as common   # relative
  let data = (lr: 0.1, epochs: 1_000, ...common.base)
  var best = -1e-4 ** 2
  func mean_of(xs, scale: 1.0) { count(xs) / scale // 2 % 3 }
  for a in [1, 2, "größe \(mean_of([1, "x\(2)"])) \u{48}"] {
    if a not in 0..<3 and not (best == 1...2) { best += 1; continue } else if a { break }
    else { print("""
      a \(a)
        b
      """) }
  }
  while best < 3 { best *= 2 }
  data.lr |> map { x, y in { x + y }(1)[2] }
    |> filter(for: data, ...data) { nil }
  漢字 = true or false;
  """#

private func process(_ bytes: [UInt8]) {
  var sources = SourceMap()
  let source = sources.add(name: "fuzz.mq", bytes: bytes)
  _ = FrontEnd.isIncomplete(source)
  do throws(Diagnostics) {
    _ = try FrontEnd(builtins: testBuiltins).process(source)
  } catch {
    for diagnostic in error.all { _ = DiagnosticRenderer(sources).render(diagnostic) }
    #expect(!error.all.isEmpty)
  }
}

@Test("every prefix of a script is accepted or reported")
func prefixes() {
  let bytes = Array(sample.utf8)
  for length in 0...bytes.count { process(Array(bytes[..<length])) }
}

@Test("scripts with random bytes changed, removed and repeated are accepted or reported")
func mutations() {
  let bytes = Array(sample.utf8)
  let interesting = Array("(){}[]\"\\,.:;|>=+-*/ \n#a0_\r\t\0".utf8) + [0x80, 0xC3, 0xE6, 0xFF]
  var random = Random(state: 20_261_123)
  for _ in 0..<3000 {
    var mutated = bytes
    for _ in 0..<Int(random.next() % 6 + 1) {
      let place = Int(random.next() % UInt64(mutated.count))
      switch random.next() % 3 {
      case 0: mutated[place] = interesting[Int(random.next() % UInt64(interesting.count))]
      case 1: mutated.removeSubrange(place..<min(place + 7, mutated.count))
      default: mutated.insert(contentsOf: bytes[place % 300..<(place % 300 + 9)], at: place)
      }
    }
    process(mutated)
  }
}

@Test(
  "texts of every nesting kind stop at the depth limit",
  arguments: [
    ("(", ")"), ("[", "]"), ("{ ", "}"), ("print(", ")"), ("if true {", "}"), ("1+(", ")"),
    ("(a: ", ")"), ("if a {} else {", "}"), ("f { x in g(", ")}"), ("not ", ""), ("-", ""),
    ("2**", ""), ("func f() {", "}"), ("while a {", "}"), ("a[", "]"), ("a |> f(", ")"),
  ])
func depth(open: String, close: String) {
  let text = String(repeating: open, count: 5000) + "1" + String(repeating: close, count: 5000)
  #expect(diagnostics(Array(text.utf8)).contains("error[syntax.too_deep]"))
}

@Test(
  "the deepest texts that are allowed are resolved",
  arguments: [("(", ")"), ("[", "]"), ("{ ", "}"), ("print(", ")"), ("1+(", ")"), ("-", "")])
func allowedDepth(open: String, close: String) {
  let text = String(repeating: open, count: 95) + "1" + String(repeating: close, count: 95)
  #expect(diagnostics(Array(text.utf8)).isEmpty)
}

@Test(
  "long chains stop at their limit",
  arguments: [" + 1", " |> print", ".b", "(1)", "[0]", " or 1"])
func chains(link: String) {
  let allowed = "print(" + "1" + String(repeating: link, count: 1000) + ")"
  #expect(diagnostics(Array(allowed.utf8)).isEmpty)
  let text = "print(" + "1" + String(repeating: link, count: 50_000) + ")"
  #expect(diagnostics(Array(text.utf8)).contains("error[syntax.too_deep]"))
}

@Test("large texts without structure take linear time")
func linearTime() {
  process(Array(("let a = 1\n" + String(repeating: "\n", count: 200_000) + "|> print").utf8))
  process(Array(("print(\"\"\"\n" + String(repeating: "ab\n", count: 100_000) + "\"\"\")").utf8))
  process(Array(String(repeating: "\"\\(", count: 100_000).utf8))
  process([UInt8](repeating: 0xFF, count: 200_000))
  process(Array(String(repeating: "\u{0}", count: 200_000).utf8))
}

@Test("thousands of unknown names take linear time; the first ones get help")
func unknownNames() {
  let lines = (0..<5000).map { "let name_\($0) = nmae_\($0)" }
  let text = diagnostics(Array(lines.joined(separator: "\n").utf8))
  #expect(text.split(separator: "\n").count { $0.hasPrefix("error[name.unknown]") } == 5000)
  #expect(text.contains("did you mean 'name_0'?"))
  #expect(!text.contains("did you mean 'name_4999'?"))
}

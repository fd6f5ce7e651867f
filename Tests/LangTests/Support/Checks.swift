import Testing

@testable import Lang

/// The names of the host's table in these tests.
let testBuiltins = ["print", "train", "lsq", "count", "map", "filter", "with"]

/// The front end's findings on a text, drawn; empty when there are none.
func diagnostics(_ bytes: [UInt8], isColored: Bool = false) -> String {
  var sources = SourceMap()
  let source = sources.add(name: "t.mq", bytes: bytes)
  do throws(Diagnostics) {
    _ = try FrontEnd(builtins: testBuiltins).process(source)
    return ""
  } catch {
    let renderer = DiagnosticRenderer(sources, isColored: isColored)
    return error.all.map { renderer.render($0) }.joined(separator: "\n")
  }
}

func expectDiagnostics(
  _ text: String, _ expected: String, at location: SourceLocation = #_sourceLocation
) {
  expectDiagnostics(Array(text.utf8), expected, at: location)
}

func expectDiagnostics(
  _ bytes: [UInt8], _ expected: String, at location: SourceLocation = #_sourceLocation
) {
  #expect(diagnostics(bytes) == expected + "\n", sourceLocation: location)
}

/// The tree of a text, or the drawn findings.
func tree(_ text: String) -> String {
  var sources = SourceMap()
  let source = sources.add(name: "t.mq", bytes: Array(text.utf8))
  do throws(Diagnostics) {
    return try FrontEnd(builtins: testBuiltins).tree(of: source)
  } catch {
    return error.all.map { DiagnosticRenderer(sources).render($0) }.joined(separator: "\n")
  }
}

/// The kinds of the tokens of a text, written short.
func tokens(_ text: String) -> String {
  var sources = SourceMap()
  let source = sources.add(name: "t.mq", bytes: Array(text.utf8))
  return FrontEnd.tokens(of: source).map { short($0.kind) }.joined(separator: " ")
}

private func short(_ kind: Token.Kind) -> String {
  switch kind {
  case .name(let name): name
  case .integer(let value): "\(value)"
  case .float(let value): "\(value)"
  case .string(let segments):
    "<"
      + segments.map {
        switch $0 {
        case .text(let text): text.replacing("\n", with: "⏎")
        case .tokens(let tokens): "{" + tokens.map { short($0.kind) }.joined(separator: " ") + "}"
        }
      }.joined() + ">"
  case .keyword(let keyword): keyword.rawValue.uppercased()
  case .symbol(let symbol): symbol.rawValue
  case .newline: "⏎"
  case .endOfFile: "$"
  }
}

func isIncomplete(_ text: String) -> Bool {
  var sources = SourceMap()
  return FrontEnd.isIncomplete(sources.add(name: "t.mq", bytes: Array(text.utf8)))
}

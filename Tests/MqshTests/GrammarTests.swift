import Foundation
import Interpreter
import Lang
import Testing

@Suite("GrammarTests") struct GrammarTests {
  /// The repository.
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test(
    "the files in Editors are those of this build",
    arguments: [
      ("vim", "Editors/vim/syntax/mq.vim"), ("textmate", "Editors/textmate/mq.tmLanguage.json"),
    ])
  func fresh(kind: String, path: String) throws {
    let result = try Command.run(["grammar", kind])
    #expect(result.code == 0 && result.talk.isEmpty)
    let file = Self.root.appendingPathComponent(path)
    if ProcessInfo.processInfo.environment["MQ_BLESS"] == "1" {
      try result.output.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(
      try String(contentsOf: file, encoding: .utf8) == result.output, "scripts/bless.sh mends it")
  }

  @Test("there are two grammars", arguments: [[], ["emacs"], ["vim", "vim"]])
  func usage(words: [String]) throws {
    let result = try Command.run(["grammar"] + words)
    #expect(result.code == 2)
    #expect(result.output.isEmpty && result.talk.contains("'textmate' or 'vim'"))
  }

  @Test(
    "what the grammar says of a place",
    arguments: [
      (#"let x = "a\(f("b", (1)))c" # d"#, "c", "string.quoted.double"),
      (#""a\(f(")")))b""#, "b", "string.quoted.double"),
      (#""\(1 + zz)""#, "zz", "string.quoted.double meta.interpolation"),
      (#""\q""#, #"\q"#, "string.quoted.double invalid.illegal.escape"),
      (#""\u{1F389}""#, #"\u"#, "string.quoted.double constant.character.escape"),
      ("\"\"\"\n \"zz\" \\n\n\"\"\"", "zz", "string.quoted.triple"),
      ("\"\"\"\n a\n\"\"\"\nzz", "zz", ""), ("\"a\nzz", "zz", ""), ("\"\\(\nzz", "zz", ""),
      ("# zz", "zz", "comment.line.number-sign"),
      ("#!/usr/bin/env mqsh", "env", "comment.line.shebang"),
      ("a\n#!zz", "zz", "comment.line.number-sign"), ("f(for: 1)", "for", "variable.parameter"),
      ("r.in", "in", "variable.other.member"), ("0...in", "in", "keyword.operator.logical"),
      ("func größe(a) {}", "größe", "entity.name.function"),
      ("漢字(1)", "漢字", "entity.name.function.call"),
      ("{ x, yy in 1 }", "yy", "variable.parameter"),
      ("import \"a\" as bb", "as", "keyword.control"),
      ("12ab", "12", "invalid.illegal.number"), ("a12", "12", ""),
      ("1e-4", "-", "constant.numeric"),
      ("xprint", "print", ""), ("print_", "print", ""), ("lets", "let", ""),
    ])
  func places(text: String, part: String, expected: String) throws {
    let scopes = try Self.engine().scopes(of: text)
    let range = try #require(text.range(of: part, options: .backwards))
    let found = scopes[range.lowerBound.utf16Offset(in: text)].replacing(".mq", with: "")
    #expect(found == expected || found.hasPrefix(expected + "."), "\(found)")
  }

  @Test("in all scripts, tokens are colored as what they are")
  func scripts() throws {
    let engine = try Self.engine()
    var count = 0
    for file in try Self.scripts() {
      // Some scripts are broken on purpose, also as text.
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
      var sources = SourceMap()
      let source = sources.add(name: file.lastPathComponent, bytes: Array(text.utf8))
      // The lexer goes on behind errors, an editor elsewhere.
      guard (try? Formatter().format(source)) != nil else { continue }
      count += 1
      let scopes = try engine.scopes(of: text)
      let tokens = FrontEnd.tokens(of: source)
      for (index, token) in tokens.enumerated() {
        guard let expected = Self.scope(of: tokens, index) else { continue }
        let place = text.utf8.index(text.startIndex, offsetBy: token.span.start)
        let found = scopes[place.utf16Offset(in: text)]
        #expect(
          found.hasPrefix(expected),
          "\(source.name):\(source.position(of: token.span.start)): \(found), not \(expected)")
      }
    }
    #expect(count > 100)
  }

  // MARK: - Expectations

  /// How the scope of a token starts; nil where nothing is expected.
  private static func scope(of tokens: [Token], _ index: Int) -> String? {
    let before = index > 0 ? tokens[index - 1].kind : .newline
    let isWord = before == .symbol(.dot)
    let isLabel = index + 1 < tokens.count && tokens[index + 1].kind == .symbol(.colon)
    switch tokens[index].kind {
    case .name, .keyword:
      if isWord { return "variable.other.member" }
      if isLabel { return "variable.parameter" }
    default: break
    }
    switch tokens[index].kind {
    case .name(let name): return scope(of: name, after: before)
    case .keyword(.true), .keyword(.false), .keyword(.nil): return "constant.language"
    case .keyword(let keyword):
      return [.let, .var, .func, .import].contains(keyword) ? "storage.type" : "keyword"
    case .integer, .float: return "constant.numeric"
    case .string: return "string.quoted"
    // Those between the parameters of a closure belong to them.
    case .symbol(.comma): return nil
    case .symbol(.dot), .symbol(.colon), .symbol(.semicolon): return "punctuation"
    case .symbol(.openParenthesis), .symbol(.closeParenthesis): return "punctuation.section"
    case .symbol(.openBracket), .symbol(.closeBracket): return "punctuation.section"
    case .symbol(.openBrace), .symbol(.closeBrace): return "punctuation.section"
    case .symbol: return "keyword.operator"
    case .newline, .endOfFile: return nil
    }
  }

  private static func scope(of name: String, after before: Token.Kind) -> String? {
    switch before {
    case .keyword(.let), .keyword(.var): return "variable.other.declaration"
    case .keyword(.func): return "entity.name.function"
    // Names behind these are parameters and variables, whatever they are called.
    case .keyword(.for), .symbol(.openBrace), .symbol(.comma): return nil
    case .name("as"): return "entity.name.namespace"
    default:
      guard let builtin = BuiltinCatalog.all.first(where: { $0.name == name }) else { return nil }
      return builtin.constant == nil ? "support.function" : "support.constant"
    }
  }

  // MARK: - Files

  private static func engine() throws -> TextMateEngine {
    try TextMateEngine(
      Data(contentsOf: root.appendingPathComponent("Editors/textmate/mq.tmLanguage.json")))
  }

  private static func scripts() throws -> [URL] {
    try ["Tests/Scripts", "Examples"].flatMap { folder in
      let path = root.appendingPathComponent(folder)
      let names = try FileManager.default.subpathsOfDirectory(atPath: path.path)
      return names.filter { $0.hasSuffix(".mq") }.sorted().map { path.appendingPathComponent($0) }
    }
  }
}

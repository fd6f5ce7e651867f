import Foundation

/// A grammar for editors that take those of TextMate, made from the tables of the lexer and the names
/// of the registry.
///
/// The expressions keep to what Oniguruma, ICU and Python read alike.
struct TextMateGrammar: Encodable {
  private let comment = "Made by 'mqsh grammar textmate'."
  private let name = "mq"
  private let scopeName = "source.mq"
  private let fileTypes = ["mq"]
  private let firstLineMatch = #"^#!.*\bmqsh\b"#
  private let patterns: [TextMateRule]
  private let repository: [String: TextMateRule]

  init(_ families: [BuiltinFamily]) {
    let parts: [(name: String, rule: TextMateRule)] = [
      ("comments", Self.comments), ("strings", Self.strings), ("numbers", Self.numbers),
      ("fields", Self.fields), ("declarations", Self.declarations), ("labels", Self.labels),
      ("keywords", Self.keywords), ("builtins", Self.builtins(families)), ("calls", Self.calls),
      ("operators", Self.operators), ("punctuation", Self.punctuation),
    ]
    patterns = parts.map { .include("#\($0.name)") }
    repository = Dictionary(
      uniqueKeysWithValues: parts.map { ($0.name, $0.rule) } + [("escapes", Self.escapes)])
  }

  /// The grammar's file, ending in a newline.
  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  // MARK: - Words

  private static let word = #"(?<!\w)[^\W\d]\w*"#

  /// - Returns: an expression for one of the words that stands alone.
  private static func anyOf(_ words: [String]) -> String {
    #"\b(?:\#(words.joined(separator: "|")))\b"#
  }

  private static let keywords = TextMateRule.group(
    KeywordClass.allCases.map { .match(anyOf($0.words), scope(of: $0)) })

  private static func scope(of kind: KeywordClass) -> String {
    switch kind {
    case .declaration: "storage.type.mq"
    case .control: "keyword.control.mq"
    case .constant: "constant.language.mq"
    case .logical: "keyword.operator.logical.mq"
    }
  }

  private static func builtins(_ families: [BuiltinFamily]) -> TextMateRule {
    .group(
      families.flatMap { family -> [TextMateRule] in
        [
          (family.functions, "support.function"), (family.constants, "support.constant"),
        ].filter { !$0.0.isEmpty }.map { .match(anyOf($0), "\($1).\(family.name).mq") }
      })
  }

  /// Behind a dot every word is a field, also a keyword.
  private static let fields = TextMateRule.match(
    #"(?<!\.)(\.)(?!\.)\s*([^\W\d]\w*)"#,
    captures: ["punctuation.accessor.mq", "variable.other.member.mq"])

  /// In front of a colon every word is a label, also a keyword.
  private static let labels = TextMateRule.match(
    #"(\#(word))\s*(:)"#, captures: ["variable.parameter.mq", "punctuation.separator.mq"])

  private static let calls = TextMateRule.match(
    #"\#(word)(?=\s*\()"#, "entity.name.function.call.mq")

  private static let declarations = TextMateRule.group([
    .match(
      #"\b(func)\s+([^\W\d]\w*)"#, captures: ["storage.type.mq", "entity.name.function.mq"]),
    .match(
      #"\b(let|var)\s+([^\W\d]\w*)"#,
      captures: ["storage.type.mq", "variable.other.declaration.mq"]),
    .match(
      #"\b(for)\s+([^\W\d]\w*)\s+(in)\b"#,
      captures: ["keyword.control.mq", "variable.other.declaration.mq", "keyword.control.mq"]),
    .match(
      #"(?<=")\s*\b(as)\s+([^\W\d]\w*)"#,
      captures: ["keyword.control.mq", "entity.name.namespace.mq"]),
    .match(
      #"(\{)\s*((?:[^\W\d]\w*\s*,\s*)*[^\W\d]\w*)\s+(in)\b"#,
      captures: ["punctuation.section.mq", "variable.parameter.mq", "keyword.control.mq"]),
  ])

  // MARK: - Literals and comments

  private static let comments = TextMateRule.group([
    .match(#"\A#!.*$"#, "comment.line.shebang.mq"),
    .match(#"#.*$"#, "comment.line.number-sign.mq"),
  ])

  private static let numbers = TextMateRule.group([
    .match(
      #"\b[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9][0-9_]*)?(?!\w)"#,
      "constant.numeric.mq"),
    .match(#"\b[0-9]\w*"#, "invalid.illegal.number.mq"),
  ])

  private static let strings = TextMateRule.group([
    .region(
      "string.quoted.triple.mq", from: #"""""#, to: #"""""#, edge: "punctuation.definition.string",
      [.include("#escapes")]),
    .region(
      "string.quoted.double.mq", from: #"""#, to: #""|$"#, edge: "punctuation.definition.string",
      [.include("#escapes")]),
  ])

  /// What a backslash starts in a string; an interpolation ends on its own line.
  private static let escapes = TextMateRule.group([
    .region(
      "meta.interpolation.mq", from: #"\\\("#, to: #"\)|$"#, edge: "punctuation.section.embedded",
      [.include("$self")]),
    .match(#"\\(?:[ntr0"\\]|u\{[0-9A-Fa-f]{1,8}\})"#, "constant.character.escape.mq"),
    .match(#"\\."#, "invalid.illegal.escape.mq"),
  ])

  // MARK: - Symbols

  private static let operators = TextMateRule.group(
    SymbolClass.allCases.filter { $0 != .separator && $0 != .bracket }.map {
      .match(anyOf($0), "keyword.operator.\($0.rawValue).mq")
    })

  private static let punctuation = TextMateRule.group([
    // Parentheses in an interpolation must not end it.
    .region(nil, from: #"\("#, to: #"\)"#, edge: "punctuation.section.group", [.include("$self")]),
    .match(anyOf(.separator), "punctuation.separator.mq"),
    .match(anyOf(.bracket), "punctuation.section.mq"),
  ])

  private static func anyOf(_ kind: SymbolClass) -> String {
    kind.symbols.map { symbol in
      symbol.map { #".[]{}()*+?|^$\"#.contains($0) ? "\\\($0)" : "\($0)" }.joined()
    }.joined(separator: "|")
  }
}

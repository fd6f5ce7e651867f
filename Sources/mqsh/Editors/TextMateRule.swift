/// A rule of a TextMate grammar: it matches, it begins and ends, it holds others, or it includes one.
struct TextMateRule: Encodable {
  typealias Captures = [String: Scope]

  struct Scope: Encodable {
    var name: String
  }

  var name: String?
  var match: String?
  var captures: Captures?
  var begin: String?
  var beginCaptures: Captures?
  var end: String?
  var endCaptures: Captures?
  var patterns: [TextMateRule]?
  var include: String?

  private init() {}

  /// - Parameter captures: the scopes of the groups, from the first one.
  static func match(
    _ expression: String, _ name: String? = nil, captures: [String] = []
  ) -> TextMateRule {
    var rule = TextMateRule()
    rule.match = expression
    rule.name = name
    rule.captures = captures.isEmpty ? nil : numbered(captures, from: 1)
    return rule
  }

  /// - Parameter edge: the scope of what begins and what ends it.
  static func region(
    _ name: String?, from begin: String, to end: String, edge: String, _ patterns: [TextMateRule]
  ) -> TextMateRule {
    var rule = TextMateRule()
    rule.name = name
    rule.begin = begin
    rule.beginCaptures = numbered(["\(edge).begin.mq"], from: 0)
    rule.end = end
    rule.endCaptures = numbered(["\(edge).end.mq"], from: 0)
    rule.patterns = patterns
    return rule
  }

  static func group(_ patterns: [TextMateRule]) -> TextMateRule {
    var rule = TextMateRule()
    rule.patterns = patterns
    return rule
  }

  static func include(_ name: String) -> TextMateRule {
    var rule = TextMateRule()
    rule.include = name
    return rule
  }

  private static func numbered(_ scopes: [String], from first: Int) -> Captures {
    Captures(
      uniqueKeysWithValues: scopes.enumerated().map { ("\($0 + first)", Scope(name: $1)) })
  }
}

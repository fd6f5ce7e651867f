import Foundation

/// Colors a text by a TextMate grammar, as editors do: line by line, the first match of the rules in
/// force, and a stack of the regions that are open.
final class TextMateEngine {
  private struct Rule: Decodable {
    struct Scope: Decodable { var name: String }

    var name: String?
    var match: String?
    var captures: [String: Scope]?
    var begin: String?
    var beginCaptures: [String: Scope]?
    var end: String?
    var endCaptures: [String: Scope]?
    var patterns: [Rule]?
    var include: String?
  }

  private struct Grammar: Decodable {
    var scopeName: String
    var patterns: [Rule]
    var repository: [String: Rule]
  }

  private let grammar: Grammar
  private var expressions: [String: NSRegularExpression] = [:]
  private var open: [Rule] = []
  /// The scopes of each UTF-16 unit of the text so far.
  private var scopes: [String] = []

  init(_ json: Data) throws { grammar = try JSONDecoder().decode(Grammar.self, from: json) }

  /// The scopes of each UTF-16 unit, joined by spaces, outermost first; newlines have none.
  func scopes(of text: String) throws -> [String] {
    scopes = []
    open = []
    for (number, line) in text.components(separatedBy: "\n").enumerated() {
      try color(line, isFirst: number == 0)
      scopes.append("")
    }
    scopes.removeLast()
    return scopes
  }

  private func color(_ line: String, isFirst: Bool) throws {
    let start = scopes.count
    let length = line.utf16.count
    scopes += Array(repeating: "", count: length)
    var position = 0
    while true {
      let found = try first(in: line, from: position, isFirst: isFirst)
      paint(start + position..<start + (found?.match.range.location ?? length), name: nil)
      guard let found else { return }
      let range = found.match.range
      let isEnd = found.rule == nil
      let rule = found.rule ?? open[open.count - 1]
      if found.rule?.begin != nil { open.append(rule) }
      paint(
        start + range.location..<start + range.upperBound,
        name: found.rule?.match.flatMap { _ in rule.name })
      let captures =
        isEnd ? rule.endCaptures : rule.begin != nil ? rule.beginCaptures : rule.captures
      for (group, scope) in (captures ?? [:]).sorted(by: { $0.key < $1.key }) {
        let part = found.match.range(at: Int(group) ?? 0)
        if part.location != NSNotFound {
          paint(start + part.location..<start + part.upperBound, name: scope.name)
        }
      }
      if isEnd { open.removeLast() }
      // An end at the end of the line is empty; a rule that matches nothing would stand still.
      if range.length == 0, !isEnd { throw Stuck(rule: rule.match ?? rule.begin ?? "", line: line) }
      position = range.upperBound
    }
  }

  struct Stuck: Error {
    var rule: String
    var line: String
  }

  private func paint(_ range: Range<Int>, name: String?) {
    let all = open.compactMap(\.name) + (name.map { [$0] } ?? [])
    for index in range { scopes[index] = all.joined(separator: " ") }
  }

  /// The leftmost match, that of the open region's end before others; its rule is nil for the end.
  private func first(
    in line: String, from position: Int, isFirst: Bool
  ) throws -> (rule: Rule?, match: NSTextCheckingResult)? {
    var best: (rule: Rule?, match: NSTextCheckingResult)?
    func offer(_ expression: String, _ rule: Rule?) throws {
      if expression.hasPrefix(#"\A"#), !isFirst { return }
      let compiled = try expressions[expression] ?? NSRegularExpression(pattern: expression)
      expressions[expression] = compiled
      let range = NSRange(location: position, length: line.utf16.count - position)
      let options: NSRegularExpression.MatchingOptions = [
        .withTransparentBounds, .withoutAnchoringBounds,
      ]
      guard let match = compiled.firstMatch(in: line, options: options, range: range) else {
        return
      }
      if let best, best.match.range.location <= match.range.location { return }
      best = (rule, match)
    }
    if let end = open.last?.end { try offer(end, nil) }
    for rule in flat(open.last?.patterns ?? grammar.patterns) {
      try offer(rule.match ?? rule.begin ?? "", rule)
    }
    return best
  }

  /// Rules with what they include in their places.
  private func flat(_ rules: [Rule]) -> [Rule] {
    rules.flatMap { rule -> [Rule] in
      if rule.match != nil || rule.begin != nil { return [rule] }
      switch rule.include {
      case "$self": return flat(grammar.patterns)
      case .some(let name):
        return flat([grammar.repository[String(name.dropFirst())]].compactMap(\.self))
      case nil: return flat(rule.patterns ?? [])
      }
    }
  }
}

import Interpreter

extension Subcommand {
  /// `mqsh grammar textmate|vim`: what editors color scripts by.
  static let grammar = Subcommand(
    "grammar", operands: "textmate|vim", "Writes a grammar for editors.",
    choices: GrammarKind.allCases.map { .word($0.rawValue, summary: "") },
    usesThreads: false
  ) { launcher, words in
    guard words.count == 1, let kind = GrammarKind(rawValue: words[0]) else {
      let kinds = GrammarKind.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or ")
      return launcher.misused("'grammar' takes \(kinds)")
    }
    do {
      return launcher.show(try kind.text(of: BuiltinFamily.all(of: BuiltinCatalog.all)))
    } catch {
      return launcher.misused("\(error)")
    }
  }
}

/// The grammars that there are.
enum GrammarKind: String, CaseIterable {
  case textmate, vim

  func text(of families: [BuiltinFamily]) throws -> String {
    switch self {
    case .textmate: try TextMateGrammar(families).text()
    case .vim: VimSyntax(families: families).text
    }
  }
}

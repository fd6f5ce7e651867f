import Interpreter

/// Finds what the last word of a command line can become. It reads scripts and never runs them.
struct CommandLineCompletion {
  /// The parameters of a script that is a file, and of a text given with `-c`; nil when it has errors
  /// or cannot be read.
  let parametersOfFile: (String) -> [ScriptParameter]?
  let parametersOfText: (String) -> [ScriptParameter]?

  private let table = OptionTable(Options.self)

  /// - Parameter words: those behind the program's name; the last one is incomplete, perhaps empty.
  func choices(_ words: [String]) -> [WordChoice] {
    let partial = words.last ?? ""
    return all(words.dropLast(), partial).filter { $0.fits(partial) }
  }

  private func all(_ before: ArraySlice<String>, _ partial: String) -> [WordChoice] {
    var rest = before
    var text: String?
    while let word = rest.first, word.hasPrefix("-"), word != "-" {
      let option = table.option(for: word)
      // Behind a text, what is no option of mqsh is one of the text's own.
      if text != nil, option == nil { break }
      rest.removeFirst()
      let isText = !word.hasPrefix("--") && word.hasSuffix("c")
      guard isText || option?.takesValue == true && !word.contains("=") else { continue }
      guard let value = rest.popFirst() else {
        return option?.valueChoices ?? []
      }
      if isText { text = value }
    }
    let own = table.choices(for: partial)
    if let text {
      let words = ScriptWords(parametersOfText(text) ?? [], after: rest)
      return (rest.isEmpty ? own : []) + words.choices(for: partial)
    }
    guard let first = rest.first else { return own + Self.commands + [.scripts] }
    if let command = Subcommand.named(first) { return command.choices() }
    return ScriptWords(parametersOfFile(first) ?? [], after: rest.dropFirst()).choices(for: partial)
  }

  private static let commands = Subcommand.all.map {
    WordChoice.word($0.name, summary: $0.summary)
  }
}

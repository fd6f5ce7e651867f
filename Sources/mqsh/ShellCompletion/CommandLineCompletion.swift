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

  private func all(_ words: ArraySlice<String>, _ partial: String) -> [WordChoice] {
    let front = table.front(of: words, script: "-c")
    if let awaiting = front.awaiting { return awaiting.valueChoices }
    let own = table.choices(for: partial)
    if let text = front.values["-c"] {
      let words = ScriptWords(parametersOfText(text) ?? [], after: front.rest)
      return (front.rest.isEmpty ? own : []) + words.choices(for: partial)
    }
    guard let first = front.rest.first else { return own + Self.commands + [.scripts] }
    guard let command = Subcommand.named(first) else { return behindScript(front.rest, partial) }
    return behind(command, front.rest.dropFirst(), partial)
  }

  private func behind(
    _ command: Subcommand, _ words: ArraySlice<String>, _ partial: String
  ) -> [WordChoice] {
    let table = command.options()
    let front = table.front(of: words)
    if let awaiting = front.awaiting { return awaiting.valueChoices }
    if command.passesWords, !front.rest.isEmpty { return behindScript(front.rest, partial) }
    return table.choices(for: partial) + command.choices()
  }

  /// - Parameter words: a script and what follows it.
  private func behindScript(_ words: ArraySlice<String>, _ partial: String) -> [WordChoice] {
    let parameters = words.first.flatMap(parametersOfFile) ?? []
    return ScriptWords(parameters, after: words.dropFirst()).choices(for: partial)
  }

  private static let commands = Subcommand.all.map {
    WordChoice.word($0.name, summary: $0.summary)
  }
}

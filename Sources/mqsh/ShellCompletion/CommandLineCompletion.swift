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
    if let text { return (rest.isEmpty ? own : []) + script(parametersOfText(text), rest, partial) }
    guard let first = rest.first else { return own + Self.commands + [.scripts] }
    if let command = Subcommand.named(first) { return command.choices() }
    return script(parametersOfFile(first), rest.dropFirst(), partial)
  }

  private static let commands = Subcommand.all.map {
    WordChoice.word($0.name, summary: $0.summary)
  }

  // MARK: - Scripts

  /// What can stand behind a script and these words.
  private func script(
    _ parameters: [ScriptParameter]?, _ words: ArraySlice<String>, _ partial: String
  ) -> [WordChoice] {
    if words.contains("--") { return [.files(suffix: nil)] }
    let parameters = parameters ?? []
    var given: Set<String> = []
    var awaiting: String?
    for word in words {
      if awaiting != nil {
        awaiting = nil
      } else if word.hasPrefix("--"), word != "--help" {
        given.insert(Self.name(word))
        if !word.contains("=") { awaiting = Self.name(word) }
      }
    }
    if let awaiting { return values(of: awaiting, parameters, prefix: "") ?? [.files(suffix: nil)] }
    if partial.hasPrefix("--"), partial.contains("=") {
      let name = Self.name(partial)
      return values(of: name, parameters, prefix: "--\(name)=") ?? [.filesOfOption]
    }
    let unused = parameters.filter { !given.contains($0.name) }
    return unused.map { .word("--\($0.name)", summary: Self.summary($0)) }
      + [.word("--help", summary: "Lists the parameters."), .files(suffix: nil)]
  }

  /// The name in `--name` and `--name=value`.
  private static func name(_ word: String) -> String {
    String(word.dropFirst(2).prefix { $0 != "=" })
  }

  /// The values of a parameter that takes few; nil for others, which may be paths.
  private func values(
    of name: String, _ parameters: [ScriptParameter], prefix: String
  ) -> [WordChoice]? {
    let isBool = parameters.contains {
      $0.name == name && ["true", "false"].contains($0.defaultText)
    }
    return isBool ? ["true", "false"].map { .word(prefix + $0, summary: "") } : nil
  }

  private static func summary(_ parameter: ScriptParameter) -> String {
    parameter.help + (parameter.defaultText.map { " (\($0))" } ?? "")
  }
}

import Interpreter

/// What can stand behind a script on a command line: its parameters, their values, paths.
struct ScriptWords {
  private let parameters: [ScriptParameter]
  /// Nothing that was given before can be given again.
  private var unused: [ScriptParameter]
  /// The last word is the value of an option.
  private var awaitsValue = false
  /// That option, if the script declares it.
  private var awaiting: ScriptParameter?
  /// `--` stands before: only arguments follow.
  private var isPastOptions = false

  /// - Parameters:
  ///   - parameters: those of the script; empty where it has errors.
  ///   - words: those between the script and the word that is completed.
  init(_ parameters: [ScriptParameter], after words: ArraySlice<String>) {
    self.parameters = parameters
    unused = parameters
    for word in words where !isPastOptions { take(word) }
  }

  private mutating func take(_ word: String) {
    if awaitsValue, !word.hasPrefix("--") {
      awaitsValue = false
      return
    }
    awaitsValue = false
    isPastOptions = word == "--"
    guard word.hasPrefix("--"), word != "--help" else { return }
    let option = Self.option(word)
    let parameter = parameters.first { $0.isNamed(option) || $0.isDenied(by: option) }
    if let parameter { unused.removeAll { $0.name == parameter.name } }
    // A flag needs no value; whether it gets one all the same, the next word shows.
    awaitsValue = !word.contains("=") && parameter?.isFlag != true
    awaiting = parameter
  }

  func choices(for partial: String) -> [WordChoice] {
    if isPastOptions { return [.files(suffix: nil)] }
    if awaitsValue, !partial.hasPrefix("--") {
      return values(of: awaiting) ?? [.files(suffix: nil)]
    }
    guard partial.hasPrefix("--"), partial.contains("=") else {
      return unused.flatMap(Self.words)
        + [.word("--help", summary: "Lists the parameters."), .files(suffix: nil)]
    }
    let option = Self.option(partial)
    let parameter = parameters.first { $0.isNamed(option) }
    return values(of: parameter, behind: "--\(option)=") ?? [.filesOfOption]
  }

  /// The name in `--name` and `--name=value`.
  private static func option(_ word: String) -> String {
    String(word.dropFirst(2).prefix { $0 != "=" })
  }

  /// The values of a parameter that takes few; nil for others, which may be paths.
  private func values(of parameter: ScriptParameter?, behind prefix: String = "") -> [WordChoice]? {
    guard let parameter else { return nil }
    let values = parameter.isFlag ? ["true", "false"] : parameter.choices
    return values.isEmpty ? nil : values.map { .word(prefix + $0, summary: "") }
  }

  /// `--name`, and for a flag that is true by itself what makes it false.
  private static func words(for parameter: ScriptParameter) -> [WordChoice] {
    let help = parameter.help + (parameter.defaultText.map { " (\($0))" } ?? "")
    let word = WordChoice.word("--\(parameter.name)", summary: help)
    guard parameter.isFlag, parameter.defaultText != "false" else { return [word] }
    return [word, .word("--no-\(parameter.name)", summary: help)]
  }
}

extension ScriptParameter {
  /// Whether an option says that this flag is false.
  fileprivate func isDenied(by option: String) -> Bool {
    isFlag && ["no-", "no_"].contains { option.hasPrefix($0) }
      && isNamed(String(option.dropFirst(3)))
  }
}

/// What can stand in the place of a word on a command line.
enum WordChoice: Hashable, Sendable {
  case word(String, summary: String)
  /// Paths, which the shell lists itself; of files only those with the suffix, if there is one.
  case files(suffix: String?)
  /// Paths behind the `=` of an option.
  case filesOfOption

  /// The scripts that a command takes.
  static let scripts = WordChoice.files(suffix: "mq")

  /// Whether it can become the word. Options are offered once their dash stands, and then alone.
  func fits(_ partial: String) -> Bool {
    switch self {
    case .word(let word, _):
      word.hasPrefix(partial) && (partial.hasPrefix("-") || !word.hasPrefix("-"))
    case .files: !partial.hasPrefix("-") || partial == "-"
    case .filesOfOption: true
    }
  }

  /// How shells read it: a word, a tab and what it is for; or nothing, a tab and the suffix.
  var line: String {
    switch self {
    case .word(let word, let summary):
      word
        + (summary.isEmpty
          ? "" : "\t" + summary.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    case .files(let suffix): "\t" + (suffix ?? "")
    case .filesOfOption: "\t"
    }
  }
}

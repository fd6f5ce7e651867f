/// The words behind a script's name. The script decides what they mean; whether they ask for its help,
/// they say themselves.
struct ScriptArguments: Equatable {
  var words: [String]

  init(_ words: [String] = []) { self.words = words }

  /// `--help` is among them, and does not stand behind `--`.
  var asksForHelp: Bool { words.prefix { $0 != "--" }.contains("--help") }
}

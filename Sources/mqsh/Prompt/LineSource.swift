/// Where the prompt's lines come from.
protocol LineSource {
  /// - Parameter prompt: shown to a person, if there is one.
  func next(prompt: String) -> LineInput
  /// Keeps a whole entry for later sessions.
  func remember(_ entry: String)
  /// The entries kept, oldest first.
  var entries: [String] { get }
}

enum LineInput: Equatable {
  /// Without its newline; it may hold several lines when they were pasted or recalled.
  case line(String)
  /// Ctrl-C: what was typed is dropped.
  case interrupted
  case end
}

import Lang
import QuantRuntime

/// A word behind a colon that asks something of the prompt itself: `:vars`.
struct PromptCommand: Sendable {
  /// What stands behind a command.
  enum Operand: Sendable {
    case none
    /// Code, which may go on in another line.
    case code
    case path
    /// One of these words.
    case word([String])
    /// Anything else.
    case text
  }

  let name: String
  /// Other names for it.
  let aliases: [String]
  /// How the operand is shown: `[file]`.
  let usage: String
  let operand: Operand
  /// One line for `:help`.
  let summary: String
  /// Does it. What it throws is shown as an error, and the prompt goes on.
  let run: @Sendable (inout Prompt, Invocation) throws -> Void

  /// How a command was called.
  struct Invocation {
    /// The command's own name, also where it was called by another.
    var name: String
    /// Without blanks around it; empty for none.
    var operand: String
    /// Whether it was called as `:name!`, to go on where it would rather ask.
    var isForced: Bool

    /// The operand of a command that needs one.
    ///
    /// - Throws: `PromptError.operand` where it is missing.
    func required(_ what: String) throws(PromptError) -> String {
      guard !operand.isEmpty else { throw .operand(command: name, takes: what) }
      return operand
    }
  }

  init(
    _ name: String, aliases: [String] = [], usage: String = "", _ operand: Operand,
    _ summary: String, run: @escaping @Sendable (inout Prompt, Invocation) throws -> Void
  ) {
    self.name = name
    self.aliases = aliases
    self.usage = usage
    self.operand = operand
    self.summary = summary
    self.run = run
  }

  var takesCode: Bool {
    if case .code = operand { true } else { false }
  }

  // MARK: - Catalog

  /// In the order of `:help`.
  static let all: [PromptCommand] = [
    help, time, timer, vars, load, save, edit, history, format, output, once, log, quit,
  ]

  static func named(_ name: String) -> PromptCommand? {
    all.first { $0.name == name || $0.aliases.contains(name) }
  }

  /// - Throws: `PromptError.unknownCommand`.
  static func find(_ name: String) throws(PromptError) -> PromptCommand {
    if let found = named(name) { return found }
    throw .unknownCommand(name, near: Suggestion.nearest(to: name, among: all.map(\.name)))
  }

  static let help = PromptCommand("help", .none, "Lists what the prompt understands.") {
    prompt, _ in
    var lines = all.map { (":\($0.name) \($0.usage)", $0.summary) }
    lines += [
      ("!program", "Runs a program of the shell."),
      ("entry |! program", "Writes what the entry prints to a program."),
      ("?name  ??name", "Explains a function in short, or in full."),
      (":name!", "Replaces a file that is there, or leaves without asking."),
      ("?*part*  ?words", "Lists the functions of such a name, or that are about this."),
    ]
    let width = lines.map(\.0.count).max() ?? 0
    try prompt.console.write(
      lines.map { name, summary in
        name + String(repeating: " ", count: width - name.count + 2) + summary + "\n"
      }.joined())
  }

  static let quit = PromptCommand(
    "quit", aliases: ["q", "exit"], .none, "Leaves, as exit and Ctrl-D do."
  ) { prompt, call in
    prompt.leave(isForced: call.isForced)
  }
}

/// What an entry asks of the prompt and cannot have.
enum PromptError: RuntimeFailure, Equatable {
  case unknownCommand(String, near: String?)
  /// A command's operand is missing or none of those it takes.
  case operand(command: String, takes: String)
  case exists(path: String, command: String)
  case nothing(String)
  /// The editor ended with this code.
  case editor(Int32)

  var code: String {
    switch self {
    case .unknownCommand: "prompt.unknown_command"
    case .operand: "prompt.operand"
    case .exists: "prompt.file_exists"
    case .nothing: "prompt.nothing"
    case .editor: "prompt.editor"
    }
  }

  var message: String {
    switch self {
    case .unknownCommand(let name, _): "unknown command ':\(name)'"
    case .operand(let command, let takes): "':\(command)' takes \(takes)"
    case .exists(let path, _): "'\(path)' is there already"
    case .nothing(let what): "there is no \(what)"
    case .editor(let code): "the editor ended with exit code \(code); nothing is run"
    }
  }

  var help: String? {
    switch self {
    case .unknownCommand(_, let near?): "did you mean ':\(near)'?"
    case .unknownCommand: "':help' lists them"
    case .exists(let path, let command): "':\(command)! \(path)' replaces it"
    case .operand, .nothing, .editor: nil
    }
  }
}

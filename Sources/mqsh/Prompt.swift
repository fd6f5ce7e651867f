import Foundation
import Interpreter

/// Where the prompt's lines come from.
protocol LineSource {
  /// - Parameter prompt: shown to a person, if there is one.
  func next(prompt: String) -> LineInput
  /// Keeps a whole entry for later sessions.
  func remember(_ entry: String)
}

enum LineInput: Equatable {
  /// Without its newline; it may hold several lines when they were pasted or recalled.
  case line(String)
  /// Ctrl-C: what was typed is dropped.
  case interrupted
  case end
}

/// The prompt: reads entries, gives them to the session, goes on whatever happens.
struct Prompt {
  let session: Session
  let console: Console
  let terminal: Terminal
  let isQuiet: Bool
  let isColored: Bool

  private static let first = "mqsh> "
  private static let continuation = "  ... "

  /// Returns when the user leaves.
  func run() {
    Signals.enterPrompt()
    let source = makeSource()
    if terminal.isInputTerminal, !isQuiet {
      console.talk("mqsh \(Version.number): ?name explains a function, Ctrl-D leaves")
    }
    while true {
      Signals.interruption.clear()
      if Signals.exitCode != nil { return }
      switch readEntry(source) {
      case .interrupted: continue
      case .end: return
      case .line(let entry):
        guard let command = PromptCommand(entry) else { continue }
        source.remember(entry)
        guard run(command) else { return }
      }
    }
  }

  private func makeSource() -> any LineSource {
    guard terminal.isInputTerminal else { return PipedLines() }
    let history = History(path: History.defaultPath())
    let language = LineEditor.Language(
      isIncomplete: Self.isIncomplete, complete: PromptCompleter(session: session).complete,
      highlighter: Highlighter(builtins: session.builtinNames))
    return LineEditor(
      language: language, history: history, terminal: terminal, isColored: isColored,
      talk: { console.talk($0) })
  }

  /// Whether an entry goes on in the next line.
  private static func isIncomplete(_ entry: String) -> Bool {
    Highlighter.isCode(Array(entry.utf8)) && Session.isIncomplete(entry)
  }

  /// One entry with all its lines.
  private func readEntry(_ source: any LineSource) -> LineInput {
    var entry = ""
    var prompt = Self.first
    while true {
      switch source.next(prompt: prompt) {
      case .interrupted: return .interrupted
      // What is open stays open: the session says so.
      case .end: return entry.isEmpty ? .end : .line(entry)
      case .line(let line): entry += entry.isEmpty ? line : "\n" + line
      }
      guard Self.isIncomplete(entry) else { return .line(entry) }
      prompt = Self.continuation
    }
  }

  /// - Returns: whether the prompt goes on.
  private func run(_ command: PromptCommand) -> Bool {
    switch command {
    case .leave: return false
    case .unknown(let name):
      console.talk("unknown command ':\(name)'; there is :quit")
    case .code(let text):
      session.setWidth(Terminal.width)
      _ = session.evaluate(text)
    }
    // Data that nobody can read any more ends the prompt as it ends a script.
    return console.failure != .closed
  }
}

/// An entry as the prompt understands it.
enum PromptCommand: Equatable {
  case code(String)
  case leave
  case unknown(String)

  /// Nil for an empty entry.
  init?(_ entry: String) {
    let text = entry.trimmingCharacters(in: .whitespacesAndNewlines)
    if text.isEmpty { return nil }
    if ["exit", "quit", ":quit", ":q", ":exit"].contains(text) {
      self = .leave
    } else if text.hasPrefix(":") {
      self = .unknown(String(text.dropFirst()))
    } else if text.hasPrefix("?") {
      let name = text.drop { $0 == "?" }.filter { $0.isLetter || $0.isNumber || $0 == "_" }
      self = .code(name.isEmpty ? "help()" : "help(\"\(name)\")")
    } else {
      self = .code(entry)
    }
  }
}

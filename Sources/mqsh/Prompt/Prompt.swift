import Foundation
import Interpreter
import QuantRuntime

/// The prompt: reads entries, gives them to the session, goes on whatever happens.
struct Prompt {
  /// What the command line says about it.
  struct Settings {
    var isQuiet: Bool
    var isColored: Bool
    /// Whether the first entry that fails ends the prompt.
    var bails: Bool
  }

  let session: Session
  let console: Console
  let terminal: Terminal
  let settings: Settings
  let source: any LineSource
  /// Whether each entry is followed by the time that it took.
  var isTimed = false
  /// How tables were written before the output was redirected.
  var formatBefore: TableFormat?
  private var isLeaving = false
  /// Entries so far, and how many there were when leaving was asked for and refused.
  private var entryCount = 0
  private var countAtWarning: Int?
  /// How the entry ended that ended the prompt.
  private var failed: Session.Outcome?

  private static let name = "mqsh> "
  private static let continuation = "  ... "

  init(session: Session, console: Console, terminal: Terminal, settings: Settings) {
    self.session = session
    self.console = console
    self.terminal = terminal
    self.settings = settings
    Signals.enterPrompt()
    guard terminal.isInputTerminal else {
      source = PipedLines()
      return
    }
    let language = LineEditor.Language(
      isIncomplete: Self.isIncomplete,
      complete: PromptCompleter(session: session).complete,
      highlighter: Highlighter(builtins: session.builtinNames))
    source = LineEditor(
      language: language, history: History(path: History.defaultPath()), terminal: terminal,
      isColored: settings.isColored, talk: { console.talk($0) })
    if terminal.isOutputTerminal, !terminal.isDumb, (try? session.files.checkShell("")) != nil {
      console.setPager(Pager())
    }
  }

  /// Returns when the user leaves.
  ///
  /// - Returns: how the entry ended that ended the prompt, if one did.
  mutating func run() -> Session.Outcome {
    if terminal.isInputTerminal, !settings.isQuiet {
      console.talk(
        "mqsh \(Version.number): ?name explains a function, :help the prompt, Ctrl-D leaves")
    }
    while !isLeaving {
      Signals.interruption.clear()
      if Signals.exitCode != nil { break }
      switch readEntry() {
      case .interrupted: countAtWarning = nil
      case .end:
        entryCount += 1
        leave(isForced: false)
      case .line(let text): take(text)
      }
    }
    endRedirection()
    return failed ?? .done
  }

  // MARK: - Reading

  /// Whether an entry goes on in the next line.
  private static func isIncomplete(_ entry: String) -> Bool {
    let bytes = Array(entry.utf8)
    return PromptEntry.codeRange(of: bytes).map {
      Session.isIncomplete(String(decoding: bytes[$0], as: UTF8.self))
    } ?? false
  }

  /// One entry with all its lines.
  private func readEntry() -> LineInput {
    var entry = ""
    var prompt = firstPrompt
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

  /// With the model that was worked on last, where the window has room for it.
  private var firstPrompt: String {
    guard terminal.isInputTerminal, let badge = session.badge,
      badge.count + 1 + Self.name.count <= Terminal.width / 2
    else { return Self.name }
    return badge + " " + Self.name
  }

  // MARK: - Running

  private mutating func take(_ text: String) {
    guard let entry = PromptEntry(text, isExplained: session.builtinNames.contains) else { return }
    source.remember(text)
    console.log(Self.name + text.replacing("\n", with: "\n" + Self.continuation))
    entryCount += 1
    do {
      try perform(entry)
    } catch let failure as any RuntimeFailure {
      session.report(failure)
      note(.failed)
    } catch {
      // Ctrl-C while something was written.
      note(.interrupted)
    }
    if case .command("once", _, _) = entry {} else { endRedirectionOfOneEntry() }
    // Data that nobody can read any more ends the prompt as it ends a script.
    if console.failure == .closed { isLeaving = true }
  }

  private mutating func perform(_ entry: PromptEntry) throws {
    switch entry {
    case .code(let code): evaluate(code)
    case .piped(let code, let program):
      try redirect(to: "|" + program, isForced: false)
      evaluate(code)
      endRedirection()
    case .command(let name, let isForced, let operand):
      let command = try PromptCommand.find(name)
      try command.run(&self, .init(name: command.name, operand: operand, isForced: isForced))
    case .shell(let command): try runShell(command)
    case .leave(let isForced): leave(isForced: isForced)
    }
  }

  /// Runs code; what is to be redirected or timed, is.
  mutating func evaluate(_ code: String) {
    runTimed(isTimed) { $0.session.evaluate(code) }
  }

  /// Runs something of the session.
  ///
  /// - Parameter isTimed: whether to say how long it took.
  mutating func runTimed(_ isTimed: Bool, _ body: (Prompt) -> Session.Outcome) {
    let isFitted = console.redirection?.isFitted ?? true
    session.setWidth(isFitted ? Terminal.width : Self.unfittedWidth)
    let watch = Stopwatch()
    let outcome = body(self)
    if isTimed { console.talk(watch.text) }
    note(outcome)
  }

  /// Nothing is this wide.
  private static let unfittedWidth = Int(Int16.max)

  mutating func note(_ outcome: Session.Outcome) {
    guard settings.bails, outcome != .done else { return }
    failed = outcome
    isLeaving = true
  }

  private mutating func runShell(_ command: String) throws {
    try session.files.checkShell("!")
    guard !command.isEmpty else {
      throw PromptError.nothing("program behind '!'")
    }
    let code = try ForegroundProgram(command).finish()
    guard code != 0 else { return }
    console.talk("exit code \(code)")
    note(.failed)
  }

  // MARK: - Leaving

  /// Asks once, on a terminal, when a training would be lost.
  mutating func leave(isForced: Bool) {
    let isAskedAgain = countAtWarning == entryCount - 1
    let unsaved =
      isForced || isAskedAgain || !terminal.isInputTerminal ? [] : session.unsavedVariables
    guard let name = unsaved.first, Signals.exitCode == nil else {
      isLeaving = true
      return
    }
    countAtWarning = entryCount
    let names = unsaved.map { "'\($0)'" }.joined(separator: ", ")
    console.talk(
      """
      not saved: the training in \(names); save(\(name), "\
      \(name == "_" ? "model" : name).safetensors") keeps it
      exit! leaves, and so does leaving again
      """)
  }
}

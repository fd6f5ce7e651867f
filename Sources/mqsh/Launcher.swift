import Foundation
import Interpreter
import Lang
import QuantRuntime

/// Runs what a command line asks for: help, a script, the prompt, or a script and then the prompt.
struct Launcher: Sendable {
  /// What to run.
  private enum Work {
    case prompt
    case script(Script)
  }

  struct Script {
    /// What diagnostics call it.
    var name: String
    var folder: String?
    var bytes: [UInt8]
    var words: [String] = []
  }

  let options: Options
  private let words: [String]
  let terminal = Terminal()
  let console: Console

  init(options: Options, words: [String]) {
    self.options = options
    self.words = words
    console = Console(terminal)
  }

  /// - Returns: the exit code.
  func run() -> Int32 {
    Signals.install()
    if options.text == nil, let command = Subcommand.named(words.first) {
      return command.run(self, Array(words.dropFirst()))
    }
    do throws(FileError) {
      let work = try work()
      if Signals.interruption.isRequested {
        return Signals.exitCode ?? Session.Outcome.interrupted.exitCode
      }
      switch work {
      case .prompt: return try prompt()
      case .script where options.`init` != nil:
        return misused("'--init' is for the prompt; a script imports what it needs")
      case .script(let script): return run(script)
      }
    } catch {
      return misused(error.message)
    }
  }

  private func work() throws(FileError) -> Work {
    if let text = options.text {
      return .script(Script(name: "<command>", bytes: Array(text.utf8), words: words))
    }
    guard let path = words.first else {
      if terminal.isInputTerminal || options.staysAtPrompt { return .prompt }
      return .script(
        Script(name: "<stdin>", bytes: try ScriptText.readStandardInput()))
    }
    var script = try script(at: path)
    script.words = Array(words.dropFirst())
    return .script(script)
  }

  /// The script in a file, or with `-` in the standard input.
  func script(at path: String) throws(FileError) -> Script {
    if path == "-" {
      return Script(name: "<stdin>", bytes: try ScriptText.readStandardInput())
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    return Script(name: path, folder: folder, bytes: try ScriptText.read(path: path))
  }

  // MARK: - Scripts

  private func run(_ script: Script) -> Int32 {
    let arguments = ScriptArguments(script.words)
    let session = makeSession(arguments, isInteractive: false)
    if arguments.asksForHelp,
      let help = session.help(of: script.bytes, name: script.name, folder: script.folder)
    {
      return show(help)
    }
    let outcome = session.run(
      script.bytes, name: script.name, folder: script.folder, keepsGoing: options.keepGoing)
    if outcome == .misused {
      let usage = session.usage(of: script.bytes, name: script.name, folder: script.folder)
      console.talk((usage ?? "") + "--help says more")
    }
    if options.staysAtPrompt, Signals.exitCode == nil { return prompt(session) }
    return exitCode(of: outcome)
  }

  /// A signal that ends the program decides, then output that could not be written.
  private func exitCode(of outcome: Session.Outcome) -> Int32 {
    Signals.exitCode ?? console.failure?.exitCode ?? outcome.exitCode
  }

  // MARK: - Prompt and our own texts

  /// Runs a text of our own, such as a call of `help`.
  func evaluate(_ text: String, name: String) -> Int32 {
    let session = makeSession(.init(), isInteractive: false)
    return exitCode(of: session.run(Array(text.utf8), name: name))
  }

  /// A new session with a prompt.
  private func prompt() throws(FileError) -> Int32 {
    let start = try StartFile(options, terminal)
    let session = makeSession(.init(), isInteractive: true)
    if let start {
      let outcome = session.load(start.bytes, name: start.name, folder: start.folder)
      if outcome != .done, options.bail { return exitCode(of: outcome) }
    }
    return prompt(session)
  }

  private func prompt(_ session: Session) -> Int32 {
    var prompt = Prompt(
      session: session, console: console, terminal: terminal,
      settings: .init(
        isQuiet: options.quiet, isColored: terminal.isColored(options.color), bails: options.bail))
    return exitCode(of: prompt.run())
  }

  // MARK: - Parts

  func makeSession(_ arguments: ScriptArguments, isInteractive: Bool) -> Session {
    Session(sessionOptions(arguments, isInteractive: isInteractive))
  }

  func sessionOptions(_ arguments: ScriptArguments, isInteractive: Bool) -> Session.Options {
    let console = console
    let progress: any ProgressSink =
      options.quiet
      ? SilentProgress()
      : ProgressDisplay(console, isRedrawn: terminal.isErrorTerminal && !terminal.isDumb)
    let output = SessionOutput(
      write: { if !(try console.write($0)) { throw Interrupted() } }, talk: { console.talk($0) },
      progress: progress,
      format: options.format ?? (terminal.isOutputTerminal ? .table : .csv),
      area: terminal.area)
    return Session.Options(
      output: output, interruption: Signals.interruption, seed: options.seed,
      isInteractive: isInteractive, isColored: terminal.isColored(options.color),
      files: options.files, words: arguments.words)
  }

  func show(_ text: String) -> Int32 {
    do throws(OutputError) { _ = try console.write(text) } catch {
      // Nothing is said to a reader that has gone.
      console.talk("mqsh: \(error.message)")
      return error.exitCode
    }
    return exitCode(of: .done)
  }

  func misused(_ message: String) -> Int32 {
    console.talk("mqsh: \(message)\nusage: mqsh [options] [file.mq | - | -c text]; see --help")
    return Usage.exitCode
  }
}

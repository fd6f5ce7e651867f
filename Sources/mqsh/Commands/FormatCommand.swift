import Interpreter
import Lang
import QuantRuntime

extension Subcommand {
  /// `mqsh fmt`: gives scripts their one layout.
  static let format = Subcommand(
    "fmt", operands: "[--check] file.mq ...", "Gives scripts their one layout.",
    options: OptionTable(FormatOptions.self),
    usesThreads: false
  ) { launcher, words in
    FormatCommand(launcher: launcher, options: FormatOptions.parseOrEnd(words)).run()
  }
}

/// Formats files one after the other; one that fails does not keep the others from it.
private struct FormatCommand {
  let launcher: Launcher
  let options: FormatOptions

  /// How it went for a file, best first.
  private enum Ending: Int, Comparable {
    case done, wouldChange, rejected, failed

    static func < (left: Ending, right: Ending) -> Bool { left.rawValue < right.rawValue }

    var exitCode: Int32 {
      switch self {
      case .done: Session.Outcome.done.exitCode
      case .wouldChange: Session.Outcome.failed.exitCode
      case .rejected: Session.Outcome.rejected.exitCode
      case .failed: Usage.exitCode
      }
    }
  }

  func run() -> Int32 {
    var worst = Ending.done
    for file in options.files {
      worst = max(worst, format(file))
      if Signals.interruption.isRequested { return Session.Outcome.interrupted.exitCode }
      if let failure = launcher.console.failure { return failure.exitCode }
    }
    return worst.exitCode
  }

  private func format(_ path: String) -> Ending {
    let isInput = path == "-"
    var sources = SourceMap()
    do {
      let bytes = try isInput ? ScriptText.readStandardInput() : ScriptText.read(path: path)
      let source = sources.add(name: isInput ? "<stdin>" : path, bytes: bytes)
      let text = try Formatter().format(source)
      return try finish(source, text, isInput: isInput)
    } catch let error as Diagnostics {
      let isColored = launcher.terminal.isColored(launcher.options.color)
      let renderer = DiagnosticRenderer(sources, isColored: isColored)
      for diagnostic in error.all {
        launcher.console.talk(String(renderer.render(diagnostic).dropLast()))
      }
      return .rejected
    } catch {
      launcher.console.talk("mqsh: \((error as? any RuntimeFailure)?.message ?? "\(error)")")
      return .failed
    }
  }

  private func finish(_ source: Source, _ text: String, isInput: Bool) throws -> Ending {
    let changes = !source.bytes.elementsEqual(text.utf8)
    if options.check {
      if changes { try launcher.console.write(source.name + "\n") }
      return changes ? .wouldChange : .done
    }
    if isInput {
      try launcher.console.write(text)
    } else if changes {
      try AtomicFile.write(.init(text.utf8), to: source.name)
      if !launcher.options.quiet { launcher.console.talk("formatted \(source.name)") }
    }
    return .done
  }
}

import Foundation
import Interpreter
import QuantRuntime

extension Subcommand {
  /// `mqsh plan file.mq`: what a run of the script would do, found without doing it.
  static let plan = Subcommand(
    "plan", operands: "file.mq [--parameter value ...]",
    "Says what a run would do: experiments, images, estimated time and memory.",
    options: OptionTable(PlanOptions.self), passesWords: true
  ) { launcher, words in
    let (options, words) = PlanOptions.split(words)
    guard let path = words.first else {
      return launcher.misused("'plan' needs a file, or - for a pipe")
    }
    let arguments = ScriptArguments(Array(words.dropFirst()))
    return PlanCommand(launcher: launcher, options: options, arguments: arguments).run(path)
  }
}

/// Follows a script, times what it would do, and shows both.
private struct PlanCommand {
  let launcher: Launcher
  let options: PlanOptions
  let arguments: ScriptArguments

  func run(_ path: String) -> Int32 {
    let script: Launcher.Script
    do throws(FileError) {
      script = try launcher.script(at: path)
    } catch {
      return launcher.misused(error.message)
    }
    let session = launcher.sessionOptions(arguments, isInteractive: false)
    let planner = ScriptPlanner(session)
    if arguments.asksForHelp,
      let help = planner.help(of: script.bytes, name: script.name, folder: script.folder)
    {
      return launcher.show(help)
    }
    let (outcome, plan) = planner.plan(script.bytes, name: script.name, folder: script.folder)
    if outcome == .interrupted { return interrupted() }
    guard let plan else { return outcome.exitCode }
    do {
      let code = show(plan, options.leavesOutTime ? nil : try costs(of: plan, session))
      return code == 0 ? outcome.exitCode : code
    } catch is Interrupted {
      return interrupted()
    } catch {
      let reason = (error as? any RuntimeFailure)?.message ?? "\(error)"
      launcher.console.talk("mqsh: the work cannot be timed: \(reason); --no-time leaves it out")
      return Session.Outcome.failed.exitCode
    }
  }

  private func interrupted() -> Int32 {
    launcher.console.talk(Signals.interruption.endsProgram ? "terminated" : "interrupted")
    return Signals.exitCode ?? Session.Outcome.interrupted.exitCode
  }

  private func costs(of plan: WorkPlan, _ session: Session.Options) throws -> [PassCost] {
    let progress = session.output.progress
    progress.begin("timing", total: plan.passes.count)
    defer { progress.end() }
    return try PassMeter(interruption: session.interruption).costs(of: plan) { done in
      progress.update(done, "")
    }
  }

  /// Columns where there is no terminal: as wide as people make theirs.
  private static let plainWidth = 120

  private func show(_ plan: WorkPlan, _ costs: [PassCost]?) -> Int32 {
    let width = launcher.terminal.isOutputTerminal ? Terminal.width : Self.plainWidth
    let report = PlanReport(plan, costs: costs, width: width)
    guard let format = options.format ?? launcher.options.format else {
      return launcher.show(report.text)
    }
    if !launcher.options.quiet { report.summary.forEach(launcher.console.talk) }
    let area = TextArea(width: width, isUnicode: launcher.terminal.isUnicode)
    return launcher.show(format.text(plan.table(costs), in: area))
  }
}

import Foundation
import QuantRuntime
import Synchronization

/// Follows a script without doing its work, to say what a run of it would do.
public final class ScriptPlanner {
  private let session: Session
  private let work: PlannedWork
  private let interruption: Interruption
  private let secondLimit: Int

  /// Seconds that following a script may take. Most of it is data sets; what takes longer waits for
  /// a result that never comes.
  public static let secondLimit = 120

  /// - Parameter options: of the session; its data output and its progress are left alone, and only
  ///   errors are told.
  public init(_ options: Session.Options, secondLimit: Int = secondLimit) {
    var options = options
    options.isInteractive = false
    options.output.write = { _ in }
    options.output.progress = SilentProgress()
    interruption = options.interruption
    work = PlannedWork(interruption)
    self.secondLimit = secondLimit
    session = Session(options, work: work)
  }

  /// What there is to know of a script: how following it ended, and what it would do. The plan is nil
  /// unless the script was followed to its end.
  ///
  /// - Parameters: as of `Session.run`.
  /// - Returns: the outcome is `failed` also when runs of sweeps would fail; then there is a plan.
  public func plan(
    _ bytes: [UInt8], name: String, folder: String?
  ) -> (outcome: Session.Outcome, plan: WorkPlan?) {
    let deadline = Deadline(seconds: secondLimit, interruption)
    defer { deadline.cancel() }
    let outcome = session.execute(bytes, name: name, folder: folder)
    switch outcome {
    case .done:
      let plan = work.recorder.plan
      return (plan.runs.contains { $0.error != nil } ? .failed : .done, plan)
    case .interrupted where deadline.isReached:
      interruption.clear()
      session.thread.run {
        session.context.report(PlanningError.tooLong(seconds: secondLimit).asDiagnostic)
      }
      return (.failed, nil)
    default: return (outcome, nil)
    }
  }

  /// How the script is called, and what its parameters are for; nil when it has errors.
  public func help(of bytes: [UInt8], name: String, folder: String?) -> String? {
    session.help(of: bytes, name: name, folder: folder)
  }
}

/// Asks work to stop once it has taken a while.
private final class Deadline: Sendable {
  private enum State { case running, cancelled, reached }
  private let state = Mutex(State.running)

  init(seconds: Int, _ interruption: Interruption) {
    DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds)) { [weak self] in
      self?.reach(interruption)
    }
  }

  var isReached: Bool { state.withLock { $0 == .reached } }

  func cancel() { state.withLock { if $0 == .running { $0 = .cancelled } } }

  private func reach(_ interruption: Interruption) {
    state.withLock { state in
      guard state == .running else { return }
      state = .reached
      interruption.request()
    }
  }
}

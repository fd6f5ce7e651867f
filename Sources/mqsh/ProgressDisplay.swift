import Interpreter
import Synchronization

/// Progress of long work: one line redrawn in place on a terminal, elsewhere a plain line now and
/// then. Short work shows nothing.
final class ProgressDisplay: ProgressSink {
  private struct Level {
    var title: String
    var total: Int
    var done = 0
    /// A few words on the state, such as the loss.
    var detail = ""
    var start: ContinuousClock.Instant
  }

  private struct State {
    /// Work inside work: a sweep and the training in it.
    var levels: [Level] = []
    var lastShown: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  private let console: Console
  private let isRedrawn: Bool
  private let clock = ContinuousClock()

  /// Until then nothing is drawn.
  private static let patience = Duration.milliseconds(1500)
  private static let redrawInterval = Duration.milliseconds(100)
  private static let plainInterval = Duration.seconds(30)

  /// - Parameter isRedrawn: whether the terminal can take back a line.
  init(_ console: Console, isRedrawn: Bool) {
    self.console = console
    self.isRedrawn = isRedrawn
  }

  func begin(_ title: String, total: Int) {
    let now = clock.now
    state.withLock { $0.levels.append(Level(title: title, total: total, start: now)) }
  }

  func update(_ done: Int, _ detail: @autoclosure () -> String) {
    let now = clock.now
    let line = state.withLock { state -> String? in
      guard let last = state.levels.indices.last else { return nil }
      // Kept in any case: it is still shown while work inside of it goes on.
      state.levels[last].detail = detail()
      state.levels[last].done = done
      guard isDue(state, now) else { return nil }
      state.lastShown = now
      return self.line(state.levels, now)
    }
    guard let line else { return }
    if isRedrawn { console.showProgress(line) } else { console.talk(line) }
  }

  func end() {
    let isOver = state.withLock { state in
      _ = state.levels.popLast()
      return state.levels.isEmpty
    }
    if isOver, isRedrawn { console.clearProgress() }
  }

  private func isDue(_ state: State, _ now: ContinuousClock.Instant) -> Bool {
    guard let start = state.levels.first?.start else { return false }
    guard isRedrawn else { return now - (state.lastShown ?? start) >= Self.plainInterval }
    if now - start < Self.patience { return false }
    return state.lastShown.map { now - $0 >= Self.redrawInterval } ?? true
  }

  private func line(_ levels: [Level], _ now: ContinuousClock.Instant) -> String {
    levels.map { level -> String in
      var parts = [level.title]
      if level.total > 0 { parts[0] += " \(level.done)/\(level.total)" }
      if level.total > 0, levels.count == 1 { parts[0] += " (\(100 * level.done / level.total) %)" }
      if level.done > 0, level.total > level.done {
        let elapsed = (now - level.start) / .seconds(1)
        let left = elapsed / Double(level.done) * Double(level.total - level.done)
        parts.append(Self.clockText(Int(left.rounded(.up))) + " left")
      }
      if !level.detail.isEmpty { parts.append(level.detail) }
      return parts.joined(separator: " | ")
    }.joined(separator: " | ")
  }

  /// 75 seconds are `1:15`.
  private static func clockText(_ seconds: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutes = seconds / 60 % 60
    let end = two(seconds % 60)
    return seconds < 3600 ? "\(minutes):\(end)" : "\(seconds / 3600):\(two(minutes)):\(end)"
  }
}

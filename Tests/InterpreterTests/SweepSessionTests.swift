import QuantRuntime
import Synchronization
import Testing

@testable import Interpreter

/// Asks to stop when a training or a sweep of a title has come so far, and keeps what was told.
private final class SweepProgress: ProgressSink {
  private let interruption: Interruption
  private let stop: (title: String, done: Int)?
  private let state = Mutex((open: [String](), log: [String]()))

  init(_ interruption: Interruption, stoppingIn title: String? = nil, after done: Int = 0) {
    self.interruption = interruption
    stop = title.map { ($0, done) }
  }

  /// Of the sweeps: `2: best top1 0.5`.
  var log: [String] { state.withLock { $0.log } }
  var depth: Int { state.withLock { $0.open.count } }

  func begin(_ title: String, total: Int) { state.withLock { $0.open.append(title) } }

  func update(_ done: Int, _ detail: @autoclosure () -> String) {
    let title = state.withLock { $0.open.last ?? "" }
    if title == "sweep" {
      let text = "\(done): \(detail())"
      state.withLock { $0.log.append(text) }
    }
    if let stop, title.hasPrefix(stop.title), done == stop.done { interruption.request() }
  }

  func end() { state.withLock { _ = $0.open.popLast() } }
}

@Suite("Sweeps in a session")
struct SweepSessionTests {
  private let setting = """
    seed(5)
    let data = dataset("synthetic", train: 32, test: 8, size: 8, classes: 2)
    let net = model("resnet20", for: data)
    func tuned(steps) { train(net, data, steps: steps, batch: 8, lr: constant(peak: 0.05)) }
    """

  private func session(
    _ recorder: Recorder, isInteractive: Bool, stoppingIn title: String? = nil, after done: Int = 0
  ) -> (Session, SweepProgress) {
    let interruption = Interruption()
    let progress = SweepProgress(interruption, stoppingIn: title, after: done)
    var output = recorder.output
    output.progress = progress
    let session = Session(
      .init(output: output, interruption: interruption, isInteractive: isInteractive))
    return (session, progress)
  }

  @Test("the best so far is told after each run")
  func progress() {
    let (session, progress) = session(Recorder(), isInteractive: false)
    let text = "sweep(a: [3, 0, 7, 5]) { run in (n: 1 // run.a, name: \"x\") }"
    #expect(session.run(Array(text.utf8), name: "t.mq") == .failed)
    #expect(progress.log == ["1: best n 0", "2: best n 0", "3: best n 0", "4: best n 0"])
    #expect(progress.depth == 0)
  }

  @Test("an interrupted sweep ends a script, also between its runs and in a training")
  func script() {
    for (title, done) in [("sweep", 2), ("train", 3)] {
      let recorder = Recorder()
      let (session, progress) = session(
        recorder, isInteractive: false, stoppingIn: title, after: done)
      let text =
        setting
        + "\nlet rows = sweep(steps: [1, 2, 5]) { run in history(tuned(run.steps)).loss[0] }"
        + "\nprint(\"no\")"
      #expect(session.run(Array(text.utf8), name: "t.mq") == .interrupted)
      #expect(recorder.data == "")
      #expect(recorder.talk == "interrupted\n")
      #expect(progress.depth == 0)
    }
  }

  @Test("at the prompt the rows so far are the result, and half a training is none of them")
  func prompt() {
    let recorder = Recorder()
    let (session, progress) = session(
      recorder, isInteractive: true, stoppingIn: "train", after: 3)
    #expect(session.evaluate(setting) == .done)
    recorder.clear()
    let sweep =
      "sweep(steps: [1, 2, 5, 1]) { run in seed(run.steps)\ncount(history(tuned(1))) + 0 * count(history(tuned(run.steps))) }"
    #expect(session.evaluate("let rows = " + sweep) == .done)
    #expect(recorder.talk == "sweep interrupted after 2 of 4 runs; these are the rows so far\n")
    recorder.clear()
    #expect(session.evaluate("print(rows.steps, rows.value, seed())") == .done)
    #expect(recorder.data == "[1, 2] [1, 1] 5\n")
    #expect(progress.depth == 0)
    #expect(session.evaluate("tuned(1)") == .done)
  }

  @Test("at the prompt a sweep without a finished run is interrupted")
  func promptWithoutRows() {
    let recorder = Recorder()
    let (session, _) = session(recorder, isInteractive: true, stoppingIn: "train", after: 1)
    #expect(session.evaluate(setting) == .done)
    #expect(session.evaluate("sweep(steps: [2, 3]) { run in tuned(run.steps)\n1 }") == .interrupted)
    recorder.clear()
    #expect(session.evaluate("let half = tuned(2)") == .done)
  }

  @Test("a run does not depend on the runs before it")
  func order() {
    func losses(_ axes: String) -> String {
      let recorder = Recorder()
      let (session, _) = session(recorder, isInteractive: false)
      let text =
        setting + "\nprint(sweep(\(axes)) { run in (loss: history(tuned(2)).loss[0]) } "
        + "|> sort_by(\"seed\") |> head(2))"
      #expect(session.run(Array(text.utf8), name: "t.mq") == .done)
      return recorder.data
    }
    let ascending = losses("seed: 1...2")
    #expect(losses("seed: [2, 1]") == ascending)
    #expect(losses("seed: [1, 2, 3]") == ascending)
    let lines = Set(ascending.split(separator: "\n"))
    #expect(lines.count == 3, "two seeds, two losses")
  }
}

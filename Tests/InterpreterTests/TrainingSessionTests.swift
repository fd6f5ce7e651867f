import Foundation
import QuantRuntime
import Synchronization
import Testing

@testable import Interpreter

/// Asks to stop when a training has reached a step, and keeps the titles of what began.
private final class StoppingProgress: ProgressSink {
  private let interruption: Interruption
  private let step: Int
  private let begun = Mutex<[String]>([])
  private let open = Mutex(0)

  init(_ interruption: Interruption, after step: Int) {
    self.interruption = interruption
    self.step = step
  }

  var titles: [String] { begun.withLock { $0 } }
  /// Begun and not ended.
  var depth: Int { open.withLock { $0 } }

  func begin(_ title: String, total: Int) {
    begun.withLock { $0.append("\(title) (\(total))") }
    open.withLock { $0 += 1 }
  }

  func update(_ done: Int, _ detail: @autoclosure () -> String) {
    if done == step { interruption.request() }
  }

  func end() { open.withLock { $0 -= 1 } }
}

@Suite("Training in a session")
struct TrainingSessionTests {
  private let setting = """
    let data = dataset("synthetic", train: 32, test: 8, size: 8, classes: 2)
    let net = model("resnet20", for: data)
    let settings = (steps: 6, batch: 8, lr: constant(peak: 0.05))
    """

  /// A session whose trainings stop after a step, once.
  private func session(
    _ recorder: Recorder, isInteractive: Bool, stoppingAfter step: Int
  ) -> (Session, StoppingProgress) {
    let interruption = Interruption()
    let progress = StoppingProgress(interruption, after: step)
    var output = recorder.output
    output.progress = progress
    let session = Session(
      .init(output: output, interruption: interruption, isInteractive: isInteractive))
    return (session, progress)
  }

  private func path() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("mqsh-\(UUID().uuidString).ckpt")
      .path
  }

  @Test("at the prompt an interrupted training gives the model so far, and can be resumed")
  func prompt() {
    let file = path()
    defer { try? FileManager.default.removeItem(atPath: file) }
    let recorder = Recorder()
    let (session, progress) = session(recorder, isInteractive: true, stoppingAfter: 3)
    #expect(session.evaluate(setting) == .done)
    #expect(
      session.evaluate("let half = train(net, data, ...settings, checkpoint: \"\(file)\")") == .done
    )
    #expect(recorder.talk == "training interrupted after step 3; this is the model so far\n")
    #expect(session.evaluate("print(history(half).step)") == .done)
    recorder.clear()
    #expect(
      session.evaluate(
        "let resumed = train(net, data, ...settings, checkpoint: \"\(file)\", resume: true)")
        == .done)
    #expect(recorder.talk == "training goes on after step 3 of 6\n")
    recorder.clear()
    #expect(progress.depth == 0)
    #expect(progress.titles.allSatisfy { $0.hasPrefix("train resnet20, plan ") })
    #expect(progress.titles.allSatisfy { $0.hasSuffix(" MiB (6)") })
    let (other, _) = self.session(recorder, isInteractive: true, stoppingAfter: .max)
    #expect(other.evaluate(setting) == .done)
    #expect(
      other.evaluate(
        "let whole = train(net, data, ...settings)\n"
          + "let again = train(net, data, ...settings, resume: \"\(file)\")\n"
          + "print(whole == again, history(whole) == history(again))") == .done)
    #expect(recorder.data == "true true\n")
  }

  @Test("a script that is interrupted stops, and its checkpoint is written")
  func script() {
    let file = path()
    defer { try? FileManager.default.removeItem(atPath: file) }
    let recorder = Recorder()
    let (session, progress) = session(recorder, isInteractive: false, stoppingAfter: 2)
    let text = setting + "\ntrain(net, data, ...settings, checkpoint: \"\(file)\")\nprint(\"no\")"
    #expect(session.run(Array(text.utf8), name: "t.mq") == .interrupted)
    #expect(recorder.data == "")
    #expect(progress.depth == 0)
    let (next, _) = self.session(recorder, isInteractive: false, stoppingAfter: .max)
    let resumed = setting + "\ntrain(net, data, ...settings, resume: \"\(file)\")"
    #expect(next.run(Array(resumed.utf8), name: "t.mq") == .done)
    #expect(recorder.talk.contains("training goes on after step 2 of 6"))
  }
}

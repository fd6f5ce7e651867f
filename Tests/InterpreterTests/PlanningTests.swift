import Foundation
import QuantRuntime
import Synchronization
import Testing

@testable import Interpreter

/// Keeps the titles and totals of the work that began.
private final class BegunWork: ProgressSink {
  private let titles = Mutex<[String]>([])

  /// But sweeps: what trains or scores.
  var work: [String] { titles.withLock { $0.filter { !$0.hasPrefix("sweep") } } }

  func begin(_ title: String, total: Int) {
    titles.withLock { $0.append("\(title), \(total)") }
  }
  func update(_ done: Int, _ detail: @autoclosure () -> String) {}
  func end() {}
}

@Suite("Planning", .serialized)
struct PlanningTests {
  private static let setting = """
    seed(3)
    let data = dataset("synthetic", train: 36, test: 10, size: 8, classes: 2)
    let net = model("resnet20", for: data)

    """

  private func plan(
    _ text: String, _ recorder: Recorder = Recorder(), interruption: Interruption = Interruption(),
    words: [String] = [], seconds: Int = ScriptPlanner.secondLimit
  ) -> (outcome: Session.Outcome, plan: WorkPlan?) {
    ScriptPlanner(
      .init(output: recorder.output, interruption: interruption, words: words),
      secondLimit: seconds
    ).plan(Array(text.utf8), name: "t.mq", folder: nil)
  }

  /// The plan of a script that is followed to its end.
  private func planned(_ text: String) throws -> WorkPlan {
    let recorder = Recorder()
    let (outcome, plan) = plan(Self.setting + text, recorder)
    #expect(outcome == .done, "\(recorder.talk)")
    return try #require(plan)
  }

  private static let script =
    setting + """
      func tuned(backend) {
        net |> quantize(lsq(bits: 4), backend: backend)
            |> train(data, epochs: 2, batch: 6, accumulate: 2, lr: constant(peak: 0.01), freeze_bn_after: 1)
      }
      let done = train(net, data, steps: 5, batch: 8, lr: cosine(peak: 0.1, warmup_steps: 2))
      evaluate(done, data, batch: 4)
      train(done, data, epochs: 1, batch: 36, lr: constant(peak: 0.01), freeze_bn_after_steps: 0)
      sweep(backend: [academic, tensorrt], seed: 1...2, where: { run in run.seed == 1 or run.backend == snpe }) { run in
        tuned(run.backend) |> evaluate(data)
      }
      let rest = history(done).step
      for step in rest { if step > 4 { evaluate(net, data) } }
      """

  @Test("steps, images and memory are those that a run of the script has")
  func runsAlike() throws {
    let begun = BegunWork()
    let recorder = Recorder()
    var output = recorder.output
    output.progress = begun
    let session = Session(.init(output: output))
    #expect(session.run(Array(Self.script.utf8), name: "t.mq") == .done, "\(recorder.talk)")
    let plan = try #require(plan(Self.script).plan)
    let planned = plan.tasks.map { task -> String in
      let bytes = task.parts.map { plan.passes[$0.pass].memoryBytes }
      // A run tells the memory of its first plan.
      let mebibytes = ((bytes.first ?? 0) + (1 << 20) - 1) >> 20
      return task.kind == .train
        ? "train \(task.model), plan \(mebibytes) MiB, \(task.steps)"
        : "evaluate \(task.model), \(task.images)"
    }
    #expect(planned == begun.work)
    #expect(planned.count == 8)
    #expect(plan.tasks.map(\.images) == [40, 10, 36, 72, 10, 72, 10, 10])
    #expect(plan.tasks.map(\.steps) == [5, 3, 1, 6, 1, 6, 1, 1])
    #expect(plan.tasks.map { $0.parts.map(\.count) }.prefix(4) == [[5], [3], [1], [6, 6]])
    #expect(plan.sweeps.map(\.cells) == [4])
    #expect(
      plan.runs.map(\.labels) == [[.text("academic"), .int(1)], [.text("tensorrt"), .int(1)]])
  }

  @Test("nothing is written, printed or told, and what was saved is there")
  func traces() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mqsh-plan-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let recorder = Recorder()
    let text =
      Self.setting + """
        let path = param("folder")
        let run = (steps: 2, batch: 8, lr: constant(peak: 0.1))
        print("text", evaluate(net, data))
        time { 1 }
        help("sqrt")
        let done = train(net, data, ...run, checkpoint: "\\(path)/a/run.ckpt", every: 1)
        let again = train(net, data, ...run, checkpoint: "\\(path)/a/run.ckpt", resume: exists("\\(path)/a/run.ckpt"))
        save(done, "\\(path)/net.safetensors")
        save(history(done), "\\(path)/b/h.csv", append: true)
        save("x", "\\(path)/x.txt")
        save(tensorrt, "\\(path)/t.json")
        let loaded = load("\\(path)/net.safetensors")
        if loaded == done and exists("\\(path)/x.txt") and not exists("\\(path)/y.txt") {
          evaluate(loaded, data)
        }
        if load("\\(path)/t.json") == tensorrt { fold_error(loaded, data, images: 4) }
        """
    let (outcome, plan) = plan(text, recorder, words: ["--folder", folder.path])
    #expect(outcome == .done)
    #expect(recorder.data.isEmpty)
    #expect(recorder.talk.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    #expect(
      plan?.tasks.map(\.kind) == [.evaluate, .train, .train, .evaluate, .foldError])
    #expect(plan?.notes.count == 1, "the plan counts a resumed training from its start")
  }

  @Test("results are no numbers, and checks of them hold")
  func standIns() throws {
    let plan = try planned(
      """
      let done = train(net, data, epochs: 3, batch: 12, lr: cosine(peak: 0.1, end: 0.05))
      let e = evaluate(done, data)
      if e.top1 == e.top1 or e.top1 > 0 or e.loss < 9 { evaluate(net, data) }
      if e == evaluate(done, data) and done == done and done != net { evaluate(net, data) }
      expect(e.top1, near: 1, within: 0)
      expect(e.loss, equals: 0)
      expect(e.top1 > 2)
      assert(e.top1 > 2, "no")
      if count(history(done)) == 3 and history(done).step == [3, 6, 9] { evaluate(net, data) }
      if history(done).lr[2] == 0.05 and e.count == 10 { evaluate(net, data) }
      let q = quantize(done, lsq(bits: 4), backend: tensorrt)
      let tuned = train(q, data, steps: 1, lr: constant(peak: 0.1), batch: 6)
      count(quantizers(tuned)) + count(graph(tuned)) + count(why(tuned, "fc"))
      fold_error(tuned, data).agreement
      evaluate(folded(tuned), data)
      if profile(net, batch: 2, passes: 3, training: true).ms[0] > 0 { evaluate(net, data) }
      """)
    #expect(
      plan.tasks.map(\.kind) == [
        .train, .evaluate, .evaluate, .evaluate, .evaluate, .evaluate, .train, .foldError,
        .evaluate, .profile,
      ])
    #expect(plan.tasks.last?.place.line == 19)
  }

  @Test("runs with the same work are found, whatever their axes are called")
  func duplicates() throws {
    let plan = try planned(
      """
      func tuned(q) { net |> quantize(q, backend: academic) |> train(data, steps: 1, batch: 6, lr: constant(peak: 0.1)) }
      sweep(a: [lsq, pact, lsq], n: [4, 8]) { run in evaluate(tuned(run.a(bits: run.n)), data) }
      sweep(bits: [2, 8]) { run in evaluate(tuned(lsq(bits: run.bits)), data) }
      sweep(seed: [1, 2]) { run in evaluate(tuned(lsq(bits: 4)), data) }
      sweep(k: 1...3) { run in run.k }
      """)
    // Runs 1 and 2 of the first sweep are its runs 5 and 6, and 8 bits come again in the second.
    #expect(WorkDuplicates(plan).runs == [[0, 4], [1, 5, 7]])
    #expect(WorkDuplicates(plan).trainings.isEmpty)
  }

  @Test("equal trainings are found, and those that only repeat with their runs are not")
  func trainedTwice() throws {
    let plan = try planned(
      """
      let settings = (batch: 12, lr: constant(peak: 0.1))
      let a = train(net, data, epochs: 1, ...settings)
      let b = train(net, data, steps: 3, ...settings)
      let c = train(net, data, steps: 4, ...settings)
      seed(9)
      let d = train(net, data, steps: 3, ...settings)
      sweep(bits: [2, 4]) { run in
        let base = train(net, data, steps: 2, ...settings)
        evaluate(train(quantize(base, lsq(bits: run.bits), backend: academic), data, steps: 1, ...settings), data)
      }
      """)
    #expect(WorkDuplicates(plan).trainings == [[0, 1], [4, 7]])
    #expect(plan.tasks[4].place.line == 11)
  }

  @Test("the report shortens long sweeps, sums up inner ones and names failures")
  func report() throws {
    let (outcome, plan) = plan(
      Self.setting + """
        sweep(a: 1...30) { run in evaluate(net, data) }
        sweep(b: 1...2) { run in
          (n: count(sweep(c: 1...3) { inner in evaluate(net, data) }), x: [1][run.b - 1])
        }
        """)
    #expect(outcome == .failed)
    let text = PlanReport(try #require(plan), costs: nil, width: 100).text
    let lines = text.split(separator: "\n")
    #expect(lines.first == "sweep in line 4: a (30) = 30 runs")
    #expect(lines.contains("... and 25 more runs; --format csv lists all"))
    #expect(lines.contains("sweep in line 5: b (2) = 2 runs"))
    #expect(lines.contains("  2  2      0      30    1  index 1 is outside of 1 element"))
    #expect(lines.contains("inside of runs, sweep in line 6: 2 times, 6 runs in all"))
    #expect(lines.contains("   6  evaluate      6  resnet20  synthetic      10      1     10    1"))
    #expect(
      lines.contains(
        "in all: 38 runs, 0 trainings, 36 evaluations, 360 images through a network, at most 1 MiB")
    )
    #expect(
      lines.contains(
        "runs 1, 2, 3, 4, 5, 6, 7, 8 and 22 more of the sweep in line 4 are the same experiment"))
  }

  @Test("a plan of nothing says so")
  func nothing() throws {
    let plan = try #require(plan("let a = 1").plan)
    #expect(
      PlanReport(plan, costs: [], width: 80).text
        == "it trains nothing, evaluates nothing and sweeps over nothing\n")
  }

  @Test("what a run would refuse at its start, a plan refuses in the same words")
  func refusals() throws {
    let cases = [
      ("evaluate(quantize(net, lsq(bits: 4), backend: academic), data)", "quant.not_initialized"),
      ("train(net, data, steps: 1, batch: 64, lr: constant(peak: 0.1))", "train.batch"),
      (
        "train(net, dataset(\"synthetic\", size: 16), steps: 1, lr: constant(peak: 0.1))",
        "shape.mismatch"
      ),
      (
        "train(net, data, steps: 1, batch: 8, lr: constant(peak: 0.1), checkpoint: \"none.ckpt\", resume: true)",
        "checkpoint.missing"
      ),
      (
        "train(quantize(net, lsq(bits: 4), backend: academic, fold: \"torch_fold_local\"), data, steps: 1, batch: 9, lr: constant(peak: 0.1))",
        "engine.shards"
      ),
      ("[1][evaluate(net, data).count]", "index.range"),
    ]
    for (text, code) in cases {
      let recorder = Recorder()
      let (outcome, plan) = plan(Self.setting + text, recorder)
      #expect(outcome == .failed)
      #expect(plan == nil)
      #expect(recorder.talk.contains("error[\(code)]"), "\(recorder.talk)")
      #expect(recorder.talk.contains("t.mq:4:"))
    }
  }

  @Test("a run of a sweep that would fail is told, and the plan goes on")
  func failingRuns() throws {
    let recorder = Recorder()
    let (outcome, plan) = plan(
      Self.setting + "sweep(i: 0...2) { run in [evaluate(net, data)][run.i % 2] }",
      recorder)
    #expect(outcome == .failed)
    #expect(recorder.talk.contains("error[index.range]"), "\(recorder.talk)")
    #expect(plan?.runs.map { $0.error != nil } == [false, true, false])
    #expect(plan?.tasks.map(\.run) == [0, 1, 2])
  }

  @Test("a loop that waits for a result ends the plan in words")
  func endless() {
    for text in [
      "while not (evaluate(net, data).top1 > 0.5) { }",
      "let e = evaluate(net, data)\nwhile not (e.top1 > 0.5) { attempt { 1 } }",
      "sweep(i: 1...3) { run in\nwhile true { attempt { run.i } }\n}",
    ] {
      let recorder = Recorder()
      let (outcome, plan) = plan(Self.setting + text, recorder, seconds: 1)
      #expect(outcome == .failed)
      #expect(plan == nil)
      #expect(recorder.talk.hasPrefix("error[plan.too_long]: "), "\(recorder.talk)")
      #expect(recorder.talk.contains("count its rounds"))
    }
  }

  @Test("the example of a sweep does what its plan says")
  func example() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(
      contentsOf: root.appendingPathComponent("Examples/sweep.mq"), encoding: .utf8)
    let output = FileManager.default.temporaryDirectory
      .appendingPathComponent("mqsh-\(UUID().uuidString).csv").path
    defer { try? FileManager.default.removeItem(atPath: output) }
    let words = [
      "--epochs", "1", "--tune", "1", "--seeds", "1", "--images", "100", "--output", output,
    ]
    let plan = try #require(plan(text, words: words).plan)
    #expect(!FileManager.default.fileExists(atPath: output))
    let begun = BegunWork()
    let recorder = Recorder()
    var streams = recorder.output
    streams.progress = begun
    let session = Session(.init(output: streams, words: words))
    #expect(session.run(Array(text.utf8), name: "sweep.mq") == .done, "\(recorder.talk)")
    let rows = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
    #expect(rows.count == 6 && plan.runs.count == 5)
    #expect(rows.last?.hasPrefix("qil,academic,0,") == true)
    #expect(recorder.data.split(separator: "\n").count == 6)
    #expect(begun.work.count == plan.tasks.count)
    #expect(plan.tasks.filter { $0.kind == .train }.map(\.steps) == [2, 2, 2, 2, 2, 2])
    #expect(WorkDuplicates(plan).runs.isEmpty)
  }

  @Test(
    "an interruption, wrong parameters and an error before the start end the plan as they end a run"
  )
  func otherEnds() {
    let interruption = Interruption()
    let timer = Thread {
      Thread.sleep(forTimeInterval: 0.2)
      interruption.request()
    }
    timer.start()
    #expect(plan("while true { }", interruption: interruption).outcome == .interrupted)
    #expect(plan("let a = param(\"a\")").outcome == .misused)
    #expect(plan("print(").outcome == .rejected)
    #expect(plan("1").outcome == .done)
  }
}

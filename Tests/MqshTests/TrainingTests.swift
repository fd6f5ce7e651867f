import Foundation
import Testing

/// Real processes that are killed while they train.
@Suite("Training that is stopped")
struct TrainingTests {
  /// What varies of the script below, and its name.
  struct Setup: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var model = "model(\"resnet20\", for: data)"
    var settings: String
  }

  private static let quantized =
    "model(\"resnet20\", for: data) |> quantize(lsq(bits: 4), backend: "
  static let setups = [
    Setup(
      testDescription: "adam, accumulated",
      settings: "steps: 24, batch: 4, accumulate: 2, optimizer: adam(norm_weight_decay: 0)"),
    Setup(
      testDescription: "lsq, academic", model: quantized + "academic)",
      settings: "epochs: 6, batch: 8"),
    Setup(
      testDescription: "lsq, tensorrt", model: quantized + "tensorrt)",
      settings:
        "steps: 24, batch: 8, optimizer: sgd(quantizer_weight_decay: 8e-5), freeze_bn_after: 2.5"),
  ]

  private static func script(_ setup: Setup, saving name: String) -> String {
    """
    seed(7)
    let data = dataset("synthetic", train: 36, test: 8, size: 16, classes: 4,
      augment: [random_crop(padding: 2)])
    let net = \(setup.model)
    print("begun")
    let done = net |> train(data, \(setup.settings), lr: cosine(peak: 0.02, warmup_steps: 3),
      checkpoint: "\(name).ckpt", every: 1, resume: exists("\(name).ckpt"))
    save(done, "\(name).safetensors")
    save(history(done), "\(name).csv")
    """
  }

  private func contents(_ folder: Folder, _ file: String) -> Data? {
    FileManager.default.contents(atPath: "\(folder.path)/\(file)")
  }

  /// Waits until the checkpoint has changed a few times, and a random moment more.
  private func waitForSteps(_ count: Int, in folder: Folder, _ process: Process) {
    let path = "\(folder.path)/run.ckpt"
    let deadline = Date(timeIntervalSinceNow: Command.patience)
    var seen = 0
    var last: UInt64?
    while seen < count, process.isRunning, Date() < deadline {
      var status = stat()
      if stat(path, &status) == 0, UInt64(status.st_ino) != last {
        last = UInt64(status.st_ino)
        seen += 1
      }
      usleep(500)
    }
    usleep(.random(in: 0..<20_000))
  }

  @Test(
    "a run killed at random moments ends in the bytes of one that was not",
    arguments: [
      (setups[0], SIGKILL), (setups[1], SIGKILL), (setups[2], SIGKILL), (setups[2], SIGINT),
      (setups[0], SIGTERM), (setups[2], SIGHUP),
    ])
  func killed(setup: Setup, signal: Int32) throws {
    let folder = try Folder()
    let whole = try folder.file("whole.mq", Self.script(setup, saving: "whole"))
    let result = try Command.run([whole], folder: folder)
    #expect(result.code == 0, "\(result.talk)")
    let run = try folder.file("run.mq", Self.script(setup, saving: "run"))
    var isDone = false
    var kills = 0
    for attempt in 0..<12 where !isDone {
      let result = try Command.run([run], folder: folder) { process, _ in
        // The first one can be killed before it has written anything.
        if attempt > 0 { waitForSteps(.random(in: 2...6), in: folder, process) }
        if attempt < 6 { kill(process.processIdentifier, signal) }
      }
      isDone = result.code == 0
      if isDone { break }
      kills += 1
      try #require(result.code == 128 + signal, "\(result.talk)")
    }
    #expect(isDone && kills >= 3, "killed \(kills) times")
    let bytes = try #require(contents(folder, "whole.safetensors"))
    #expect(contents(folder, "run.safetensors") == bytes)
    #expect(contents(folder, "run.csv") == contents(folder, "whole.csv"))
    #expect(contents(folder, "run.ckpt") == contents(folder, "whole.ckpt"))
  }

  @Test("a termination saves the step it comes in", arguments: [SIGTERM, SIGHUP])
  func terminated(signal: Int32) throws {
    let folder = try Folder()
    func script(_ name: String) -> String {
      Self.script(Self.setups[0], saving: name)
        .replacingOccurrences(of: "steps: 24", with: "steps: 72")
        .replacingOccurrences(of: "every: 1", with: "every: 15")
    }
    let whole = try folder.file("whole.mq", script("whole"))
    #expect(try Command.run([whole], folder: folder).code == 0)
    let run = try folder.file("run.mq", script("run"))
    var steps = [0]
    for _ in 0..<3 {
      let result = try Command.run([run], folder: folder) { process, _ in
        // Until the next of the regular checkpoints is there.
        waitForSteps(2, in: folder, process)
        kill(process.processIdentifier, signal)
      }
      try #require(result.code == 128 + signal, "\(result.talk)")
      if let last = steps.last, last > 0 {
        #expect(result.talk.contains("training goes on after step \(last) of 72"))
      }
      steps.append(try step(of: "run.ckpt", in: folder))
    }
    #expect(steps == Array(Set(steps)).sorted() && (steps.last ?? 0) < 72, "\(steps)")
    #expect(steps.contains { !$0.isMultiple(of: 15) }, "\(steps)")
    #expect(try Command.run([run], folder: folder).code == 0)
    #expect(contents(folder, "run.safetensors") == contents(folder, "whole.safetensors"))
    #expect(contents(folder, "run.csv") == contents(folder, "whole.csv"))
    #expect(contents(folder, "run.ckpt") == contents(folder, "whole.ckpt"))
  }

  /// Read from the description in the file.
  private func step(of file: String, in folder: Folder) throws -> Int {
    let data = try #require(contents(folder, file))
    let text = String(decoding: data, as: UTF8.self)
    // Those of the epochs in the history come before.
    return try #require(text.matches(of: /\\"step\\":([0-9]+)/).compactMap { Int($0.1) }.max())
  }

  @Test("a checkpoint of another run, and a file that is none, are refused in words")
  func otherRun() throws {
    let folder = try Folder()
    let text = """
      let data = dataset("synthetic", train: 16, test: 8, size: 8, classes: 2)
      let net = model("resnet20", for: data)
      let batch = param("batch", 8)
      let file = param("file", "run.ckpt")
      let resume = param("resume", false)
      save(net, "net.safetensors")
      train(net, data, steps: 2, batch: batch, lr: constant(peak: 0.1), checkpoint: "run.ckpt",
        resume: if resume { file } else { false })
      """
    let script = try folder.file("x.mq", text)
    #expect(try Command.run([script], folder: folder).code == 0)
    let before = contents(folder, "run.ckpt")
    let again = try Command.run([script], folder: folder)
    #expect(again.code == 1)
    #expect(again.talk.contains("checkpoint.exists"))
    #expect(again.talk.contains("go on from it with 'resume: true'"))
    let other = try Command.run(
      ["--seed", "9", script, "--resume", "true", "--batch", "4"], folder: folder)
    #expect(other.code == 1)
    #expect(
      other.talk.contains("error[checkpoint.other_run]: the checkpoint belongs to another run"))
    #expect(other.talk.contains("it differs in 'weights', 'images', 'batch', 'seed'"))
    #expect(other.talk.contains("'batch' was 8 and is 4 now"))
    let foreign = try Command.run(
      [script, "--resume", "true", "--file", "net.safetensors"], folder: folder)
    #expect(foreign.code == 1)
    #expect(foreign.talk.contains("error[checkpoint.foreign]"))
    #expect(contents(folder, "run.ckpt") == before)
    let whole = try Command.run([script, "--resume", "true"], folder: folder)
    #expect(whole.code == 0)
    #expect(whole.talk.contains("training goes on after step 2 of 2"))
  }
}

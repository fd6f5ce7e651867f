import Foundation
import Testing

/// Real signals to real processes.
@Suite("signals") struct SignalTests {
  /// Ends by itself only after minutes; `print("started")` comes before the work.
  private static let training = """
    let data = dataset("synthetic", train: 64, test: 8, size: 16, classes: 4)
    let net = model("resnet20", for: data)
    """

  private static func script(_ settings: String) -> String {
    training + "\nprint(\"started\")\n"
      + "net |> train(data, batch: 8, lr: constant(peak: 0.01), \(settings))\n"
  }

  private func send(_ signal: Int32, to script: String, options: [String] = []) throws
    -> Command.Result
  {
    try Command.run(options + ["-c", script]) { process, output in
      try Command.wait(for: "started\n", in: output)
      usleep(100_000)
      kill(process.processIdentifier, signal)
    }
  }

  @Test("an interrupt stops a script, a termination ends it", arguments: [SIGINT, SIGTERM, SIGHUP])
  func scripts(signal: Int32) throws {
    for work in ["while true { }", "dataset(\"synthetic\", train: 40_000, test: 9, size: 64)"] {
      let result = try send(signal, to: "print(\"started\")\n\(work)")
      #expect(result.code == 128 + signal)
      #expect(result.output == "started\n")
      #expect(result.talk == (signal == SIGINT ? "interrupted\n" : "terminated\n"))
    }
  }

  @Test("a training without a checkpoint ends soon", arguments: [SIGTERM, SIGHUP])
  func withoutCheckpoint(signal: Int32) throws {
    // A step of 8,000 batches takes minutes.
    let result = try send(
      signal, to: Self.script("epochs: 8_000, accumulate: 8"), options: ["--quiet"])
    #expect(result.code == 128 + signal)
    let long = Self.script("steps: 1, accumulate: 8_000")
      .replacingOccurrences(of: "train: 64", with: "train: 64_000")
    #expect(try send(signal, to: long, options: ["--quiet"]).code == 128 + signal)
  }

  @Test("a second termination does not wait for the step")
  func twice() throws {
    let folder = try Folder()
    let script = Self.script("steps: 1, accumulate: 8_000, checkpoint: \"run.ckpt\"")
      .replacingOccurrences(of: "train: 64", with: "train: 64_000")
    let result = try Command.run(["-c", script], folder: folder) { process, output in
      try Command.wait(for: "started\n", in: output)
      let deadline = Date(timeIntervalSinceNow: Command.patience)
      while !FileManager.default.fileExists(atPath: folder.path + "/run.ckpt"), Date() < deadline {
        usleep(5_000)
      }
      // In the middle of its one step.
      usleep(500_000)
      kill(process.processIdentifier, SIGTERM)
      usleep(300_000)
      #expect(process.isRunning)
      kill(process.processIdentifier, SIGTERM)
    }
    #expect(result.code == 128 + SIGTERM)
  }

  @Test("an interrupt lets the step of a training end, a second one does not")
  func interrupts() throws {
    let long = Self.script("steps: 1, accumulate: 8_000")
      .replacingOccurrences(of: "train: 64", with: "train: 64_000")
    let result = try Command.run(["-c", long]) { process, output in
      try Command.wait(for: "started\n", in: output)
      usleep(300_000)
      kill(process.processIdentifier, SIGINT)
      usleep(300_000)
      #expect(process.isRunning, "the step goes on")
      kill(process.processIdentifier, SIGINT)
    }
    #expect(result.code == 130)
    #expect(result.talk == "interrupted\n")
  }

  @Test("an ignored hangup stays ignored")
  func nohup() throws {
    let line = "trap '' HUP; exec \"$0\" -c 'print(\"started\"); while true { }'"
    let result = try Command.run(["-c", line, Command.path], program: "/bin/bash") {
      process, output in
      try Command.wait(for: "started\n", in: output)
      kill(process.processIdentifier, SIGHUP)
      usleep(300_000)
      #expect(process.isRunning)
      kill(process.processIdentifier, SIGTERM)
    }
    #expect(result.code == 128 + SIGTERM)
  }

  @Test("output that nobody takes does not keep the program from ending")
  func blockedOutput() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Command.path)
    process.arguments = ["-c", "while true { print(repeat(\"x\", 1_000)) }"]
    process.environment = Command.environment([:])
    // Nobody reads these.
    let (output, talk) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = talk
    try process.run()
    usleep(500_000)
    kill(process.processIdentifier, SIGTERM)
    let deadline = Date(timeIntervalSinceNow: Command.patience)
    while process.isRunning, Date() < deadline { usleep(5_000) }
    #expect(!process.isRunning)
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    #expect(process.terminationStatus == 128 + SIGTERM)
    withExtendedLifetime((output, talk)) {}
  }

  @Test("a termination while the script is still being read ends it")
  func reading() throws {
    let folder = try Folder()
    mkfifo(folder.path + "/script.mq", 0o600)
    for (signal, code) in [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)] {
      let result = try Command.run([folder.path + "/script.mq"], folder: folder) { process, _ in
        usleep(300_000)
        #expect(process.isRunning)
        kill(process.processIdentifier, signal)
      }
      #expect(result.code == code)
      #expect(result.output.isEmpty)
    }
  }
}

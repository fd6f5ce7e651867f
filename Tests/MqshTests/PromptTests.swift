import Foundation
import Testing

/// One after the other: each starts a program and waits for what it shows.
@Suite("the prompt", .serialized) struct PromptTests {
  private let folder: Folder
  private var history: String { folder.path + "/state/history" }

  init() throws { folder = try Folder() }

  private func start(
    _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws -> PseudoTerminal {
    try PseudoTerminal(
      arguments, environment: ["MQSH_HISTORY": history].merging(environment) { $1 })
  }

  @Test("values are echoed, and kept in _")
  func echo() throws {
    let terminal = try start()
    try terminal.expect("Ctrl-D leaves")
    try terminal.enter("let x = 40 + 2")
    try terminal.enter("x * 1000")
    try terminal.expect("\n42000\n")
    try terminal.enter("_ + 1")
    try terminal.expect("\n42001\n")
    try terminal.enter("x * 77777;")
    try terminal.enter("print(\"after\")")
    try terminal.expect("\nafter\n")
    #expect(!terminal.transcript.contains("3266634"))
    try terminal.expect("mqsh> ")
    terminal.send("\u{4}")
    #expect(try terminal.waitForExit() == 0)
  }

  @Test("words leave the prompt", arguments: ["exit", "quit", ":quit"])
  func leaving(word: String) throws {
    let terminal = try start()
    try terminal.enter(word)
    #expect(try terminal.waitForExit() == 0)
  }

  @Test("an open bracket or string goes on on the next line")
  func continuation() throws {
    let terminal = try start()
    try terminal.enter("let list = [1000,")
    try terminal.enter("2000]", prompt: "  ... ")
    try terminal.enter("sum(list)")
    try terminal.expect("\n3000\n")
    try terminal.enter("\"\"\"")
    try terminal.enter("inside", prompt: "  ... ")
    try terminal.enter("\"\"\"", prompt: "  ... ")
    try terminal.enter("?sqrt")
    try terminal.expect("square root")
  }

  @Test("an error keeps the session and its variables")
  func errors() throws {
    let terminal = try start()
    try terminal.enter("let kept = 12345")
    try terminal.enter("kept / 0")
    try terminal.expect("division_by_zero")
    try terminal.enter("kept + nothing")
    try terminal.expect("name.unknown")
    try terminal.enter(":bogus")
    try terminal.expect("unknown command")
    try terminal.enter("kept + 1")
    try terminal.expect("\n12346\n")
  }

  @Test("Tab completes names and labels")
  func completion() throws {
    let terminal = try start()
    try terminal.enter("let my_long_variable = 31")
    try terminal.enter("my_lo\t * 1000")
    try terminal.expect("\n31000\n")
    try terminal.enter("expect(1, near: 1, withi\t 0.5); print(\"com\" + \"pleted\")")
    try terminal.expect("\ncompleted\n")
  }

  @Test("Ctrl-C drops the line and leaves an open entry")
  func interruptedLine() throws {
    let terminal = try start()
    try terminal.expect("mqsh> ")
    terminal.send("print(1111")
    try terminal.expect("print(1111")
    terminal.send("\u{3}")
    try terminal.enter("print(2222,")
    try terminal.expect("  ... ")
    terminal.send("\u{3}")
    try terminal.expect("mqsh> ")
    terminal.send("\u{3}")
    try terminal.enter("print(3333 * 2)")
    try terminal.expect("\n6666\n")
  }

  @Test("Ctrl-C stops a statement and keeps the variables")
  func interruptedStatement() throws {
    let terminal = try start()
    try terminal.enter("var count = 700")
    for _ in 0..<3 {
      try terminal.enter("print(\"run\" + \"ning\"); while true { count += 1 }")
      try terminal.expect("\nrunning\n")
      terminal.send("\u{3}\u{3}")
      try terminal.expect("interrupted\n")
    }
    try terminal.enter("count >= 700")
    try terminal.expect("\ntrue\n")
  }

  @Test("the history survives a kill, keeps entries whole and knows no doubles")
  func killedShell() throws {
    let first = try start()
    try first.enter("let a = [17,")
    try first.enter("25]", prompt: "  ... ")
    for _ in 0..<2 {
      try first.enter("print(\"once\")")
      try first.expect("\nonce\n")
    }
    try first.expect("mqsh> ")
    first.signal(SIGKILL)
    #expect(try first.waitForExit() == 128 + SIGKILL)

    let second = try start()
    try second.expect("mqsh> ")
    // Up to the print, and up again to the entry of two lines.
    second.send("\u{1B}[A\u{1B}[A\r")
    try second.enter("sum(a) * 1000")
    try second.expect("\n42000\n")
    let lines = try String(contentsOfFile: history, encoding: .utf8).split(separator: "\n")
    #expect(lines.prefix(2) == ["let a = [17,\\n  25]", "print(\"once\")"])
  }

  @Test("two prompts share one history")
  func sharedHistory() throws {
    let first = try start()
    let second = try start()
    for (terminal, text) in [(first, "1001"), (second, "1002"), (first, "1003")] {
      try terminal.enter(text)
      try terminal.expect("\n\(text)\n")
    }
    let lines = try String(contentsOfFile: history, encoding: .utf8).split(separator: "\n")
    #expect(lines == ["1001", "1002", "1003"])
  }

  @Test("a history that cannot be kept is said once")
  func unwritableHistory() throws {
    let terminal = try start(environment: ["MQSH_HISTORY": "/proc/no/history"])
    try terminal.enter("1001")
    try terminal.expect("history is not kept")
    try terminal.expect("\n1001\n")
    try terminal.enter("1002")
    try terminal.expect("\n1002\n")
    #expect(terminal.transcript.components(separatedBy: "not kept").count == 2)
  }

  @Test("a dumb terminal is enough")
  func dumb() throws {
    let terminal = try start(environment: ["TERM": "dumb"])
    try terminal.enter("1 / 0")
    try terminal.expect("division_by_zero")
    try terminal.enter("123 * 1000")
    try terminal.expect("\n123000\n")
    try terminal.expect("mqsh> ")
    terminal.send("lsq(\t")
    try terminal.expect("\nbits:      int, 2 to 8")
    try terminal.expect("\nper:")
    try terminal.expect("\nmqsh> lsq(")
    terminal.send("bi\t3)\r")
    try terminal.expect("\nlsq(bits: 3)\n")
    try terminal.enter("[1,")
    try terminal.enter("2][1] * 1000", prompt: "  ... ")
    try terminal.expect("\n2000\n")
    try terminal.enter("quit")
    #expect(try terminal.waitForExit() == 0)
    #expect(!terminal.hasReceived("\u{1B}"))
  }

  @Test("errors are colored on a terminal, unless NO_COLOR is set")
  func color() throws {
    for (value, isColored) in [("", true), ("1", false)] {
      let terminal = try start(["-c", "1 / 0"], environment: ["NO_COLOR": value])
      #expect(try terminal.waitForExit() == 1)
      #expect(terminal.hasReceived("\u{1B}[") == isColored)
    }
  }

  @Test("-i stays after a script that failed")
  func staying() throws {
    let terminal = try start(["-i", "-c", "let x = 5001\nprint(1 / 0)"])
    try terminal.expect("division_by_zero")
    try terminal.enter("x + 1")
    try terminal.expect("\n5002\n")
  }

  @Test(
    "a signal that ends the prompt leaves the terminal as it was", arguments: [SIGTERM, SIGHUP])
  func termination(signal: Int32) throws {
    let terminal = try start()
    try terminal.expect("mqsh> ")
    let file = folder.path + "/typed.txt"
    terminal.send("save(\"\", \"\(file)\")")
    try terminal.expect("typed.txt\")")
    terminal.signal(signal)
    #expect(try terminal.waitForExit() == 128 + signal)
    #expect(terminal.isCooked)
    #expect(!FileManager.default.fileExists(atPath: file), "what was typed did not run")
  }

  @Test("a signal that ends the prompt stops the statement first", arguments: [SIGTERM, SIGHUP])
  func terminatedStatement(signal: Int32) throws {
    let terminal = try start()
    try terminal.enter("print(\"run\" + \"ning\"); while true { }")
    try terminal.expect("\nrunning\n")
    terminal.signal(signal)
    #expect(try terminal.waitForExit() == 128 + signal)
    #expect(terminal.isCooked)
    let lines = try String(contentsOfFile: history, encoding: .utf8)
    #expect(lines.contains("while true"))
  }

  private static let training = """
    let data = dataset("synthetic", train: 64, test: 8, size: 16, classes: 4); \
    let net = model("resnet20", for: data); let copy = net; let settings = (batch: 8, lr: \
    constant(peak: 0.01))
    """

  @Test("a signal that ends the prompt saves the checkpoint of a training")
  func terminatedTraining() throws {
    let file = folder.path + "/run.ckpt"
    let call = "net |> train(data, ...settings, epochs: 2_000, checkpoint: \"\(file)\", resume: "
    let first = try start()
    try first.enter(Self.training)
    try first.enter("print(\"run\" + \"ning\"); let x = \(call)false)")
    try first.expect("\nrunning\n")
    try first.expect("MiB")
    first.signal(SIGTERM)
    #expect(try first.waitForExit() == 128 + SIGTERM)
    #expect(first.isCooked)
    let second = try start()
    try second.enter(Self.training)
    try second.enter("let x = \(call)true)")
    try second.expect("training goes on after step ")
    try second.expect(" of 16000\n")
    second.send("\u{3}")
    try second.expect("this is the model so far")
  }

  @Test("one Ctrl-C ends a training with its step, two end the statement")
  func interruptedTraining() throws {
    let terminal = try start()
    try terminal.enter(Self.training)
    let long = "let big = dataset(\"synthetic\", train: 64_000, test: 8, size: 16, classes: 4)"
    try terminal.enter(long)
    try terminal.enter("let half = net |> train(data, ...settings, epochs: 2_000)")
    try terminal.expect("MiB")
    terminal.send("\u{3}")
    try terminal.expect("this is the model so far")
    try terminal.enter("[net == copy, half == net, 1000 * 2]")
    try terminal.expect("[true, false, 2000]")
    try terminal.enter(
      "print(\"run\" + \"ning\"); let x = net |> train(big, ...settings, steps: 1, accumulate: 8_000)"
    )
    try terminal.expect("\nrunning\n")
    usleep(500_000)
    terminal.send("\u{3}")
    // Two signals at once would count as one.
    usleep(300_000)
    terminal.send("\u{3}")
    try terminal.expect("interrupted\n")
    try terminal.enter("[net == copy, 1000 * 3]")
    try terminal.expect("[true, 3000]")
  }
}

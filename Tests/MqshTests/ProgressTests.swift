import Foundation
import Testing

/// On a pseudo-terminal, as a person sees it.
@Suite("progress") struct ProgressTests {
  private static let training = """
    let data = dataset("synthetic", train: 64, test: 10, size: 8)
    train(model("resnet20", for: data), data, steps: 100_000, batch: 8, lr: constant(peak: 0.001))
    """

  @Test("long work shows a line with the time left, and an interrupt clears it")
  func line() throws {
    let terminal = try PseudoTerminal(["-c", Self.training])
    try terminal.expect("train resnet20")
    try terminal.expect(" left")
    terminal.send("\u{3}")
    try terminal.expect("interrupted")
    #expect(try terminal.waitForExit() == 130)
  }

  @Test("a sweep shows its runs, the best so far and the training in it")
  func sweep() throws {
    let text = """
      let data = dataset("synthetic", train: 64, test: 10, size: 8)
      let net = model("resnet20", for: data)
      sweep(steps: [1, 100_000]) { run in
        train(net, data, steps: run.steps, batch: 8, lr: constant(peak: 0.001))
        run.steps
      }
      """
    let terminal = try PseudoTerminal(["-c", text])
    try terminal.expect("sweep 1/2 | ")
    try terminal.expect("best value 1 | train resnet20")
    terminal.send("\u{3}")
    try terminal.expect("interrupted")
    #expect(try terminal.waitForExit() == 130)
  }

  @Test("--quiet shows nothing")
  func quiet() throws {
    let short = "let x = 1\nprint(x)"
    let terminal = try PseudoTerminal(["--quiet", "-c", short])
    #expect(try terminal.waitForExit() == 0)
    #expect(terminal.transcript == "1\n")
  }
}

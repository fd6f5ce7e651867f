import Foundation
import Testing

/// Where output goes when nobody takes it.
@Suite("output") struct OutputTests {
  private static let training = """
    let data = dataset("synthetic", train: 16, test: 8, size: 8, classes: 2)
    let net = model("resnet20", for: data)
    for i in 0..<100_000 {
      let done = train(net, data, steps: 1, batch: 8, lr: constant(peak: 0.1))
      print(i, history(done).step[0])
    }
    """

  @Test(
    "a reader that leaves ends the script quietly",
    arguments: [
      ("for i in 0..<10_000_000 { print(i) }", "0\n"),
      ("for i in 0..<10_000_000 { attempt { print(i) } }", "0\n"),
      ("sweep(i: 0..<1_000_000) { run in print(run.i)\nrun.i }", "0\n"), (training, "0 1\n"),
      ("print(table(0..<100_000 |> map { i in (a: i) }))", "a\n"),
    ])
  func closedPipe(text: String, first: String) throws {
    for redirection in ["", "2>&1"] {
      let line = "\"$0\" -c \"$1\" \(redirection) | head -n 1; exit ${PIPESTATUS[0]}"
      let result = try Command.run(["-c", line, Command.path, text], program: "/bin/bash")
      #expect(result.output == first)
      #expect(result.talk.isEmpty)
      #expect(result.code == 141)
    }
  }

  @Test(
    "a full disk is an error",
    arguments: [
      "-c 'print(1)'", "-c 'while true { print(1) }'", "help", "help sqrt", "--help", "--version",
      "-i -c '' <<< '1 + 1'",
    ])
  func fullDisk(words: String) throws {
    let result = try Command.run(
      ["-c", "\"$0\" \(words) > /dev/full", Command.path], program: "/bin/bash")
    #expect(result.talk.contains("cannot write the output: no space left on device"))
    #expect(result.code == 1)
  }
}

import Foundation
import Testing

/// `mqsh plan` as a user runs it.
@Suite("plan") struct PlanTests {
  private static let script = """
    let steps = param("steps", 2, help: "of each training")
    let data = dataset("synthetic", train: 36, test: 10, size: 8, classes: 2)
    let net = model("resnet20", for: data)
    print("never printed")
    let rows = sweep(bits: [2, 4, 2], seed: 1...2, where: { run in run.bits == 2 or run.seed == 1 }) { run in
      quantize(net, lsq(bits: run.bits), backend: academic)
        |> train(data, steps: steps, batch: 12, lr: constant(peak: 0.1))
        |> evaluate(data)
    }
    save(rows, "rows.csv")
    """

  @Test("the report names runs, work, sums and what is done twice")
  func report() throws {
    let folder = try Folder()
    let file = try folder.file("x.mq", Self.script)
    let result = try Command.run(
      ["plan", "--no-time", file, "--steps", "3"], folder: folder)
    #expect(result.code == 0)
    #expect(result.talk.isEmpty)
    #expect(
      result.output == """
        sweep in line 5: bits (3) x seed (2) = 6, 1 left out by 'where' = 5 runs
        run  bits  seed  steps  images  MiB
        ---  ----  ----  -----  ------  ---
          1     2     1      3      46    4
          2     2     2      3      46    4
          3     4     1      3      46    4
          4     2     1      3      46    4
          5     2     2      3      46    4

        line  work      times  model     data       images  steps  batch  MiB
        ----  --------  -----  --------  ---------  ------  -----  -----  ---
           7  train         5  resnet20  synthetic      36      3     12    4
           8  evaluate      5  resnet20  synthetic      10      1     10    1

        in all: 5 runs, 5 trainings, 5 evaluations, 230 images through a network, at most 4 MiB
        runs 1 and 4 are the same experiment
        runs 2 and 5 are the same experiment
        the plan follows what does not depend on results; in a condition, one is no number (NaN)
        memory: of activations, gradients and scratch, without weights and data

        """)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/rows.csv"))
  }

  @Test("with a format the runs are a table, and the sums are talk")
  func table() throws {
    let folder = try Folder()
    let file = try folder.file("x.mq", Self.script)
    for words in [
      ["plan", "--format", "csv", "--no-time"], ["--format=csv", "plan", "--no-time"],
    ] {
      let result = try Command.run(words + [file])
      #expect(result.code == 0)
      let lines = result.output.split(separator: "\n")
      #expect(
        lines.first
          == "sweep,run,bits,seed,trainings,evaluations,images,steps,mib,fingerprint,same_as,error")
      #expect(lines.count == 6)
      #expect(lines.last?.hasPrefix("5,5,2,2,1,1,34,2,4,") == true)
      #expect(lines.last?.hasSuffix(",2,") == true)
      #expect(result.talk.hasPrefix("in all: 5 runs, "))
    }
    let quiet = try Command.run(["--quiet", "plan", "--no-time", "--format", "jsonl", file])
    #expect(quiet.talk.isEmpty)
    #expect(quiet.output.hasPrefix("{\"sweep\": 5, \"run\": 1, \"bits\": 2, "))
  }

  @Test("the time is measured, and said to be this machine's")
  func time() throws {
    let folder = try Folder()
    let file = try folder.file("x.mq", Self.script)
    let result = try Command.run(["plan", file])
    #expect(result.code == 0)
    #expect(result.output.contains(" about 0:"))
    #expect(result.output.contains("time: for this machine and "))
    #expect(result.output.contains("loading and augmenting images is not counted"))
    let table = try Command.run(["plan", "--format", "csv", file])
    #expect(table.output.contains(",seconds,mib,"))
  }

  @Test("the exit code tells how the plan ended")
  func exitCodes() throws {
    let data = "let data = dataset(\"synthetic\", train: 9, test: 9, size: 8)\n"
    let cases: [(String, Int32, String)] = [
      ("print(1)", 0, ""), ("print(unknown)", 65, "name.unknown"),
      ("let a = param(\"a\")", 2, "param.missing"),
      (
        data + "train(model(\"resnet20\", for: data), data, epochs: 1, lr: constant(peak: 1))", 1,
        "train.batch"
      ),
      ("sweep(a: 0...1) { run in 1 // run.a }", 1, "in run 1 of 2: a: 0"),
    ]
    for (text, code, words) in cases {
      let result = try Command.run(["plan", "-"], input: text)
      #expect(result.code == code, "\(text)")
      #expect(result.talk.contains(words) || words.isEmpty, "\(result.talk)")
      #expect(result.output.isEmpty == (code != 0 && !text.hasPrefix("sweep")))
    }
  }

  @Test("wrong usage is said, and help is there")
  func usage() throws {
    for words in [
      ["plan"], ["plan", "--bogus", "x.mq"], ["plan", "--format", "xml", "x.mq"],
      ["plan", "no/such.mq"], ["plan", "-", "--n", "1"],
    ] {
      let result = try Command.run(words)
      #expect(result.code == 2, "\(words)")
      #expect(result.output.isEmpty)
      #expect(!result.talk.isEmpty)
    }
    #expect(try Command.run(["plan", "--help"]).output.contains("mqsh plan [--no-time]"))
    let folder = try Folder()
    let file = try folder.file("x.mq", Self.script)
    #expect(
      try Command.run(["plan", file, "--help"]).output.contains("of each training"))
  }

  @Test("Ctrl-C stops a plan")
  func interrupt() throws {
    let terminal = try PseudoTerminal(["plan", "-"])
    terminal.send("while true { }\n\u{4}")
    usleep(300_000)
    terminal.send("\u{3}")
    try terminal.expect("interrupted")
    #expect(try terminal.waitForExit() == 130)
  }
}

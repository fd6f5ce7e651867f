import Foundation
import Testing

@Suite("script parameters") struct ParameterTests {
  private static let script = """
    #!/usr/bin/env mqsh
    # 4-bit LSQ on one backend.
    #
    #   mqsh bits.mq --epochs 3 > results.csv

    # No part of the description.
    print("begun")
    let epochs = param("epochs", 3, min: 1, max: 100, help: "epochs of fine-tuning")
    let backend = param("backend", "tensorrt", choices: ["tensorrt", "snpe"], help: "where to")
    let bits = param("bits", [2, 4], help: "widths")
    let verbose = param("verbose", false, help: "says more")
    let shuffle = param("shuffle", true)
    let steps = param("steps", nil, type: "int", min: 1)
    let width = param("width", 4 * epochs)
    let note = param("note", "")
    print(epochs, backend, bits, verbose, shuffle, steps, width, param("data_set"), args())
    """

  private func run(_ words: [String]) throws -> Command.Result {
    let folder = try Folder()
    _ = try folder.file("x.mq", Self.script)
    return try Command.run(["x.mq"] + words, folder: folder)
  }

  @Test("they come from the words behind the script, the rest are arguments")
  func values() throws {
    let plain = try run(["--data-set", "d"])
    #expect(plain.code == 0)
    #expect(plain.output == "begun\n3 tensorrt [2, 4] false true nil 12 d []\n")
    let given = try run([
      "one", "--epochs=1_0", "--backend", "snpe", "--bits", "8", "--verbose", "two", "--no-shuffle",
      "--steps", "5", "--width", "-7", "--data_set", "a,b", "-x", "--", "--verbose",
    ])
    #expect(given.code == 0, "\(given.talk)")
    #expect(
      given.output
        == "begun\n10 snpe [8] true false 5 -7 a,b [\"one\", \"two\", \"-x\", \"--verbose\"]\n")
  }

  @Test("what does not fit is said all at once, with the usage, before anything runs")
  func misuse() throws {
    let result = try run(["--epochs", "0", "--backend=tvm", "--bits", "2,many", "--step", "1"])
    #expect(result.code == 2)
    #expect(result.output.isEmpty)
    for words in [
      "'--epochs' is 1 to 100, not '0'", "'--backend' cannot be 'tvm'",
      "'--bits' takes a list of ints, not '2,many'", "no parameter '--step'", "mean '--steps'?",
      "the script needs '--data_set'", "usage: mqsh x.mq", "--help says more",
    ] { #expect(result.talk.contains(words), "\(words)") }
    #expect(result.talk.components(separatedBy: "error[param.").count == 6)
    // What only running shows ends in the same way.
    let late = try run(["--width", "many", "--data-set", "d"])
    #expect(late.code == 2 && late.output == "begun\n")
    #expect(late.talk.contains("usage: mqsh x.mq"))
  }

  @Test("--help shows the first comment and every parameter")
  func help() throws {
    let result = try run(["--epochs", "many", "--help", "--bogus"])
    #expect(result.code == 0)
    #expect(result.talk.isEmpty)
    #expect(
      result.output == """
        usage: mqsh x.mq [--epochs INT] [--backend STRING] [--bits INT,...] [--verbose]
                 [--[no-]shuffle] [--steps INT] [--width VALUE] [--note STRING]
                 --data_set STRING

        4-bit LSQ on one backend.

          mqsh bits.mq --epochs 3 > results.csv

        Parameters
          --epochs INT       epochs of fine-tuning (1 to 100; default 3)
          --backend STRING   where to (one of tensorrt, snpe; default tensorrt)
          --bits INT,...     widths (default 2,4)
          --verbose          says more (default false)
          --[no-]shuffle     (default true)
          --steps INT        (1 or more)
          --width VALUE
          --note STRING      (default "")
          --data_set STRING  (required)

        """)
    // Behind -- it is a word like any other.
    #expect(try run(["--data_set=d", "--", "--help"]).output.contains("[\"--help\"]"))
  }

  @Test("the help of a script without parameters, and of one with errors")
  func bareHelp() throws {
    let bare = try Command.run(["-", "--help"], input: "print(1)")
    #expect(bare.output == "usage: mqsh <stdin>\n\nIt declares no parameters.\n")
    let broken = try Command.run(["-", "--help"], input: "print(")
    #expect(broken.code == 65 && broken.output.isEmpty)
  }
}

import Foundation
import Testing

@Suite("scripts") struct ScriptTests {
  /// The ways to run a text with words behind it; a pipe takes none.
  private func ways(_ text: String, _ words: [String] = [], in folder: Folder) throws
    -> [Command.Result]
  {
    let file = try folder.file("x.mq", text)
    let pipe = folder.path + "/pipe-\(UUID().uuidString)"
    mkfifo(pipe, 0o600)
    let fed = "cat \"$1\" > \"$2\" & exec \"$0\" \"${@:2}\""
    return [
      try Command.run([file] + words, folder: folder),
      try Command.run(["-c", text] + words, folder: folder),
      try Command.run(["-"] + words, input: text, folder: folder),
      try Command.run(["/dev/stdin"] + words, input: text, folder: folder),
      try Command.run(
        ["-c", fed, Command.path, file, pipe] + words, program: "/bin/bash", folder: folder),
    ] + (words.isEmpty ? [try Command.run([], input: text, folder: folder)] : [])
  }

  @Test(
    "a file, -c, -, a pipe and a named pipe give the same output",
    arguments: [
      ("let x = 20\nfor i in 0..<3 { print(i * x) }\nprint(\"é\", [1, 2.5], (a: nil))", [], 0),
      ("print(table([(a: 1, b: \"x\")]))\nprint(1 / 0)", [], 1), ("print(1)\nexpect(false)", [], 3),
      ("print(1", [], 65), ("", [], 0), ("# nothing", [], 0),
      ("print(param(\"n\", 1), args())", ["--n", "7", "word"], 0), ("print(1)", ["--n", "7"], 2),
      (
        "#!/usr/bin/env mqsh\r\nlet s = \"\"\"\r\n  a\r\n  \"\"\"\r\nprint(s, [1,\r\n2])\r\n", [], 0
      ),
    ] as [(String, [String], Int32)])
  func sameBytes(text: String, words: [String], code: Int32) throws {
    let folder = try Folder()
    let results = try ways(text, words, in: folder)
    for result in results {
      #expect(result.code == code)
      #expect(result.output == results[0].output)
      #expect(result.talk.isEmpty == results[0].talk.isEmpty)
    }
  }

  @Test("lines may end in a carriage return, and a byte order mark is skipped")
  func foreignEditors() throws {
    let folder = try Folder()
    let text =
      "\u{FEFF}# A script.\r\nlet s = \"\"\"\r\n  a\r\n  \"\"\"\r\nprint(s,\r\n 2)\r\nprint(1 / 0)\r\n"
    for result in try ways(text, in: folder) {
      #expect(result.output == "a 2\n")
      #expect(result.code == 1)
      #expect(result.talk.contains(":7:7"))
    }
    _ = try folder.file("module.mq", "\u{FEFF}let a = 5\r\n")
    let importer = try Command.run(
      ["-c", "import \"module.mq\" as m\nprint(m.a)"], folder: folder)
    #expect(importer.output == "5\n")
    let help = try Command.run(["x.mq", "--help"], folder: folder)
    #expect(help.output.contains("\nA script.\n"))
    // Elsewhere the mark is a character like any other.
    #expect(try Command.run(["-c", "print(1) \u{FEFF}"]).code == 65)
  }

  @Test("a zero byte is no text of a script, but may stand in a string")
  func zeroBytes() throws {
    let folder = try Folder()
    for (text, code) in [
      ("print(1)\u{0}", 65), ("\u{0}", 65), ("print(count(\"a\u{0}b\")) # \u{0}", 0),
    ] as [(String, Int32)] {
      let file = try folder.file("x.mq", text)
      let result = try Command.run([file])
      #expect(result.code == code, "\(result.talk)")
      #expect(result.output == (code == 0 ? "3\n" : ""))
    }
  }

  @Test("what is no script is refused with exit code 2, what is too long as well")
  func noScripts() throws {
    let folder = try Folder()
    let huge = folder.unused("huge.mq")
    #expect(truncate(huge, 65 << 20) == 0)
    let module = "import \"\(huge)\" as huge"
    for (words, message, code) in [
      ([folder.path], "it is a folder", 2), ([folder.path + "/none.mq"], "no such file", 2),
      ([huge], "more than 64 MiB", 2), (["/dev/zero"], "more than 64 MiB", 2),
      (["-c", module], "more than 64 MiB", 65), ([""], "no such file", 2),
    ] as [([String], String, Int32)] {
      let result = try Command.run(words)
      #expect(result.code == code)
      #expect(result.talk.contains(message), "\(result.talk)")
      #expect(result.output.isEmpty)
    }
    chmod(huge, 0)
    // Root may read everything.
    if getuid() != 0 { #expect(try Command.run([huge]).talk.contains("permission denied")) }
  }

  @Test(
    "the exit code tells how a text ended",
    arguments: [
      ("print(1)", 0), ("", 0), ("# nothing", 0), ("print(1 / 0)", 1), ("print(unknown)", 65),
      ("print(1", 65), ("let x = \"", 65), ("expect(1, near: 2, within: 0.5)", 3),
      ("func f(n) { f(n + 1) }\nf(0)", 1), ("print(9223372036854775807 + 1)", 1),
      ("let a = param(\"a\")", 2), ("sweep(a: 0...1) { run in 1 // run.a }", 1),
    ] as [(String, Int32)])
  func exitCodes(text: String, code: Int32) throws {
    let folder = try Folder()
    let file = try folder.file("x.mq", text)
    let ways = [
      try Command.run([file]), try Command.run(["-c", text]), try Command.run([], input: text),
    ]
    for result in ways {
      #expect(result.code == code)
      #expect(result.talk.isEmpty == (code == 0))
    }
  }

  @Test(
    "wrong usage is said on the talk output",
    arguments: [
      (["--bogus"], "--bogus"), (["--format", "xml"], "xml"), (["--threads", "0"], "--threads"),
      (["-c"], "-c"), (["no/such.mq"], "no such file"), (["/"], "folder"),
      (["-c", "let n = param(\"n\", 1)", "--n"], "'--n' needs a value"),
      (["-c", "", "--n", "1"], "no parameter '--n'"),
      (["-c", "param(\"n\", 1)", "--n=1", "--n=2"], "twice"),
      (["help", "sqr"], "did you mean 'sqrt'"),
    ])
  func usage(arguments: [String], words: String) throws {
    let result = try Command.run(arguments)
    #expect(result.code == 2)
    #expect(result.output.isEmpty)
    #expect(result.talk.contains(words))
  }

  @Test("a first line for the system is a comment")
  func shebang() throws {
    let folder = try Folder()
    let file = try folder.file("x.mq", "#!/usr/bin/env mqsh\nprint(args())\n")
    chmod(file, 0o755)
    let programs = (Command.path as NSString).deletingLastPathComponent
    let result = try Command.run(
      ["word"], environment: ["PATH": programs + ":/usr/bin:/bin"], program: file)
    #expect(result.output == "[\"word\"]\n")
    #expect(result.code == 0)
  }

  @Test("text that is not UTF-8 is rejected")
  func invalidUTF8() throws {
    let folder = try Folder()
    let file = try folder.file("x.mq", "")
    try Data([0x70, 0xFF, 0xFE]).write(to: URL(fileURLWithPath: file))
    let result = try Command.run([file])
    #expect(result.code == 65)
    #expect(result.talk.contains("text.invalid_utf8"))
  }

  @Test("tables are csv in a pipe and what --format says")
  func formats() throws {
    let text = "print(table([(a: 1, b: \"x\"), (a: 2, b: \"y\")]))"
    #expect(try Command.run(["-c", text]).output == "a,b\n1,x\n2,y\n")
    #expect(try Command.run(["--format", "tsv", "-c", text]).output == "a\tb\n1\tx\n2\ty\n")
    let json = try Command.run(["-c", text, "--format=jsonl"]).output
    #expect(json == "{\"a\": 1, \"b\": \"x\"}\n{\"a\": 2, \"b\": \"y\"}\n")
  }

  @Test("messages are colored when asked for only")
  func color() throws {
    let escape = "\u{1B}["
    #expect(try Command.run(["-c", "1 / 0"]).talk.contains(escape) == false)
    #expect(try Command.run(["--color", "always", "-c", "1 / 0"]).talk.contains(escape))
  }

  @Test("the number of threads and the seed are set on the command line")
  func threadsAndSeed() throws {
    let text = "print(version().threads, seed())"
    let result = try Command.run(["--threads", "3", "--seed", "42", "-c", text])
    #expect(result.output == "3 42\n")
  }

  @Test("-i reads entries after the script, without a prompt from a pipe")
  func staying() throws {
    let result = try Command.run(
      ["-i", "-c", "let x = 4\nprint(x)"], input: "x + 1\n_ * 2;\n[x,\n 6]\n1 / 0\nx\nquit\n9\n")
    #expect(result.output == "4\n5\n[4, 6]\n4\n")
    #expect(result.talk.contains("number.division_by_zero"))
    #expect(result.code == 0)
  }

  @Test(
    "--keep-going runs what stands behind a failed statement, and the first failure is the exit code"
  )
  func keepingGoing() throws {
    let text = """
      print(twice(1))
      let x = 1 / 0
      expect(1, equals: 2)
      print("after")
      func twice(a) { a * 2 }
      print(x)
      print("end")
      """
    let stopped = try Command.run(["-c", text])
    #expect(stopped.output == "2\n")
    let result = try Command.run(["--keep-going", "-c", text])
    #expect(result.output == "2\nafter\nend\n")
    #expect(result.code == 1)
    for code in ["number.division_by_zero", "expect.failed", "name.uninitialized"] {
      #expect(result.talk.contains("error[\(code)"))
    }
    #expect(try Command.run(["--keep-going", "-c", "expect(1, equals: 2)\n1 / 0"]).code == 3)
    #expect(try Command.run(["--keep-going", "-c", "print(1)"]).code == 0)
    // What is wrong with the text is found before anything runs.
    let rejected = try Command.run(["--keep-going", "-c", "print(1)\nnothing"])
    #expect(rejected.output == "")
    #expect(rejected.code == 65)
  }

  @Test("help comes from the registry")
  func help() throws {
    #expect(try Command.run(["help", "sqrt"]).output.contains("square root"))
    #expect(try Command.run(["help"]).output.contains("print"))
    #expect(try Command.run(["--help"]).output.contains("130 interrupted"))
    #expect(try Command.run(["--version"]).output.contains("."))
  }
}

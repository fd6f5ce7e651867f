import Foundation
import Testing

/// What the prompt does beside running code. One after the other: each starts a program.
@Suite("commands of the prompt", .serialized) struct PromptCommandTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func start(
    _ arguments: [String] = [], environment: [String: String] = [:], columns: Int = 100,
    rows: Int = 24
  ) throws -> PseudoTerminal {
    try PseudoTerminal(
      arguments,
      environment: ["MQSH_HISTORY": folder.path + "/history"].merging(environment) { $1 },
      columns: columns, rows: rows)
  }

  private func path(_ name: String) -> String { folder.path + "/" + name }

  private func text(of name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  // MARK: - The session

  @Test("variables are listed, a time is told, and errors of commands are errors")
  func session() throws {
    let terminal = try start()
    try terminal.enter(":vars")
    try terminal.expect("error[prompt.nothing]: there is no variable yet")
    try terminal.enter("let first = [1, 2]; var second = \"日本\"")
    try terminal.enter(":vars")
    try terminal.expect("first   list")
    try terminal.expect("second  string  \"日本\"")
    try terminal.enter(":vars sec")
    try terminal.expect("\nsecond  string")
    try terminal.enter(":time 500 * 2")
    try terminal.expect("\n1000\ntook 0.")
    try terminal.enter(":timer on")
    try terminal.enter("500 * 4")
    try terminal.expect("\n2000\ntook 0.")
    try terminal.enter(":timer of")
    try terminal.expect("':timer' takes 'on' or 'off'")
    try terminal.enter(":loda x")
    try terminal.expect("did you mean ':load'?")
    try terminal.enter(":help")
    try terminal.expect("Lists the variables")
    try terminal.expect("entry |! program")
  }

  @Test(":time takes an entry of several lines")
  func timedBlock() throws {
    let terminal = try start()
    try terminal.enter(":time {")
    try terminal.enter("500 * 6 }()", prompt: "  ... ")
    try terminal.expect("\n3000\ntook ")
  }

  @Test("a session is saved as a script and loaded again")
  func saving() throws {
    let terminal = try start()
    try terminal.enter(":save \(path("s.mq"))")
    try terminal.expect("there is no entry to save yet")
    try terminal.enter("let x = 1000")
    try terminal.enter("x + nothing")
    try terminal.enter("func double(a) { a * 2 }")
    try terminal.enter(":save \(path("s.mq"))")
    try terminal.enter("let y = double(x)")
    try terminal.enter(":save \(path("s.mq"))")
    try terminal.expect("is there already")
    try terminal.expect(":save! ")
    #expect(try text(of: "s.mq") == "let x = 1000\nfunc double(a) { a * 2 }\n")
    try terminal.enter(":save! \(path("s.mq"))")
    try terminal.enter("\"sa\" + \"ved\"")
    try terminal.expect("\n\"saved\"\n")
    let other = try start()
    try other.enter(":load \(path("s.mq"))")
    try other.enter("y + 1")
    try other.expect("\n2001\n")
    try other.enter(":load \(path("none.mq"))")
    try other.expect("error[file.unreadable]: cannot read '\(path("none.mq"))'")
  }

  @Test("a loaded file that fails is shown with its own lines, and what it declared before stays")
  func failingFile() throws {
    let file = try folder.file("bad.mq", "let before = 4321\nprint(1 / 0)\nlet after = 2\n")
    let terminal = try start()
    try terminal.enter(":load \(file)")
    try terminal.expect("bad.mq:2:")
    try terminal.enter("before + 1")
    try terminal.expect("\n4322\n")
    try terminal.enter("after")
    try terminal.expect("name.unknown")
  }

  @Test("the history is listed with numbers, and an entry is edited and run")
  func editing() throws {
    let editor = try folder.file("edit.sh", "sed -i s/1000/3000/ \"$1\"\n")
    let terminal = try start(environment: ["EDITOR": "sh \(editor)"])
    try terminal.enter("1000 * 2")
    try terminal.expect("\n2000\n")
    try terminal.enter("[1,")
    try terminal.enter("2]", prompt: "  ... ")
    try terminal.enter(":history")
    try terminal.expect("    1  1000 * 2\n    2  [1,\n")
    try terminal.enter(":history [2")
    try terminal.expect("such entry")
    try terminal.enter(":history [1")
    try terminal.expect("    2  [1,\n")
    try terminal.enter(":edit 1")
    try terminal.expect("\n3000 * 2\n6000\n")
    try terminal.enter(":edit 2")
    try terminal.expect("nothing is run")
    try terminal.enter(":edit 77")
    try terminal.expect("there is no entry 77")
    // What came out of the editor is an entry as if it had been typed.
    #expect(try text(of: "history").contains("\n3000 * 2\n"))
  }

  @Test("an editor that fails runs nothing")
  func failingEditor() throws {
    let terminal = try start(environment: ["VISUAL": "false"])
    try terminal.enter("1000 * 2")
    try terminal.enter(":edit")
    try terminal.expect("the editor ended with exit code 1")
  }

  // MARK: - Other programs

  @Test("programs of the shell run on the terminal")
  func shell() throws {
    let terminal = try start()
    try terminal.enter("!echo sh''own; exit 7")
    try terminal.expect("\nshown\nexit code 7\n")
    try terminal.enter("!echo read''y; read x; echo \"got $x\"")
    try terminal.expect("\nready\n")
    terminal.send("a line\r")
    try terminal.expect("\ngot a line\n")
    try terminal.enter("!echo run''ning; sleep 50")
    try terminal.expect("\nrunning\n")
    terminal.send("\u{3}")
    try terminal.expect("exit code 130")
    try terminal.enter("500 * 2")
    try terminal.expect("\n1000\n")
    try terminal.enter("!")
    try terminal.expect("there is no program behind '!'")
  }

  @Test("an entry's output is piped to a program")
  func pipe() throws {
    let terminal = try start()
    try terminal.enter("table([(a: 7, b: \"x\")]) |! sed s/7/1234/")
    try terminal.expect("\n1234  x\n")
    try terminal.enter("print(\"|! \" + \"text\")")
    try terminal.expect("\n|! text\n")
    for entry in ["[1, 2] |!", ":once |", ":output |!"] {
      try terminal.enter(entry)
      try terminal.expect("there is no program behind '|'")
    }
    try terminal.enter("[1, 2] |! exit 3")
    try terminal.expect("'|exit 3' ended with exit code 3")
  }

  @Test("with --safe no other program runs, and files stay in the folder")
  func safe() throws {
    let terminal = try start(["--safe"])
    for entry in ["!echo bad", "1 |! cat", ":edit", ":once |cat", ":output |cat"] {
      try terminal.enter(entry)
      try terminal.expect("error[safe.shell]")
    }
    for entry in [":save", ":once", ":output", ":log"] {
      try terminal.enter("let a = 1")
      try terminal.enter("\(entry) \(path("x"))")
      try terminal.expect("error[safe.write]")
    }
    try terminal.enter(":load \(try folder.file("x.mq", "1"))")
    try terminal.expect("error[safe.read]")
    #expect(!FileManager.default.fileExists(atPath: path("x")))
  }

  // MARK: - Output

  @Test("the next output, or all of it, goes to a file in the format of its name")
  func redirection() throws {
    let terminal = try start()
    let table = "table([(a: 1, b: \"x\")])"
    try terminal.enter(":once \(path("t.json"))")
    try terminal.enter(table)
    try terminal.enter(table)
    try terminal.expect("\n1  x\n")
    #expect(try text(of: "t.json") == "[\n  {\"a\": 1, \"b\": \"x\"}\n]\n")
    try terminal.enter(":once \(path("t.json"))")
    try terminal.expect("is there already")
    try terminal.enter(":output \(path("o.csv"))")
    try terminal.enter(table)
    try terminal.enter("print(\"more\")")
    try terminal.enter("1 / 0")
    try terminal.expect("division_by_zero")
    try terminal.enter(":output")
    try terminal.enter(table)
    try terminal.expect("\n1  x\n")
    #expect(try text(of: "o.csv") == "a,b\n1,x\nmore\n")
    try terminal.enter(":format csv")
    try terminal.enter(table)
    try terminal.expect("\n1,x\n")
    try terminal.enter(":format xls")
    try terminal.expect("':format' takes one of table, ")
  }

  @Test("a failing write to a redirection is an error of the entry")
  func fullDisk() throws {
    let terminal = try start()
    try terminal.enter(":output /dev/full")
    try terminal.enter("1000 * 2")
    try terminal.expect("cannot write the output: no space left on device")
    try terminal.enter(":output")
    try terminal.enter("1000 * 3")
    try terminal.expect("\n3000\n")
  }

  @Test("a log holds what was entered and shown")
  func log() throws {
    let terminal = try start()
    try terminal.enter(":log \(path("log.txt"))")
    try terminal.enter("[1000,")
    try terminal.enter("2]", prompt: "  ... ")
    try terminal.enter("1 / 0")
    try terminal.enter(":log")
    try terminal.enter("77777")
    try terminal.expect("\n77777\n")
    let lines = try text(of: "log.txt").split(separator: "\n")
    #expect(lines.prefix(4) == ["mqsh> [1000,", "  ...   2]", "[1000, 2]", "mqsh> 1 / 0"])
    #expect(lines.contains { $0.hasPrefix("error[") })
    #expect(!lines.contains { $0.contains("77777") })
  }

  @Test("what is higher than the window goes through the pager, and only at the prompt")
  func pager() throws {
    let environment = ["PAGER": "sed 's/^/| /'"]
    let terminal = try start(environment: environment, rows: 12)
    try terminal.enter("models()")
    try terminal.expect("\n| resnet20 ")
    try terminal.enter("print(\"sh\" + \"ort\")")
    try terminal.expect("\nshort\n")
    let script = try start(["-c", "print(models())"], environment: environment, rows: 12)
    #expect(try script.waitForExit() == 0)
    #expect(script.transcript.contains("\nresnet20 "))
    let broken = try start(environment: ["PAGER": "/nowhere/less"], rows: 12)
    try broken.enter("models()")
    try broken.expect("\nresnet20 ")
  }

  // MARK: - Start and end

  @Test("a start file runs before a prompt on a terminal, and for nothing else")
  func startFile() throws {
    try FileManager.default.createDirectory(
      atPath: path("mqsh"), withIntermediateDirectories: true)
    _ = try folder.file(
      "mqsh/init.mq", "func greet() { \"hel\" + \"lo\" }\nprint(\"sta\" + \"rted\")\n")
    let environment = ["XDG_CONFIG_HOME": folder.path]
    let terminal = try start(environment: environment)
    try terminal.expect("started\n")
    try terminal.enter("greet()")
    try terminal.expect("\n\"hello\"\n")
    let without = try start(["--no-init"], environment: environment)
    try without.enter("greet()")
    try without.expect("name.unknown")
    for words in [["-c", "print(2)"], ["-i", "-c", "print(2)"]] {
      let script = try Command.run(words, environment: environment, folder: folder)
      #expect(script.output == "2\n")
    }
    let other = try folder.file("other.mq", "let given = 1 / 0\n")
    let failing = try start(["--init", other], environment: environment)
    try failing.expect("other.mq:1:")
    try failing.enter("500 * 2")
    try failing.expect("\n1000\n")
    #expect(try Command.run(["--init", path("none.mq")]).code == 2)
    #expect(try Command.run(["--init", other, "-c", "1"]).code == 2)
  }

  private static let training = """
    let data = dataset("synthetic", train: 8, test: 8, size: 8, classes: 2); let net = \
    model("resnet20", for: data) |> train(data, steps: 1, batch: 4, lr: constant(peak: 0.01))
    """

  @Test("a training that is in no file is not left without a word")
  func unsaved() throws {
    let terminal = try start(columns: 40)
    try terminal.enter(Self.training)
    try terminal.enter("500 * 2")
    try terminal.expect("\n1000\n")
    try terminal.enter("exit")
    try terminal.expect("not saved: the training in 'net'")
    try terminal.enter("save(net, \"\(path("net.safetensors"))\");")
    try terminal.enter(
      "let again = net |> train(data, steps: 1, batch: 4, lr: constant(peak: 0.01))")
    try terminal.expect("mqsh> ")
    terminal.send("\u{4}")
    try terminal.expect("not saved: the training in 'again'")
    try terminal.expect("mqsh> ")
    terminal.send("\u{4}")
    #expect(try terminal.waitForExit() == 0)
    let forced = try start()
    try forced.enter(Self.training)
    try forced.enter("exit!")
    #expect(try forced.waitForExit() == 0)
    #expect(!forced.transcript.contains("not saved"))
  }

  @Test("the prompt names the model that was worked on, where there is room")
  func badge() throws {
    let terminal = try start()
    try terminal.enter("let net = model(\"resnet20\", classes: 2, input: [3, 8, 8])")
    try terminal.expect("resnet20 mqsh> ")
    terminal.send("let q = quantize(net, lsq(bits: 4), backend: tensorrt)\r")
    try terminal.expect("resnet20[4/4 lsq tensorrt] mqsh> ")
    terminal.send("net;\r")
    try terminal.expect(
      rows: "resnet20[4/4 lsq tensorrt] mqsh> net;", "resnet20[4/4 lsq tensorrt] mqsh>")
    terminal.send("let net = 1; let q = 2\r")
    try terminal.expect(rows: "mqsh>")
    let narrow = try start(columns: 24)
    try narrow.enter("let net = model(\"resnet20\", classes: 2, input: [3, 8, 8])")
    try narrow.enter("500 * 2")
    try narrow.expect(rows: "mqsh> 500 * 2", "1000", "mqsh>")
  }

  @Test("--bail ends a prompt with its first failure")
  func bail() throws {
    let input = "print(1)\nprint(1 / 0)\nprint(2)\n"
    let stopped = try Command.run(["--bail", "-i", "-c", ""], input: input)
    #expect(stopped.output == "1\n")
    #expect(stopped.code == 1)
    let rejected = try Command.run(["--bail", "-i", "-c", ""], input: "nothing\n1\n")
    #expect(rejected.code == 65)
    let usual = try Command.run(["-i", "-c", ""], input: input)
    #expect(usual.output == "1\n2\n")
    #expect(usual.code == 0)
  }

  // MARK: - Completion and locales

  @Test("Tab completes commands and what they take")
  func completion() throws {
    let file = try folder.file("long name.mq", "let loaded = 4321")
    let terminal = try start()
    try terminal.expect("mqsh> ")
    terminal.send(":ti\t")
    try terminal.expect("Says after each entry")
    terminal.send("r\t on\r")
    try terminal.expect("timer on")
    try terminal.enter(":format js\tl")
    try terminal.enter(":format")
    try terminal.expect("tables are written as jsonl")
    try terminal.enter(":load \(folder.path)/long\t")
    try terminal.enter("loaded + 1")
    try terminal.expect("\n4322\n")
    #expect(FileManager.default.fileExists(atPath: file))
  }

  @Test("UTF-8 names and wide characters in any locale", arguments: ["C", "C.UTF-8"])
  func locales(locale: String) throws {
    let terminal = try start(environment: ["LC_ALL": locale], columns: 40)
    try terminal.enter("let größe = \"日本語\"")
    try terminal.enter("größe + größe")
    try terminal.expect("\n\"日本語日本語\"\n")
    try terminal.enter("table([(größe: größe, b: 1)])")
    try terminal.expect("\n日本語  1\n")
  }
}

import Foundation
import Testing

/// `mqsh --safe` in a folder whose links lead to another one.
@Suite("safe mode") struct SafeModeTests {
  private let work: Folder
  private let outside: Folder

  init() throws {
    (work, outside) = (try Folder(), try Folder())
    _ = try outside.file("module.mq", "let secret = 41\n")
    _ = try work.file("module.mq", "let open = 1\n")
    for (name, target) in [("out", outside.path), ("module link.mq", outside.path + "/module.mq")] {
      symlink(target, "\(work.path)/\(name)")
    }
  }

  private func run(_ text: String, allowing roots: [String] = []) throws -> Command.Result {
    let words = roots.flatMap { ["--allow-read", $0] }
    return try Command.run(["--safe"] + words + ["-c", text], folder: work)
  }

  private static let net = "model(\"resnet20\", classes: 2, input: [3, 8, 8])"

  @Test(
    "what lies in the working folder can be used",
    arguments: [
      "save(\"x\", \"a.txt\")", "save(table([(a: 1)]), \"deep/er/a.csv\")",
      "import \"module.mq\" as m\nassert(m.open == 1)",
      "save(\(net), \"m.safetensors\")\nload(\"m.safetensors\")\nweights(\"./m.safetensors\")",
      "let d = dataset(\"synthetic\", train: 8, test: 4, size: 8, classes: 2)\n"
        + "let n = model(\"resnet20\", for: d)\nlet s = (steps: 1, batch: 4, lr: constant(peak: 0.1))\n"
        + "train(n, d, ...s, checkpoint: \"new/c.ckpt\")\n"
        + "train(n, d, ...s, checkpoint: \"new/c.ckpt\", resume: true)",
    ])
  func inside(text: String) throws {
    let result = try run(text)
    #expect(result.code == 0, "\(result.talk)")
  }

  @Test(
    "links and dots do not lead out of it",
    arguments: [
      ("save(\"x\", \"out/a.txt\")", "safe.write"), ("save(\"x\", \"../a.txt\")", "safe.write"),
      ("save(table([(a: 1)]), \"out/new/a.csv\", append: true)", "safe.write"),
      ("load(\"out/m.safetensors\")", "safe.read"), ("exists(\"out\")", "safe.read"),
      ("dataset(\"out\")", "safe.read"), ("weights(\"out/x\")", "safe.read"),
      (
        "train(\(net), dataset(\"synthetic\"), steps: 1, lr: constant(peak: 0.1), resume: \"out/x\")",
        "safe.read"
      ),
      (
        "train(\(net), dataset(\"synthetic\"), steps: 1, lr: constant(peak: 0.1), checkpoint: \"out/x\")",
        "safe.write"
      ),
    ])
  func outside(text: String, code: String) throws {
    let result = try run(text)
    #expect(result.code == 1)
    #expect(result.talk.contains("error[\(code)]"))
    #expect(result.talk.contains("it leads to '"))
    let left = try FileManager.default.contentsOfDirectory(atPath: outside.path)
    #expect(left == ["module.mq"])
  }

  @Test("modules are refused before anything runs")
  func imports() throws {
    for path in ["out/module.mq", "module link.mq", "\(outside.path)/module.mq"] {
      let text = "print(\"begun\")\nimport \"\(path)\" as m\nprint(m.secret + 1)"
      let result = try run(text)
      #expect(result.code == 65 && result.output.isEmpty)
      #expect(result.talk.contains("error[safe.read]"))
      #expect(try run(text, allowing: [outside.path]).output == "begun\n42\n")
    }
  }

  @Test("roots can be read, not written, and there can be several")
  func roots() throws {
    let text = "print(exists(\"out/module.mq\"), exists(\"/etc/hostname\") in [true, false])"
    #expect(try run(text, allowing: [outside.path]).code == 1)
    #expect(try run(text, allowing: [outside.path, "/etc"]).output == "true true\n")
    let write = try run("save(\"x\", \"out/a.txt\")", allowing: [outside.path])
    #expect(write.talk.contains("error[safe.write]"))
    // A run that is resumed without a file of its own goes on in the one that it reads.
    let resumed = try run(
      "train(\(Self.net), dataset(\"synthetic\", size: 8, classes: 2), steps: 1, "
        + "lr: constant(peak: 0.1), resume: \"out/module.mq\")",
      allowing: [outside.path])
    #expect(resumed.talk.contains("error[safe.write]"))
  }

  @Test("the words of safe mode are checked")
  func usage() throws {
    for (words, message) in [
      (["--allow-read", "/", "-c", ""], "'--allow-read' goes with '--safe'"),
      (["--safe", "--allow-read", "/no/such", "-c", ""], "'/no/such', which is not there"),
    ] {
      let result = try Command.run(words)
      #expect(result.code == 2)
      #expect(result.talk.contains(message))
    }
    // A file is run as ever, and its words are its own.
    let file = try work.file("x.mq", "print(args())")
    #expect(try Command.run(["--safe", file, "--", "--safe"]).output == "[\"--safe\"]\n")
  }
}

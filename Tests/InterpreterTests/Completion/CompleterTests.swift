import Foundation
import Testing

@testable import Interpreter

@Suite("completion") struct CompleterTests {
  private let session = Session(.init(output: Recorder().output))

  private func run(_ entries: String...) {
    for entry in entries { #expect(session.evaluate(entry) == .done, "\(entry)") }
  }

  /// A text with `^` where the cursor is, or with the cursor at its end.
  private func found(_ text: String) -> Completions {
    let parts = text.split(separator: "^", omittingEmptySubsequences: false).map(String.init)
    return session.completions(of: Array(parts.joined().utf8), at: parts[0].utf8.count)
  }

  private func texts(_ text: String) -> [String] { found(text).candidates.map(\.text) }

  private func detail(_ text: String, of label: String) -> String? {
    found(text).candidates.first { $0.label == label }?.detail
  }

  // MARK: - Names

  @Test("names are variables, builtins and keywords, with a word on each")
  func names() {
    run("let trained = [1, 2]", "func transform(x) { x }")
    #expect(texts("tra") == ["trained", "transform", "train"])
    #expect(detail("tra", of: "trained") == "list [1, 2]")
    #expect(detail("tra", of: "transform") == "function transform(x)")
    #expect(detail("tra", of: "train")?.hasPrefix("A model trained") == true)
    #expect(texts("whi") == ["while"])
    #expect(found("1 + tra").range == 4..<7)
    #expect(found("tra^x").range == 0..<3)
    // In another case, when nothing fits as it is.
    #expect(texts("TRAINE") == ["trained"])
    #expect(texts("zzz").isEmpty && texts("# tra").isEmpty && texts("let tra").isEmpty)
  }

  @Test("names of the entry itself are known")
  func ownNames() {
    #expect(texts("let local_name = 1\nloc") == ["local_name"])
    #expect(texts("map([1]) { element in ele") == ["element"])
    #expect(texts("func f(first, second: 2) { sec") == ["second"])
  }

  // MARK: - Calls

  @Test("labels are those that the call does not have yet")
  func labels() {
    #expect(texts("sort([1], ").contains("by: "))
    #expect(texts("sort([1], d").first == "descending: ")
    #expect(texts("sort([1], by: abs, d").contains("dataset"))
    #expect(!texts("sort([1], by: abs, ").contains("by: "))
    #expect(!texts("sort([1], ").contains("items: "))
    #expect(texts("[1] |> sort(").contains("by: ") && !texts("[1] |> sort(").contains("items: "))
    #expect(texts("print(").contains("values: ") == false)
    #expect(detail("lsq(", of: "bits:") == "int, 2 to 8  Bit width.")
    #expect(detail("train(net, data, ba", of: "batch:")?.hasPrefix("int, 1 to 65536 = 64") == true)
  }

  @Test("functions of the session have labels with their defaults")
  func ownLabels() {
    run("func scale(x, factor: 2, by: [1]) { x }")
    #expect(Set(texts("scale(")) == ["x: ", "factor: ", "by: "])
    #expect(detail("scale(", of: "factor:") == "any value = 2")
    #expect(detail("scale(", of: "by:") == "any value = ...")
    #expect(texts("1 |> scale(f").first == "factor: ")
  }

  @Test("values are those of the parameter's type")
  func values() {
    run("let mine = tensorrt |> with(name: \"mine\")", "let number = 1")
    let backends = texts("quantize(net, backend: ")
    #expect(backends.first == "mine" && backends.contains("tensorrt"))
    #expect(!backends.contains("number") && !backends.contains("lsq"))
    #expect(texts("quantize(net, backend: te") == ["tensorrt"])
    #expect(texts("train(net, data, optimizer: ") == ["sgd", "adam"])
    #expect(texts("sgd(nesterov: ") == ["true", "false"])
    #expect(texts("lsq(bits: 4, per: ") == ["\"tensor\"", "\"channel\""])
    #expect(texts("model(resnet1") == ["\"resnet18\""])
    // An argument of the next position may be a value or have a label.
    let second = texts("quantize(net, ")
    #expect(second.contains("lsq") && second.contains("backend: "))
    #expect(!second.contains("sqrt"))
  }

  @Test("strings are completed to the words that the parameter takes")
  func strings() {
    #expect(texts("lsq(bits: 4, per: \"") == ["tensor\"", "channel\""])
    #expect(texts("lsq(bits: 4, per: \"ch^\"") == ["channel"])
    #expect(texts("model(\"resnet1") == ["resnet18\""])
    #expect(detail("model(\"resnet1", of: "resnet18")?.isEmpty == false)
    #expect(found("model(\"resnet1").range == 7..<14)
    #expect(texts("help(\"sq") == ["sqrt\""])
    #expect(texts("quantize(net, fold: \"tor").contains("torch_fold\""))
    #expect(texts("\"resnet1").isEmpty && texts("print(\"resnet1").isEmpty)
  }

  // MARK: - Pipes and fields

  @Test("behind a pipe those functions come first that take what is piped")
  func pipes() {
    run("let net = model(\"resnet20\", classes: 4, input: [3, 8, 8])")
    let found = texts("net |> ")
    #expect(found.contains("quantize") && found.contains("summary") && !found.contains("sqrt"))
    #expect(texts("net |> qu") == ["quantize", "quantizers"])
    #expect(texts("4 |> sq") == ["sqrt"])
    #expect(!texts("net |> ").contains("tensorrt"))
  }

  @Test("fields of variables, of fields, and of what calls give")
  func fields() {
    run("let run = (lr: 0.1, inner: (bits: 4))", "var other = (a: 1)")
    run("let data = dataset(\"synthetic\", train: 8, test: 4, size: 8)")
    #expect(texts("run.") == ["lr", "inner"] && texts("run.inner.") == ["bits"])
    #expect(texts("1 + other.") == ["a"] && texts("run.in") == ["inner"])
    #expect(detail("run.", of: "lr") == "float 0.1")
    #expect(texts("data.cl") == ["classes", "class_names"])
    #expect(texts("evaluate(net, data).to") == ["top1", "top5"])
    #expect(texts("evaluate(net, data).").contains("arithmetic"))
    #expect(texts("tensorrt.").contains("name"))
    #expect(texts("lsq(bits: 4).") == ["algorithm", "bits", "observer"])
    #expect(texts("(x: 1, y: 2).") == ["x", "y"])
    #expect(texts("let e = (u: 1)\ne.") == ["u"])
    #expect(texts("unknown.").isEmpty && texts("run.none.").isEmpty)
  }

  // MARK: - Layers and files

  @Test("layers are those of the model of the call")
  func layers() {
    run("let net = model(\"resnet20\", classes: 4, input: [3, 8, 8])")
    let call = "quantize(net, lsq(bits: 4), backend: academic, except: "
    #expect(texts(call + "\"layer2.1.") == ["layer2.1.conv1\"", "layer2.1.conv2\""])
    #expect(texts(call + "[\"conv1\", \"f") == ["fc\""])
    #expect(texts("net |> quantize(lsq(bits: 4), except: \"f") == ["fc\""])
    #expect(texts("net |> train(data) |> quantize(except: \"f") == ["fc\""])
    #expect(texts("why(net, \"f^\"") == ["fc"])
    #expect(texts("quantize(1, except: \"f").isEmpty)
    // Of many layers, first the parts that they have in common.
    run("let large = model(\"resnet56\", classes: 4, input: [3, 8, 8])")
    #expect(texts("why(large, \"") == ["conv1\"", "layer1.", "layer2.", "layer3.", "fc\""])
  }

  @Test("paths are those of the folder that is named")
  func paths() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "mqsh-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["deep/er", "runs"] {
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    for name in ["a.mq", "b.csv", ".hidden", "quo\"te.mq"] {
      try Data().write(to: folder.appendingPathComponent(name))
    }
    let path = folder.path
    #expect(
      texts("load(\"\(path)/")
        == ["\(path)/a.mq\"", "\(path)/b.csv\"", "\(path)/deep/", "\(path)/runs/"])
    #expect(
      found("load(\"\(path)/").candidates.map(\.label) == ["a.mq", "b.csv", "deep/", "runs/"])
    #expect(texts("load(\"\(path)/.h") == ["\(path)/.hidden\""])
    #expect(texts("import \"\(path)/") == ["\(path)/a.mq\"", "\(path)/deep/", "\(path)/runs/"])
    #expect(texts("load(\"\(path)/none/").isEmpty)
    #expect(texts("dataset(\"\(path)/d") == ["\(path)/deep/"])
    #expect(texts("dataset(\"synth") == ["synthetic\""])
  }

  @Test("looking leaves nothing behind")
  func noTraces() {
    run("let run = (lr: 0.1)")
    for text in ["run.", "sqrt(", "seed(7).", "save(1, \"x.csv\").", "print(1)."] {
      _ = found(text)
    }
    #expect(session.variables().map(\.name) == ["run"])
    #expect(session.seed == 0)
    #expect(session.evaluate("run.lr") == .done)
  }
}

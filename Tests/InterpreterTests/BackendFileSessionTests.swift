import Foundation
import QuantRuntime
import Testing

@testable import Interpreter

/// Scripts that keep backends in files; a golden script could not name the folder.
@Suite("Backend files in scripts")
struct BackendFileSessionTests {
  /// Runs a script with a folder of its own as `folder`, in which `mine.json` holds `text`.
  private func run(_ script: String, text: String = "") throws -> Recorder {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mqsh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(text.utf8).write(to: folder.appendingPathComponent("mine.json"))
    let recorder = Recorder()
    let session = Session(.init(output: recorder.output))
    _ = session.run(Array("let folder = \"\(folder.path)\"\n\(script)".utf8), name: "t.mq")
    return recorder
  }

  @Test("a backend is saved, loaded and used")
  func roundTrip() throws {
    let recorder = try run(
      """
      let mine = with(snpe, name: "my dsp", weights_per: "channel", graph: "one_add_branch")
      save(mine, folder + "/new/mine.json")
      let back = load(folder + "/new/mine.json")
      print(back == mine, back.name, back.weights_per, back == snpe)
      let net = model("resnet20", classes: 10, input: [3, 16, 16])
      print(quantize(net, lsq(bits: 4), backend: back).backend)
      """)
    #expect(recorder.talk.isEmpty, "\(recorder.talk)")
    #expect(recorder.data == "true my dsp channel false\nmy dsp\n")
  }

  @Test(
    "what is wrong with a file is said",
    arguments: [
      (text: "[{\"name\": \"a row\"}]", code: "backend_file.syntax", words: "not one JSON object"),
      ("{\"name\": \"a row\"}", "backend_file.foreign", "no mqsh backend"),
      ("{\"format\": \"mqsh-backend\", \"version\": 3}", "backend_file.newer", "up to 2"),
      (
        "{\"format\": \"mqsh-backend\", \"version\": 1, \"weight_per\": \"tensor\"}",
        "backend_file.key", "did you mean 'weights_per'?"
      ),
      (
        "{\"format\": \"mqsh-backend\", \"version\": 1, \"name\": \"mine\"}",
        "backend_file.missing", "'provider', 'hardware'"
      ),
    ])
  func badFiles(text: String, code: String, words: String) throws {
    let recorder = try run("load(folder + \"/mine.json\")", text: text)
    #expect(recorder.talk.contains("error[\(code)]: "), "\(recorder.talk)")
    #expect(recorder.talk.contains(words), "\(recorder.talk)")
  }

  @Test("a wrong value is named with what its key takes")
  func wrongValue() throws {
    let recorder = try run(
      "load(folder + \"/mine.json\")",
      text: String(decoding: try tvmFile(), as: UTF8.self).replacing(
        "\"weights_per\": \"tensor\"", with: "\"weights_per\": \"group\""))
    #expect(recorder.talk.contains("error[backend_file.value]: "), "\(recorder.talk)")
    #expect(
      recorder.talk.contains(
        "'weights_per' in the file takes \"tensor\" or \"channel\", not 'group'"))
  }

  private func tvmFile() throws -> Data {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("mqsh-\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try ProfileFile.write(try HardwareCatalog.profile("tvm"), to: path)
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test("a file that is not there")
  func missing() throws {
    let recorder = try run("load(folder + \"/none.json\")")
    #expect(recorder.talk.contains("error[file.unreadable]: "))
  }
}

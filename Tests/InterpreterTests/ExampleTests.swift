import Foundation
import QuantRuntime
import Testing

@testable import Interpreter

@Suite("Builtins", .serialized)
struct ExampleTests {
  @Test("every builtin has a summary, and names its parameters once")
  func documentation() {
    for builtin in BuiltinCatalog.all {
      #expect(builtin.summary.hasSuffix("."), "\(builtin.name)")
      #expect(!builtin.examples.isEmpty, "\(builtin.name)")
      #expect(Set(builtin.parameters.map(\.name)).count == builtin.parameters.count)
    }
    #expect(Set(BuiltinCatalog.all.map(\.name)).count == BuiltinCatalog.all.count)
  }

  @Test(
    "every example runs and shows what its help says", arguments: BuiltinCatalog.all.map(\.name))
  func examples(name: String) throws {
    let builtin = try #require(BuiltinCatalog.all.first { $0.name == name })
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mqsh-examples-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let before = FileManager.default.currentDirectoryPath
    #expect(FileManager.default.changeCurrentDirectoryPath(folder.path))
    defer {
      _ = FileManager.default.changeCurrentDirectoryPath(before)
      try? FileManager.default.removeItem(at: folder)
    }
    for example in builtin.examples {
      let recorder = Recorder()
      let session = Session(.init(output: recorder.output))
      #expect(session.evaluate(example.code) == .done, "\(example.code): \(recorder.talk)")
      if let output = example.output { #expect(recorder.data == output + "\n", "\(example.code)") }
    }
  }
}

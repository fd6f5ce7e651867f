import Foundation
import GoldenSupport
import Testing

@testable import Interpreter

@Suite("Docs/Builtins.md")
struct BuiltinsDocumentTests {
  private let file = GoldenScript.folder.deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Docs/Builtins.md")

  @Test("is what the registry says; 'mqsh help --markdown > Docs/Builtins.md' writes it anew")
  func isFresh() throws {
    let text = BuiltinsDocument.text()
    if ProcessInfo.processInfo.environment["MQ_BLESS"] == "1" {
      try Data(text.utf8).write(to: file)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  @Test("has a section for every name, and no line that Markdown would take apart")
  func sections() {
    let lines = BuiltinsDocument.text().split(separator: "\n")
    for builtin in BuiltinCatalog.all { #expect(lines.contains("### \(builtin.name)")) }
    for line in lines where line.hasPrefix("|") {
      let bars = line.replacing("\\|", with: "").count { $0 == "|" }
      #expect(bars == 3 || bars == 5, "\(line)")
    }
  }
}

import Foundation
import Testing

@Suite("Docs/AddingAnAlgorithm.md")
struct AddingAnAlgorithmTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("../../..").standardized

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test("every block of code is in the file that it names, word for word")
  func quotations() throws {
    let guide = try text("Docs/AddingAnAlgorithm.md")
    let quotations = guide.matches(
      of: /<!-- from ([A-Za-z0-9_.\/]+) -->\n```[a-z]+\n([\s\S]*?)```\n/)
    #expect(quotations.count > 5)
    for quotation in quotations {
      let source = try text(String(quotation.1))
      #expect(source.contains(quotation.2), "\(quotation.1)")
    }
    // What is left is typed at a shell.
    let blocks = guide.matches(of: /\n```[a-z]+\n/).count
    let commands = guide.matches(of: /\n```sh\n/).count
    #expect(blocks == quotations.count + commands)
  }
}

import Foundation
import GoldenSupport
import Lang
import QuantRuntime
import Testing

@testable import Interpreter

/// What the tables of `Docs/Language.md` say that no example can show.
@Suite("Docs/Language.md")
struct LanguageReferenceTests {
  private let text: String

  init() throws {
    let file = GoldenScript.folder.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Docs/Language.md")
    text = try String(contentsOf: file, encoding: .utf8)
  }

  @Test("every type of the runtime is listed with its fields")
  func types() throws {
    for type in HostType.all {
      let row = try #require(
        text.split(separator: "\n").first { $0.hasPrefix("| \(type.name) |") }, "\(type.name)")
      let cell = row.split(separator: "|", omittingEmptySubsequences: false).dropLast().last ?? ""
      let fields = cell.split(separator: "`").map(String.init).filter { $0.contains(/^\w+$/) }
      #expect(fields == type.fields.map(\.label), "\(type.name)")
    }
  }

  @Test("the keywords are those of the lexer")
  func keywords() throws {
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("- Keywords:") })
    let words = line.split(separator: "`")[1].split(separator: " ").map(String.init)
    #expect(Set(words) == Set(Keyword.allCases.map(\.rawValue)))
  }

  @Test("every exit code of a text has its row")
  func exitCodes() {
    let outcomes: [Session.Outcome] = [
      .done, .failed, .misused, .rejected, .expectationFailed, .interrupted,
    ]
    for outcome in outcomes { #expect(text.contains("\n| \(outcome.exitCode) |")) }
  }

  @Test("limits are those of the code")
  func limits() {
    let rows: [(String, [Int])] = [
      ("calls inside of calls", [Machine.depthLimit]),
      ("bytes of a string", [ValueError.stringLimit]),
      ("elements of a list; of a value", [List.sizeLimit, Extent.sizeLimit]),
      ("levels of lists and records", [Extent.depthLimit]),
      ("combinations of a sweep", [SweepGrid.cellLimit]),
    ]
    for (label, numbers) in rows {
      let row = text.split(separator: "\n").first { $0.hasPrefix("| \(label)") } ?? ""
      let found =
        row.split(separator: "|").last?.split(separator: ";")
        .compactMap { Int($0.filter(\.isNumber)) } ?? []
      #expect(Array(found.prefix(numbers.count)) == numbers, "\(label)")
    }
  }
}

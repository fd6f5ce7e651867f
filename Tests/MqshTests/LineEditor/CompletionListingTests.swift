import Interpreter
import Testing

@testable import mqsh

@Suite("the listing of completions") struct CompletionListingTests {
  private func rows(
    _ candidates: [(String, String)], width: Int, height: Int = 20
  ) -> [String] {
    let found = Completions(
      range: 0..<0, candidates: candidates.map { .init($0.0, detail: $0.1) })
    return CompletionListing(found).rows(width: width, height: height).map {
      $0.map(\.text).joined()
    }
  }

  @Test("descriptions stand in a column and are cut at the width")
  func described() {
    let names = [("bits:", "int, 2 to 8"), ("per:", "string"), ("日本:", "")]
    #expect(rows(names, width: 30) == ["bits:  int, 2 to 8", "per:   string", "日本:"])
    #expect(rows(names, width: 16) == ["bits:  int, 2..", "per:   string", "日本:"])
    #expect(rows([("a_long_name_of_something", "words")], width: 20) == ["a_long_..  words"])
  }

  @Test("names alone stand side by side, down the columns")
  func sideBySide() {
    let names = ["a", "bb", "c", "d", "e"].map { ($0, "") }
    #expect(rows(names, width: 11) == ["a   c   e", "bb  d"])
    #expect(rows(names, width: 4) == ["a", "bb", "c", "d", "e"])
  }

  @Test("what finds no room is counted")
  func tooMany() {
    let names = (1...9).map { ("n\($0)", "x") }
    #expect(rows(names, width: 20, height: 3) == ["n1  x", "n2  x", "and 7 more"])
    #expect(rows(names, width: 20, height: 9).count == 9)
    #expect(rows(names, width: 20, height: 0).isEmpty)
    let plain = (1...30).map { ("n\($0)", "") }
    #expect(rows(plain, width: 12, height: 2) == ["n1   n16", "and 28 more"])
  }
}

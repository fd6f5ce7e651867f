import Foundation
import GoldenSupport
import Testing

/// Runs every script of `Tests/Scripts` that needs no files; `MQ_BLESS=1` writes the `.out` files anew.
@Suite("Golden scripts")
struct GoldenScriptTests {
  @Test("there are scripts to run")
  func scriptsAreFound() { #expect(GoldenScript.withoutFiles.count > 80) }

  @Test("every script writes what its golden file says", arguments: GoldenScript.withoutFiles)
  func golden(script: GoldenScript) throws {
    let (text, talk) = try script.run()
    if !(try script.isForPrompt()) {
      #expect(try script.misplacedErrors(in: talk) == [])
    }
    #expect(!text.contains(GoldenScript.folder.path), "a golden file names no absolute path")
    try script.blessIfAsked(text)
    #expect(text == script.golden, "\(script.path)")
  }

  /// A script that the checker refuses is run without it: the run has to fail in one of the ways that
  /// the checker has foretold, in the same words at the same place.
  @Test("the checker says what the run would say", arguments: GoldenScript.withoutFiles)
  func checkerAgreesWithTheRun(script: GoldenScript) throws {
    let golden = script.golden
    guard golden.hasSuffix("[exit 65]\n") else { return }
    let (text, talk) = try script.run(checksTypes: false)
    guard !text.hasSuffix("[exit 65]\n") else { return }
    #expect(!text.hasSuffix("[exit 0]\n"), "a script that runs is refused")
    let met = talk.range(of: "error[").map { String(talk[$0.lowerBound...]) } ?? talk
    // The chain of calls, which comes last, is known to the run alone.
    let words = met.split(separator: "\n").prefix { !$0.contains("= note: in '") }
    #expect(golden.contains(words.joined(separator: "\n")), "\(script.path): \(met)")
  }

  @Test("every golden file has its script")
  func noStrayFiles() {
    let found = FileManager.default.enumerator(atPath: GoldenScript.folder.path)?
      .compactMap { $0 as? String }
    let known = Set(GoldenScript.all.map { $0.path.dropLast(3) + ".out" })
    for path in found ?? [] where path.hasSuffix(".out") {
      #expect(known.contains(Substring(path)), "\(path)")
    }
  }
}

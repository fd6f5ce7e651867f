import Foundation
import Testing

/// Runs every script of `Tests/Scripts`; `MQ_BLESS=1` writes the `.out` files anew.
@Suite("Golden scripts")
struct GoldenScriptTests {
  @Test("there are scripts to run")
  func scriptsAreFound() { #expect(GoldenScript.all.count > 80) }

  @Test("every script writes what its golden file says", arguments: GoldenScript.all)
  func golden(script: GoldenScript) throws {
    let (text, talk) = try script.run()
    let source = try String(contentsOf: script.file, encoding: .utf8)
    if !source.hasPrefix("# prompt\n") {
      try expectMarks(in: script, source, talk)
    }
    #expect(!text.contains(GoldenScript.folder.path), "a golden file names no absolute path")
    if ProcessInfo.processInfo.environment["MQ_BLESS"] == "1" {
      try Data(text.utf8).write(to: script.goldenFile)
    }
    let golden = (try? String(contentsOf: script.goldenFile, encoding: .utf8)) ?? ""
    #expect(text == golden, "\(script.path)")
  }

  /// A script that the checker refuses is run without it: the run has to fail in one of the ways that
  /// the checker has foretold, in the same words at the same place.
  @Test("the checker says what the run would say", arguments: GoldenScript.all)
  func checkerAgreesWithTheRun(script: GoldenScript) throws {
    let golden = (try? String(contentsOf: script.goldenFile, encoding: .utf8)) ?? ""
    guard golden.hasSuffix("[exit 65]\n") else { return }
    let (text, talk) = try script.run(checksTypes: false)
    guard !text.hasSuffix("[exit 65]\n") else { return }
    #expect(!text.hasSuffix("[exit 0]\n"), "a script that runs is refused")
    let met = talk.range(of: "error[").map { String(talk[$0.lowerBound...]) } ?? talk
    // The chain of calls, which comes last, is known to the run alone.
    let words = met.split(separator: "\n").prefix { !$0.contains("= note: in '") }
    #expect(golden.contains(words.joined(separator: "\n")), "\(script.path): \(met)")
  }

  /// Every error stands at a line that announces it, also in an imported file, and every
  /// announcement of the script itself comes true.
  private func expectMarks(in script: GoldenScript, _ source: String, _ talk: String) throws {
    let drawn = ErrorPlace.drawn(in: talk)
    #expect(ErrorPlace.announced(in: source) == drawn[script.path, default: []])
    for (file, places) in drawn where file != script.path {
      let other = GoldenScript.folder.appendingPathComponent(file)
      let announced = ErrorPlace.announced(in: try String(contentsOf: other, encoding: .utf8))
      #expect(places.isSubset(of: announced), "\(file)")
    }
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

  @Test("every error code of the interpreter is pinned by a script")
  func codesAreCovered() throws {
    let sources = GoldenScript.folder.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/Interpreter")
    var codes: Set<String> = []
    for path in FileManager.default.enumerator(atPath: sources.path)?.compactMap({ $0 as? String })
      ?? [] where path.hasSuffix(".swift") && !path.hasPrefix("Domain/")
    {
      let text = try String(contentsOf: sources.appendingPathComponent(path), encoding: .utf8)
      for match in text.matches(
        of:
          /"((?:argument|assert|expect|help|import|index|limit|list|name|number|param|save|table|text|type)\.[a-z_]+)"/
      ) {
        codes.insert(String(match.1))
      }
    }
    #expect(codes.count > 30)
    var pinned: Set<String> = []
    for script in GoldenScript.all {
      let golden = try String(contentsOf: script.goldenFile, encoding: .utf8)
      for match in golden.matches(of: /error\[([a-z_.]+)\]/) { pinned.insert(String(match.1)) }
    }
    #expect(codes.subtracting(pinned).sorted() == [])
  }
}

import Foundation
import GoldenSupport
import Testing

/// Runs the scripts of `Tests/Scripts/files` as a user would, each in a new folder with the files that
/// it asks for; `MQ_BLESS=1` writes the `.out` files anew.
@Suite("Golden scripts with files") struct GoldenFileTests {
  private static let scripts = GoldenScript.all.filter(\.needsFiles)

  @Test("there are scripts to run")
  func scriptsAreFound() { #expect(Self.scripts.count > 50) }

  @Test("every script writes what its golden file says", arguments: scripts)
  func golden(script: GoldenScript) throws {
    let folder = try Folder()
    try prepare(folder, for: script)
    let result = try Command.run(["--quiet", script.path], folder: folder)
    #expect(try script.misplacedErrors(in: result.talk) == [])
    let text = result.output + result.talk + "[exit \(result.code)]\n"
    for place in [folder.path, GoldenScript.folder.path] {
      #expect(!text.contains(place), "a golden file names no absolute path")
    }
    try script.blessIfAsked(text)
    #expect(text == script.golden, "\(script.path)")
  }

  @Test("every fixture is asked for by a script")
  func noStrayFixtures() throws {
    let wanted = Set(try Self.scripts.flatMap { try $0.words(of: "files") })
    let found = try FileManager.default.contentsOfDirectory(atPath: GoldenScript.fixtures.path)
    #expect(found.filter { !wanted.contains($0) } == [])
  }

  /// Puts the script where its path says, so that diagnostics name it as others do.
  private func prepare(_ folder: Folder, for script: GoldenScript) throws {
    let files = FileManager.default
    let target = folder.path + "/" + script.path
    try files.createDirectory(
      atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try files.copyItem(atPath: script.file.path, toPath: target)
    for name in try script.words(of: "files") {
      try files.copyItem(
        atPath: GoldenScript.fixtures.appendingPathComponent(name).path,
        toPath: folder.path + "/" + name)
    }
  }
}

import Foundation
import Testing

@Suite("mqsh fmt") struct FormatCommandTests {
  private static let messy = "let x=[1,2]#two\nfor i in x{\nprint( i )\n}\n"
  private static let tidy = "let x = [1, 2]  # two\nfor i in x {\n  print(i)\n}\n"

  @Test("files are rewritten where they change, with their permissions")
  func rewrites() throws {
    let folder = try Folder()
    let messy = try folder.file("messy.mq", Self.messy)
    let tidy = try folder.file("tidy.mq", Self.tidy)
    #expect(chmod(messy, 0o750) == 0)
    let before = try modification(tidy)
    let result = try Command.run(["fmt", messy, tidy])
    #expect(result.code == 0)
    #expect(result.output.isEmpty)
    #expect(result.talk == "formatted \(messy)\n")
    #expect(try String(contentsOfFile: messy, encoding: .utf8) == Self.tidy)
    #expect(try modification(tidy) == before)
    let mode = try FileManager.default.attributesOfItem(atPath: messy)[.posixPermissions] as? Int
    #expect(mode == 0o750)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
  }

  @Test("a check lists what would change and writes nothing")
  func check() throws {
    let folder = try Folder()
    let messy = try folder.file("messy.mq", Self.messy)
    let tidy = try folder.file("tidy.mq", Self.tidy)
    let result = try Command.run(["fmt", tidy, "--check", messy])
    #expect(result.code == 1)
    #expect(result.output == "\(messy)\n")
    #expect(try String(contentsOfFile: messy, encoding: .utf8) == Self.messy)
    let good = try Command.run(["fmt", "--check", tidy])
    #expect(good.code == 0 && good.output.isEmpty && good.talk.isEmpty)
  }

  @Test("the standard input is written to the standard output")
  func standardInput() throws {
    let result = try Command.run(["fmt", "-"], input: Self.messy)
    #expect(result.code == 0 && result.output == Self.tidy && result.talk.isEmpty)
    let check = try Command.run(["fmt", "--check", "-"], input: Self.messy)
    #expect(check.code == 1 && check.output == "<stdin>\n")
  }

  @Test("a script with errors is left alone, and the others are formatted")
  func errors() throws {
    let folder = try Folder()
    let broken = try folder.file("broken.mq", "let  = 1\n")
    let messy = try folder.file("messy.mq", Self.messy)
    let result = try Command.run(["fmt", broken, messy])
    #expect(result.code == 65)
    #expect(result.output.isEmpty)
    #expect(result.talk.contains("error[syntax.expected]") && result.talk.contains("broken.mq:1:6"))
    #expect(try String(contentsOfFile: broken, encoding: .utf8) == "let  = 1\n")
    #expect(try String(contentsOfFile: messy, encoding: .utf8) == Self.tidy)
    let input = try Command.run(["fmt", "-"], input: "f(")
    #expect(input.code == 65 && input.output.isEmpty && input.talk.contains("<stdin>:1:2"))
  }

  @Test("a file that cannot be read outweighs a script with errors")
  func unreadable() throws {
    let folder = try Folder()
    let broken = try folder.file("broken.mq", "let  = 1\n")
    let result = try Command.run(["fmt", "no/such.mq", broken, folder.path])
    #expect(result.code == 2)
    #expect(result.talk.contains("no such file") && result.talk.contains("it is a folder"))
    #expect(result.talk.contains("error[syntax.expected]"))
  }

  @Test("wrong usage is said", arguments: [[], ["--bogus", "a.mq"], ["--check"]])
  func usage(words: [String]) throws {
    let result = try Command.run(["fmt"] + words)
    #expect(result.code == 2)
    #expect(result.output.isEmpty && result.talk.contains("mqsh fmt"))
  }

  @Test("--help explains it on the standard output")
  func help() throws {
    let result = try Command.run(["fmt", "--help"])
    #expect(result.code == 0 && result.output.contains("--check") && result.talk.isEmpty)
  }

  private func modification(_ path: String) throws -> Date? {
    try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
  }
}

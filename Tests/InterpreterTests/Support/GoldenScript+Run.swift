import Foundation
import GoldenSupport
import QuantRuntime

@testable import Interpreter

extension GoldenScript {
  /// Those that a session of this process can run.
  static let withoutFiles = all.filter { !$0.needsFiles }

  /// What the script writes, and how it ends.
  ///
  /// - Parameter checksTypes: false to meet at run time what the checker would have found.
  func run(checksTypes: Bool = true) throws -> (text: String, talk: String) {
    let bytes = Array(try Data(contentsOf: file))
    let text = String(decoding: bytes, as: UTF8.self)
    let recorder = Recorder()
    let scriptFolder = file.deletingLastPathComponent().path
    let isSafe = text.hasPrefix("# safe\n")
    var options = Session.Options(
      output: fitted(recorder.output, to: try words(of: "prompt")),
      files: isSafe ? .confined(to: scriptFolder) : .everything,
      words: try words(of: "args"))
    options.checksTypes = checksTypes
    let session = Session(options)
    let exit =
      try isForPrompt()
      ? type(text, into: session)
      : session.run(bytes, name: path, folder: scriptFolder).exitCode
    let all = recorder.data + recorder.talk + "[exit \(exit)]\n"
    // What is allowed is said by the whole path of the folder.
    return (isSafe ? all.replacing(Self.folder.path, with: "<scripts>") : all, recorder.talk)
  }

  private func fitted(_ output: SessionOutput, to words: [String]) -> SessionOutput {
    var output = output
    for word in words {
      if let width = Int(word) { output.area.width = width }
      if let format = TableFormat(rawValue: word) { output.format = format }
      if word == "ascii" { output.area.isUnicode = false }
    }
    return output
  }

  private func type(_ text: String, into session: Session) -> Int32 {
    var entry = ""
    var last: Int32 = 0
    for line in text.split(separator: "\n").dropFirst() {
      entry += line + "\n"
      guard !Session.isIncomplete(entry) else { continue }
      last = session.evaluate(entry).exitCode
      entry = ""
    }
    return last
  }
}

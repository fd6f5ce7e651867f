import Foundation
import GoldenSupport

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
      output: recorder.output, files: isSafe ? .confined(to: scriptFolder) : .everything,
      words: try words(of: "args"))
    options.checksTypes = checksTypes
    let session = Session(options)
    let exit =
      text.hasPrefix("# prompt\n")
      ? type(text, into: session)
      : session.run(bytes, name: path, folder: scriptFolder).exitCode
    let all = recorder.data + recorder.talk + "[exit \(exit)]\n"
    // What is allowed is said by the whole path of the folder.
    return (isSafe ? all.replacing(Self.folder.path, with: "<scripts>") : all, recorder.talk)
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

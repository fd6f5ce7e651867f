import Foundation
import QuantRuntime

/// A file of the user's own that runs before the prompt. Scripts never read it: it cannot change what
/// a benchmark measures.
struct StartFile {
  let name: String
  let folder: String
  let bytes: [UInt8]

  /// Nil where there is none, or none is wanted.
  ///
  /// - Throws: `FileError` for one that was asked for, or is there, and cannot be read.
  init?(_ options: Options, _ terminal: Terminal) throws(FileError) {
    let path: String
    if let given = options.`init` {
      path = given
    } else {
      guard !options.noInit, terminal.isInputTerminal, let usual = Self.defaultPath(),
        access(usual, F_OK) == 0
      else { return nil }
      path = usual
    }
    bytes = try ScriptText.read(path: path)
    name = path
    folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
  }

  /// `mqsh/init.mq` in the folder of settings.
  static func defaultPath(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    BaseFolder.settings.path(environment).map { $0 + "/mqsh/init.mq" }
  }
}

import Foundation
import QuantRuntime

/// Data of the prompt that goes to a file or a program.
extension Prompt {
  /// - Parameters:
  ///   - target: a path, or a program behind a bar.
  ///   - isForced: whether a file that is there is replaced.
  ///   - isForOneEntry: whether the output comes back after the next entry.
  mutating func redirect(to target: String, isForced: Bool, isForOneEntry: Bool = true) throws {
    endRedirection()
    let redirection: Redirection
    if target.first == "|" {
      let program = target.dropFirst().drop { $0 == "!" }.trimmingBlanks
      try session.files.checkShell("|")
      guard !program.isEmpty else { throw PromptError.nothing("program behind '|'") }
      redirection = try Redirection(program: program, isForOneEntry: isForOneEntry)
    } else {
      let command = isForOneEntry ? "once" : "output"
      redirection = try Redirection(
        file: newFile(target, isForced, command: command), isForOneEntry: isForOneEntry)
    }
    console.redirect(to: redirection)
    if let format = redirection.format {
      formatBefore = session.format
      session.format = format
    }
  }

  mutating func endRedirection() {
    guard let ended = console.endRedirection() else { return }
    if let format = formatBefore { session.format = format }
    formatBefore = nil
    if let code = ended.finish() { console.talk("'\(ended.name)' ended with exit code \(code)") }
  }

  mutating func endRedirectionOfOneEntry() {
    if console.redirection?.isForOneEntry == true { endRedirection() }
  }

  /// The path that an operand names.
  ///
  /// - Throws: `FileAccessError` where it may not be used so.
  func path(_ operand: String, for use: PathUse) throws(FileAccessError) -> String {
    let path = (operand as NSString).expandingTildeInPath
    try session.files.check(path, for: use)
    return path
  }

  /// The path of a file that a command may write.
  ///
  /// - Throws: `FileAccessError`; `PromptError.exists` for a file that is there and not empty.
  func newFile(_ operand: String, _ isForced: Bool, command: String) throws -> String {
    let path = try path(operand, for: .write)
    var status = stat()
    let holdsData =
      stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0
    if holdsData, !isForced { throw PromptError.exists(path: operand, command: command) }
    return path
  }
}

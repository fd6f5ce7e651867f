import Foundation
import QuantRuntime

extension PromptCommand {
  static let edit = PromptCommand(
    "edit", usage: "[number|file]", .path,
    "Opens an entry or a file in your editor, and runs it."
  ) { prompt, call in
    try prompt.session.files.checkShell(":edit")
    let entries = prompt.source.entries
    if call.operand.isEmpty {
      try prompt.edit(entry: entries.last { !$0.hasPrefix(":") } ?? "")
    } else if let number = Int(call.operand) {
      guard entries.indices.contains(number - 1) else {
        throw PromptError.nothing("entry \(number)")
      }
      try prompt.edit(entry: entries[number - 1])
    } else {
      let path = (call.operand as NSString).expandingTildeInPath
      try prompt.openEditor(path)
      try prompt.load(path, name: call.operand)
    }
  }
}

extension Prompt {
  /// Lets the user change a text and runs what became of it, unless nothing did.
  fileprivate mutating func edit(entry: String) throws {
    let path = NSTemporaryDirectory() + "/mqsh-\(getpid())-\(UInt32.random(in: 0 ... .max)).mq"
    defer { unlink(path) }
    let before = entry.isEmpty ? "" : entry + "\n"
    try AtomicFile.write(Data(before.utf8), to: path)
    try openEditor(path)
    let after = String(decoding: try ScriptText.read(path: path), as: UTF8.self)
    guard after != before, !after.trimmingBlanks.isEmpty else {
      return console.talk("nothing changed, nothing is run")
    }
    let code = after.trimmingBlanks
    console.talk(code)
    source.remember(code)
    evaluate(code)
  }

  fileprivate func openEditor(_ path: String) throws {
    let environment = ProcessInfo.processInfo.environment
    let editor =
      [environment["VISUAL"], environment["EDITOR"]].compactMap { $0 }
      .first { !$0.isEmpty } ?? "vi"
    let quoted = "'" + path.replacing("'", with: "'\\''") + "'"
    let code = try ForegroundProgram("\(editor) \(quoted)").finish()
    guard code == 0 else { throw PromptError.editor(code) }
  }
}

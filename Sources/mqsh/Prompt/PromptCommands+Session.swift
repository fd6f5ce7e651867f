import Foundation
import Interpreter
import QuantRuntime

/// Commands on what the session holds and where it comes from.
extension PromptCommand {
  static let time = PromptCommand(
    "time", usage: "entry", .code, "Runs an entry and says how long it took."
  ) { prompt, call in
    let code = try call.required("an entry")
    prompt.runTimed(true) { $0.session.evaluate(code) }
  }

  static let timer = PromptCommand(
    "timer", usage: "[on|off]", .word(["on", "off"]), "Says after each entry how long it took."
  ) { prompt, call in
    switch call.operand {
    case "": prompt.isTimed.toggle()
    case "on": prompt.isTimed = true
    case "off": prompt.isTimed = false
    default: throw PromptError.operand(command: call.name, takes: "'on' or 'off'")
    }
    prompt.console.talk("timer \(prompt.isTimed ? "on" : "off")")
  }

  static let vars = PromptCommand(
    "vars", usage: "[part]", .text, "Lists the variables, or those of such a name."
  ) { prompt, call in
    let found = prompt.session.variables().filter {
      call.operand.isEmpty || $0.name.contains(call.operand)
    }
    guard !found.isEmpty else {
      throw PromptError.nothing(
        call.operand.isEmpty ? "variable yet" : "variable with '\(call.operand)' in its name")
    }
    let table = Table(
      columns: ["name", "type", "value"],
      rows: found.map { [.text($0.name), .text($0.type), .text($0.summary)] })
    try prompt.console.write(prompt.session.format.text(table, in: prompt.terminal.area))
  }

  static let load = PromptCommand(
    "load", usage: "file", .path, "Runs a script here: its variables stay."
  ) { prompt, call in
    let name = try call.required("a file")
    try prompt.load(try prompt.path(name, for: .read), name: name)
  }

  static let save = PromptCommand(
    "save", usage: "file", .path, "Writes the entries so far as a script."
  ) { prompt, call in
    let name = try call.required("a file")
    let text = prompt.session.transcript
    guard !text.isEmpty else { throw PromptError.nothing("entry to save yet") }
    let path = try prompt.newFile(name, call.isForced, command: call.name)
    try AtomicFile.write(Data(text.utf8), to: path)
  }

  static let history = PromptCommand(
    "history", usage: "[count|part]", .text, "Lists earlier entries, or those with this in them."
  ) { prompt, call in
    // Without this one.
    let numbered = zip(1..., prompt.source.entries.dropLast())
    let count = call.operand.isEmpty ? shownEntries : Int(call.operand)
    let found =
      count.map { Array(numbered.suffix(max(0, $0))) }
      ?? numbered.filter { $1.localizedCaseInsensitiveContains(call.operand) }
    guard !found.isEmpty else { throw PromptError.nothing("such entry in the history") }
    let lines = found.map { number, entry in
      String(format: "%5d  ", number) + entry.replacing("\n", with: "\n       ") + "\n"
    }
    try prompt.console.write(lines.joined())
  }

  private static let shownEntries = 30
}

extension Prompt {
  /// Runs a file as an entry.
  ///
  /// - Throws: `FileError`.
  mutating func load(_ path: String, name: String) throws {
    let bytes = try ScriptText.read(path: path)
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    runTimed(isTimed) { $0.session.load(bytes, name: name, folder: folder) }
  }
}

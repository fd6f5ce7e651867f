import QuantRuntime

/// Commands on where output goes and how it looks.
extension PromptCommand {
  static let format = PromptCommand(
    "format", usage: "[name]", .word(TableFormat.allCases.map(\.rawValue)),
    "How tables are written."
  ) { prompt, call in
    if call.operand.isEmpty {
      prompt.console.talk("tables are written as \(prompt.session.format.rawValue)")
      return
    }
    guard let format = TableFormat(rawValue: call.operand) else {
      let names = TableFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw PromptError.operand(command: call.name, takes: "one of \(names)")
    }
    prompt.session.format = format
  }

  static let output = PromptCommand(
    "output", usage: "[file | |program]", .path, "Where data goes from now on; back without a file."
  ) { prompt, call in
    if call.operand.isEmpty { return prompt.endRedirection() }
    try prompt.redirect(to: call.operand, isForced: call.isForced, isForOneEntry: false)
  }

  static let once = PromptCommand(
    "once", usage: "file | |program", .path, "Where the data of the next entry goes."
  ) { prompt, call in
    let target = try call.required("a file, or a program behind '|'")
    try prompt.redirect(to: target, isForced: call.isForced)
  }

  static let log = PromptCommand(
    "log", usage: "[file]", .path,
    "Keeps all that is entered and shown in a file."
  ) { prompt, call in
    guard !call.operand.isEmpty else { return prompt.console.endLog() }
    try prompt.console.startLog(try prompt.path(call.operand, for: .write))
  }
}

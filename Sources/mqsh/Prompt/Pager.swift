import Foundation

/// Shows a text that is higher than the window in a program that scrolls through it.
struct Pager {
  private let command: String

  /// `PAGER`, else `less` or `more` if they are there; nil for none, and where `PAGER` is empty.
  init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
    let known = environment["PAGER"] ?? Self.installed(in: environment["PATH"] ?? "")
    guard let known, !known.trimmingBlanks.isEmpty else { return nil }
    command = known
  }

  private static func installed(in path: String) -> String? {
    ["less", "more"].first { name in
      path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }
  }

  /// Whether a text does not fit into the window, with a row left for the prompt.
  func isWanted(for text: String) -> Bool {
    let (width, height) = Terminal.size
    var rows = 0
    for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      // Bytes and not columns: near enough where lines are short, and quick where they are not.
      rows += max(1, (line.count + width - 1) / width)
      if rows > height { return true }
    }
    return false
  }

  /// - Returns: false when the pager cannot be run, and nothing has been shown.
  func show(_ text: String) -> Bool {
    let options = ProcessInfo.processInfo.environment["LESS"] == nil ? ["LESS": "FRX"] : [:]
    guard
      let program = try? ForegroundProgram(command, takesInput: true, variables: options),
      let input = program.input
    else { return false }
    Signals.leavingInterruptsAlone {
      // Who leaves the pager early has seen enough.
      input.writeIgnoringErrors(text) { Signals.exitCode != nil }
    }
    // What the shell says when there is no such program.
    return program.finish() != 127
  }
}

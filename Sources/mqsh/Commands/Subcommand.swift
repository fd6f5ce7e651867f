/// A word in the place of a script's path that asks for something else than to run one, such as
/// `help`. A script of the same name is run as `./help`.
struct Subcommand: Sendable {
  let name: String
  /// What follows the name: `[name]`.
  let operands: String
  /// One line for the overview.
  let summary: String
  /// What an operand can be: by default a script.
  let choices: @Sendable () -> [WordChoice]
  /// The options in front of its operands.
  let options: @Sendable () -> OptionTable
  /// Whether what stands behind its operand, a script, is the script's own.
  let passesWords: Bool
  /// Whether it may compute with the threads of the team; see `ThreadWaiting`.
  let usesThreads: Bool
  /// - Returns: the exit code.
  let run: @Sendable (Launcher, [String]) -> Int32

  init(
    _ name: String, operands: String, _ summary: String,
    choices: @autoclosure @escaping @Sendable () -> [WordChoice] = [.scripts],
    options: @autoclosure @escaping @Sendable () -> OptionTable = .empty,
    passesWords: Bool = false, usesThreads: Bool = true,
    run: @escaping @Sendable (Launcher, [String]) -> Int32
  ) {
    self.name = name
    self.operands = operands
    self.summary = summary
    self.choices = choices
    self.options = options
    self.passesWords = passesWords
    self.usesThreads = usesThreads
    self.run = run
  }

  /// In the order of the overview.
  static let all = [help, check, plan, format, version, grammar, completions]

  static func named(_ name: String?) -> Subcommand? { all.first { $0.name == name } }

  /// The overview: a line for each.
  static var overview: String {
    let labels = all.map { "\($0.name) \($0.operands)" }
    let width = labels.map(\.count).max() ?? 0
    return zip(labels, all).map { label, command in
      "  mqsh \(label)\(String(repeating: " ", count: width - label.count))  \(command.summary)"
    }.joined(separator: "\n")
  }
}

import ArgumentParser
import QuantRuntime

/// The words between `mqsh plan` and the script.
struct PlanOptions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mqsh plan",
    abstract: "Says what a run of a script would do, and does none of it.",
    usage: "mqsh plan [--no-time] [--format <format>] file.mq [--parameter value ...]",
    discussion: """
      Data sets are opened and networks are made, but trainings and scorings are written down only: \
      their models, images, steps, time and memory, the runs of each sweep, and what would be done \
      twice. No file is written. Scores are no numbers (NaN), so the plan follows what does not \
      depend on them.

      The time comes from passes timed on this machine, in 20 seconds at most.

      Exit codes: 0 done, 1 the script or a run of a sweep would fail, 2 wrong usage, 65 rejected \
      before anything ran, 130 interrupted.
      """)

  @Flag(name: .customLong("no-time"), help: "Time nothing.")
  var leavesOutTime = false

  @Option(help: "Print the runs as a table in this format instead of a report.")
  var format: TableFormat?

  /// Splits the words at the script's name and parses those in front of it; ends the program on wrong
  /// usage, and after `--help`.
  static func split(_ words: [String]) -> (PlanOptions, [String]) {
    var count = 0
    while count < words.count, words[count].hasPrefix("-"), words[count] != "-" {
      count += words[count] == "--format" ? 2 : 1
    }
    count = min(count, words.count)
    return (parseOrEnd(Array(words[..<count])), Array(words[count...]))
  }
}

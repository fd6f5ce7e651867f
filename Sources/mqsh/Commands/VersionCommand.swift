import Interpreter

extension Subcommand {
  /// `mqsh version`: what a report of an error should say, a fact a line.
  static let version = Subcommand(
    "version", operands: "", "Names the version, the build and the machine, for reports.",
    choices: []
  ) { launcher, words in
    guard words.isEmpty else { return launcher.misused("'version' takes nothing") }
    return launcher.show(VersionFacts.lines.map { $0 + "\n" }.joined())
  }
}

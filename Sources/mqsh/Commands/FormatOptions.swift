import ArgumentParser

/// The words behind `mqsh fmt`.
struct FormatOptions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mqsh fmt",
    abstract: "Gives scripts their one layout: indentation, spaces, blank lines.",
    discussion: """
      What a script says stays as it is, and so do its comments and the lines on which it goes on. \
      A file is replaced only when it changes, and at once; its permissions stay.

      Exit codes: 0 done, 1 a file would change (with --check), 2 a file cannot be read or written, \
      65 a script has errors. The worst one counts.
      """)

  @Flag(help: "Write nothing, and list the files that would change.")
  var check = false

  @Argument(
    help: "The scripts; - reads the standard input and writes the standard output.",
    completion: .file(extensions: ["mq"]))
  var files: [String]
}

import ArgumentParser
import Foundation
import Interpreter
import QuantRuntime

/// The options of `mqsh` itself: those in front of the script. What follows the script is its own.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mqsh",
    abstract: "Runs .mq experiments on quantized networks, or asks for them at a prompt.",
    usage: """
      mqsh [options] [file.mq | - | -c text] [--parameter value ...]
      mqsh command [operand ...]
      """,
    discussion: """
      Without a script mqsh opens a prompt, or runs what is piped into it. Options of mqsh stand in \
      front of the script's name; what follows the name belongs to the script.

      Commands in the place of a script:
      \(Subcommand.overview)

      Data goes to the standard output, everything else to the standard error.
      Exit codes: 0 done, 1 failed while running, 2 wrong usage or no such script, 3 an expectation \
      failed, 65 rejected before anything ran, 129 or 143 ended by a signal, 130 interrupted, 141 the reader of \
      the output left.
      """,
    version: Version.number)

  @Option(name: .customShort("c"), help: ArgumentHelp("Run this text.", valueName: "text"))
  var text: String?

  @Flag(name: .customShort("i"), help: "Stay at the prompt after the script.")
  var staysAtPrompt = false

  @Option(
    help: ArgumentHelp(
      "What the prompt runs first; by default mqsh/init.mq in the folder of settings.",
      valueName: "file"), completion: .file())
  var `init`: String?

  @Flag(help: "Nothing is run before the prompt.")
  var noInit = false

  @Flag(help: "The prompt ends with the first entry that fails, as a script does.")
  var bail = false

  @Flag(help: "A script goes on behind a statement that failed, as the prompt does.")
  var keepGoing = false

  @Option(help: "How tables are printed; by default aligned on a terminal, csv elsewhere.")
  var format: TableFormat?

  @Option(help: "Whether messages are colored.")
  var color: ColorChoice = .auto

  @Option(help: "Threads of the computation; by default one for each core.")
  var threads: Int?

  @Option(help: "The seed that random choices derive from.")
  var seed: UInt64 = 0

  @Flag(help: "No progress and no hints.")
  var quiet = false

  @Flag(
    help: "For scripts of strangers: no other programs, no files outside of the working folder.")
  var safe = false

  @Option(
    help: ArgumentHelp("With --safe, lets scripts read this as well.", valueName: "path"),
    completion: .file())
  var allowRead: [String] = []

  static let threadRange = 1...1024

  func validate() throws {
    if let threads, !Self.threadRange.contains(threads) {
      throw ValidationError("'--threads' is between 1 and 1024, not \(threads)")
    }
    guard `init` == nil || !noInit else {
      throw ValidationError("'--init' and '--no-init' exclude each other")
    }
    guard safe || allowRead.isEmpty else {
      throw ValidationError("'--allow-read' goes with '--safe'")
    }
    if let missing = allowRead.first(where: { !FileManager.default.fileExists(atPath: $0) }) {
      throw ValidationError("'--allow-read' names '\(missing)', which is not there")
    }
  }

  /// Which files scripts may touch.
  var files: FileAccess {
    guard safe else { return .everything }
    // Empty when the folder is gone; then nothing in it can be touched.
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let folder = getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? ""
    return .confined(to: folder, reading: allowRead)
  }

  /// Splits the words at the script's name and parses those in front of it.
  static func parseOrExit(_ words: [String]) -> (Options, [String]) {
    let count = ownCount(words)
    return (parseOrEnd(Array(words[..<count])), Array(words[count...]))
  }

  /// How many words at the start are options of mqsh and their values.
  private static func ownCount(_ words: [String]) -> Int {
    var index = 0
    var hasText = false
    while index < words.count {
      let word = words[index]
      guard word.hasPrefix("-"), word != "-" else { break }
      // Behind `-c text` there is no file name to end the options: the first strange one does.
      if hasText, !isKnown(word) { break }
      if word.hasPrefix("--") {
        index += valueNames.contains(word) ? 2 : 1
      } else {
        let takesText = word.hasSuffix("c")
        hasText = hasText || takesText
        index += takesText ? 2 : 1
      }
    }
    return min(index, words.count)
  }

  static let valueNames: Set = [
    "--format", "--color", "--threads", "--seed", "--allow-read", "--init",
  ]

  private static func isKnown(_ word: String) -> Bool {
    let name = String(word.prefix { $0 != "=" })
    return valueNames.contains(name)
      || [
        "--quiet", "--safe", "--no-init", "--bail", "--keep-going", "--help", "--version", "-h",
        "-i",
      ].contains(name)
  }

  /// Starts the program anew with the number of threads in the environment: the thread library
  /// reads it once, before `main`.
  func applyThreads() {
    let name = "OMP_NUM_THREADS"
    guard let threads, ProcessInfo.processInfo.environment[name] != String(threads) else { return }
    setenv(name, String(threads), 1)
    var arguments = CommandLine.arguments.map { strdup($0) }
    arguments.append(nil)
    execv("/proc/self/exe", arguments)
    // Still here: the system refused. What reads the variable later gets it all the same.
  }
}

enum ColorChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

extension TableFormat: ExpressibleByArgument {}

extension ParsableCommand {
  /// Parses words; ends the program on wrong usage, and after `--help` and `--version`.
  static func parseOrEnd(_ words: [String]) -> Self {
    do {
      return try parse(words)
    } catch {
      let text = fullMessage(for: error)
      guard exitCode(for: error) == .success else { Usage.fail(text) }
      Usage.show(text)
    }
  }
}

/// Ends of the program before anything ran.
enum Usage {
  static let exitCode: Int32 = 2

  static func fail(_ text: String) -> Never {
    Descriptor.error.writeIgnoringErrors(text + "\n")
    exit(exitCode)
  }

  static func show(_ text: String) -> Never {
    do throws(OutputError) {
      try Descriptor.output.write(text + "\n")
    } catch {
      if error != .closed { Descriptor.error.writeIgnoringErrors("mqsh: \(error.message)\n") }
      exit(error.exitCode)
    }
    exit(0)
  }
}

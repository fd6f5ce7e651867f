import Foundation
import QuantRuntime

/// The command: reads the command line, runs what it asks for, and ends with the exit code that says
/// how it went (see `Options`).
@main
enum Mqsh {
  static func main() {
    ProcessHeap.share()
    let words = Array(CommandLine.arguments.dropFirst())
    // Starting anew, where it has to, takes as long as reading a long script: whoever only reads does
    // without.
    if Subcommand.named(words.first)?.usesThreads ?? true { ThreadWaiting.limit() }
    let (options, rest) = Options.parseOrExit(words)
    options.applyThreads()
    exit(Launcher(options: options, words: rest).run())
  }
}

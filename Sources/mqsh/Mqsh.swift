import Foundation
import QuantRuntime

/// The command: reads the command line, runs what it asks for, and ends with the exit code that says
/// how it went (see `Options`).
@main
enum Mqsh {
  static func main() {
    ThreadWaiting.limit()
    let words = Array(CommandLine.arguments.dropFirst())
    let (options, rest) = Options.parseOrExit(words)
    options.applyThreads()
    exit(Launcher(options: options, words: rest).run())
  }
}

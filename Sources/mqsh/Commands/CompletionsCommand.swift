import Foundation
import Interpreter

extension Subcommand {
  /// `mqsh completions bash|zsh|fish`: what a shell reads to complete the words of `mqsh`.
  ///
  /// `mqsh completions words WORD ...` is what those scripts ask: one line for each thing that the
  /// last word can become.
  static let completions = Subcommand(
    "completions", operands: "bash|zsh|fish", "Writes what a shell reads to complete words.",
    choices: CompletionScript.allCases.map { .word($0.rawValue, summary: "") },
    usesThreads: false
  ) { launcher, words in
    if words.first == "words" { return launcher.complete(Array(words.dropFirst())) }
    guard words.count == 1, let script = CompletionScript(rawValue: words[0]) else {
      let shells = CompletionScript.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or ")
      return launcher.misused("'completions' takes \(shells)")
    }
    return launcher.show(script.text)
  }
}

extension Launcher {
  fileprivate func complete(_ words: [String]) -> Int32 {
    let completion = CommandLineCompletion(
      parametersOfFile: { typedScript(at: $0).flatMap(parameters) },
      parametersOfText: { parameters(of: Script(name: "", bytes: Array($0.utf8))) })
    let lines = completion.choices(words).map { $0.line + "\n" }
    return show(lines.joined())
  }

  private func parameters(of script: Script) -> [ScriptParameter]? {
    makeSession(.init(), isInteractive: false)
      .parameters(of: script.bytes, name: script.name, folder: script.folder)
  }

  /// The script that a word of the line names, if it is a file: not all words are typed yet, and
  /// whoever types them must not wait for a pipe.
  private func typedScript(at path: String) -> Script? {
    let path = (path as NSString).expandingTildeInPath
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return try? script(at: path)
  }
}

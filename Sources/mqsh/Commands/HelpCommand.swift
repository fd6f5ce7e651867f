import Interpreter
import Lang

extension Subcommand {
  /// `mqsh help [name]`: what `?name` says at the prompt.
  static let help = Subcommand(
    "help", operands: "[name]", "Explains a function, or lists all of them.",
    choices: BuiltinCatalog.all.map { .word($0.name, summary: $0.summary) },
    usesThreads: false
  ) { launcher, names in
    guard names.count <= 1 else { return launcher.misused("'help' takes one name") }
    if names == ["--markdown"] { return launcher.show(BuiltinsDocument.text()) }
    guard let name = names.first else { return launcher.evaluate("help()", name: "<help>") }
    let known = BuiltinCatalog.all.map(\.name)
    guard known.contains(name) else {
      let near = Suggestion.nearest(to: name, among: known).map { "; did you mean '\($0)'?" }
      return launcher.misused("there is no help on '\(name)'" + (near ?? ""))
    }
    return launcher.evaluate("help(\"\(name)\")", name: "<help>")
  }
}

/// The words behind a script's name: `--name value` and `--name=value` are its parameters, the rest
/// its arguments. Behind `--` everything is an argument.
struct ScriptArguments: Equatable {
  var parameters: [String: String] = [:]
  var arguments: [String] = []
  /// `--help` was among them.
  var asksForHelp = false

  init(_ words: [String]) throws(ScriptArgumentError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        arguments += rest
        return
      }
      guard word.hasPrefix("--") else {
        arguments.append(word)
        continue
      }
      if word == "--help" {
        asksForHelp = true
        continue
      }
      let parts = word.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      try add(String(parts[0]), parts.count == 2 ? String(parts[1]) : rest.popFirst())
    }
  }

  private mutating func add(_ name: String, _ value: String?) throws(ScriptArgumentError) {
    guard let value, !value.hasPrefix("--") else { throw .noValue(name: name) }
    guard parameters.updateValue(value, forKey: name) == nil else { throw .twice(name: name) }
  }
}

enum ScriptArgumentError: Error, Equatable {
  case noValue(name: String)
  case twice(name: String)

  var message: String {
    switch self {
    case .noValue(let name): "'--\(name)' needs a value"
    case .twice(let name): "'--\(name)' is given twice"
    }
  }
}

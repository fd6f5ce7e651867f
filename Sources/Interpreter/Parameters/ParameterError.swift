import Lang
import QuantRuntime

/// A command line that does not fit the script's parameters.
enum ParameterError: RuntimeFailure {
  case unknown(name: String, known: [String])
  case missing(name: String)
  case noValue(name: String)
  case twice(name: String)
  /// `--no-name=value`.
  case valueOfNo(name: String)
  /// - expected: with its article.
  case type(name: String, value: String, expected: String)
  case range(name: String, value: String, limits: String, isList: Bool)
  case choice(name: String, value: String, choices: [String], isList: Bool)

  var code: String {
    switch self {
    case .unknown: "param.unknown"
    case .missing: "param.missing"
    case .noValue: "param.no_value"
    case .twice: "param.twice"
    case .type, .valueOfNo: "param.type"
    case .range: "param.range"
    case .choice: "param.choice"
    }
  }

  var message: String {
    switch self {
    case .unknown(let name, _): "the script has no parameter '--\(name)'"
    case .missing(let name): "the script needs '--\(name)'"
    case .noValue(let name): "'--\(name)' needs a value"
    case .twice(let name): "'--\(name)' is given twice"
    case .valueOfNo(let name): "'--no-\(name)' takes no value"
    case .type(let name, let value, let expected): "'--\(name)' takes \(expected), not '\(value)'"
    case .range(let name, let value, let limits, let isList):
      "\(isList ? "an element of " : "")'--\(name)' is \(limits), not '\(value)'"
    case .choice(let name, let value, _, let isList):
      "\(isList ? "an element of " : "")'--\(name)' cannot be '\(value)'"
    }
  }

  var help: String? {
    switch self {
    case .unknown(let name, let known):
      Suggestion.nearest(to: name, among: known).map { "did you mean '--\($0)'?" }
    case .choice(_, let value, let choices, _):
      Suggestion.nearest(to: value, among: choices).map { "did you mean '\($0)'?" }
    default: nil
    }
  }

  var notes: [String] {
    switch self {
    case .unknown(_, let known):
      [known.isEmpty ? "it declares none" : Noun.listed(known.map { "--\($0)" }, "parameter")]
    case .choice(_, _, let choices, _): ["it is one of " + choices.joined(separator: ", ")]
    default: []
    }
  }
}

/// All that is wrong with a command line, each with the declaration that it is about.
struct ParameterErrors: Error {
  var all: [(error: ParameterError, declaration: Span?)]
}

/// A parameter that a script declares in a way that cannot be.
enum ParameterDeclarationError: RuntimeFailure {
  case type(found: String)
  case mixed
  case defaultType(String, of: String)
  case defaultOutside(String, String)
  case limit(String, of: String)
  case order(String, String)
  case choice(String, of: String)
  case noChoices

  var code: String { "param.declaration" }

  var message: String {
    switch self {
    case .type(let found):
      "a parameter is a bool, an int, a float, a string or a list of these, not "
        + Noun.withArticle(found)
    case .mixed: "the elements of a parameter are of one type"
    case .defaultType(let value, let type):
      "\(value) is no default for \(Noun.withArticle(type))"
    case .defaultOutside(let value, let limits): "the default is \(limits), not \(value)"
    case .limit(let value, let type): "\(value) is no limit for \(Noun.withArticle(type))"
    case .order(let low, let high): "nothing lies between \(low) and \(high)"
    case .choice(let value, let type): "\(value) is no choice for \(Noun.withArticle(type))"
    case .noChoices: "there is nothing to choose from"
    }
  }
}

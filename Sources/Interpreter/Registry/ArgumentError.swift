import Lang
import QuantRuntime

/// Arguments that do not fit a function: the same words for builtins and for functions of scripts.
enum ArgumentError: RuntimeFailure {
  case unknownLabel(label: String, function: String, known: [String])
  case missing(parameter: String, function: String)
  case twice(parameter: String, function: String)
  case tooMany(function: String, expected: Int, found: Int)
  case needsLabel(parameter: String, function: String)
  case type(parameter: String, function: String, expected: String, found: String)
  case range(parameter: String, function: String, value: String, limits: String)
  case choice(parameter: String, function: String, value: String, choices: [String])
  /// An argument of the right type that the runtime refuses, for a reason of its own.
  case refused(parameter: String, function: String, reason: any RuntimeFailure)

  var code: String {
    switch self {
    case .unknownLabel: "argument.label"
    case .missing: "argument.missing"
    case .twice: "argument.twice"
    case .tooMany: "argument.too_many"
    case .needsLabel: "argument.needs_label"
    case .type: "argument.type"
    case .range: "argument.range"
    case .choice: "argument.choice"
    case .refused(_, _, let reason): reason.code
    }
  }

  /// Whose parameters the arguments do not fit.
  var function: String {
    switch self {
    case .unknownLabel(_, let function, _), .missing(_, let function), .twice(_, let function),
      .tooMany(let function, _, _), .needsLabel(_, let function), .type(_, let function, _, _),
      .range(_, let function, _, _), .choice(_, let function, _, _),
      .refused(_, let function, _):
      function
    }
  }

  /// Which argument of the call is to blame; nil when it is one that was left out.
  var culprit: Culprit? {
    switch self {
    case .unknownLabel(let label, _, _): .parameter(label)
    case .missing: nil
    case .tooMany(_, let expected, _): .position(expected)
    case .twice(let name, _), .needsLabel(let name, _), .type(let name, _, _, _),
      .range(let name, _, _, _), .choice(let name, _, _, _), .refused(let name, _, _):
      .parameter(name)
    }
  }

  enum Culprit {
    case parameter(String)
    /// Among the arguments without labels, from 0.
    case position(Int)
  }

  var message: String {
    switch self {
    case .unknownLabel(let label, let function, _): "'\(function)' has no parameter '\(label)'"
    case .missing(let parameter, let function): "'\(function)' needs '\(parameter)'"
    case .twice(let parameter, let function): "'\(function)' gets '\(parameter)' twice"
    case .tooMany(let function, let expected, let found):
      "'\(function)' takes \(Noun.counted(expected, "argument")), not \(found)"
    case .needsLabel(let parameter, let function):
      "'\(function)' takes '\(parameter)' by its label only"
    case .type(let parameter, let function, let expected, let found):
      "'\(parameter)' of '\(function)' is \(Noun.withArticle(expected)), not \(Noun.withArticle(found))"
    case .range(let parameter, let function, let value, let limits):
      "'\(parameter)' of '\(function)' is \(limits), not \(value)"
    case .choice(let parameter, let function, let value, _):
      "'\(parameter)' of '\(function)' cannot be '\(value)'"
    case .refused(_, _, let reason): reason.message
    }
  }

  var help: String? {
    switch self {
    case .unknownLabel(let label, _, let known):
      Suggestion.nearest(to: label, among: known).map { "did you mean '\($0):'?" }
    case .needsLabel(let parameter, _): "write '\(parameter): ...'"
    case .choice(_, _, let value, let choices):
      Suggestion.nearest(to: value, among: choices).map { "did you mean \"\($0)\"?" }
    case .refused(_, _, let reason): reason.help
    default: nil
    }
  }

  var endsStatement: Bool {
    if case .refused(_, _, let reason) = self { reason.endsStatement } else { false }
  }

  var notes: [String] {
    switch self {
    case .unknownLabel(_, _, let known) where !known.isEmpty:
      [Noun.listed(known, "parameter")]
    case .choice(_, _, _, let choices): ["it is one of " + choices.joined(separator: ", ")]
    case .refused(_, _, let reason): reason.notes
    default: []
    }
  }
}

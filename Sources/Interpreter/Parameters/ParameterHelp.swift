import Lang

/// What a script says of itself, made from its first comment and from the parameters that it declares.
struct ParameterHelp {
  /// What the script is called.
  var name: String
  var parameters: [ScriptParameter]
  /// Lines of its first comment.
  var comment: [String] = []

  private static let width = 80

  /// The whole page.
  var page: String {
    var blocks = [usage]
    if !comment.isEmpty { blocks.append(comment.joined(separator: "\n") + "\n") }
    blocks.append(
      parameters.isEmpty ? "It declares no parameters.\n" : "Parameters\n" + table)
    return blocks.joined(separator: "\n")
  }

  /// `usage: mqsh x.mq --data STRING [--epochs INT] [--[no-]verbose]`, on as many lines as it takes.
  var usage: String {
    let parts = parameters.map { $0.isRequired ? Self.label($0) : "[\(Self.label($0))]" }
    var lines = ["usage: mqsh \(name)"]
    for part in parts {
      let fits = lines[lines.count - 1].count + part.count < Self.width
      if fits { lines[lines.count - 1] += " \(part)" } else { lines.append("         \(part)") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var table: String {
    let labels = parameters.map(Self.label)
    let width = labels.map(\.count).max() ?? 0
    return zip(labels, parameters).map { label, parameter in
      let facts = Self.facts(parameter)
      let text = [parameter.help, facts.isEmpty ? "" : "(\(facts))"].filter { !$0.isEmpty }
      let padding = String(repeating: " ", count: width - label.count + 2)
      return "  " + (text.isEmpty ? label : label + padding + text.joined(separator: " ")) + "\n"
    }.joined()
  }

  /// `--epochs INT`; of a flag what can be said: `--verbose`, or both where the default is true.
  private static func label(_ parameter: ScriptParameter) -> String {
    guard parameter.isFlag else {
      return "--\(parameter.name) \(parameter.form?.placeholder ?? "VALUE")"
    }
    return "--\(parameter.defaultText == "false" ? "" : "[no-]")\(parameter.name)"
  }

  /// `1 to 100; default 3`.
  private static func facts(_ parameter: ScriptParameter) -> String {
    var facts: [String] = []
    if let limits = parameter.form?.limits, !limits.isEmpty { facts.append(limits) }
    if parameter.isRequired {
      facts.append("required")
    } else if let text = parameter.defaultText {
      facts.append("default \(text.isEmpty ? "\"\"" : text)")
    }
    return facts.joined(separator: "; ")
  }
}

extension ParameterHelp {
  /// The first comment of a text, if nothing but the line for the system and blank lines stand before.
  static func comment(of bytes: [UInt8]) -> [String] {
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { line in String(line.drop { $0 == " " || $0 == "\t" || $0 == "\u{FEFF}" }) }
    let start = (lines.first?.hasPrefix("#!") ?? false) ? lines.dropFirst() : lines[...]
    let comment = start.drop(while: \.isEmpty).prefix { $0.hasPrefix("#") }
    return comment.map { line in
      let text = line.dropFirst()
      return String(text.hasPrefix(" ") ? text.dropFirst() : text)
    }
  }
}

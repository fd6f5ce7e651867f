/// Help pages, made from what the registry knows.
enum HelpText {
  /// The page of one function.
  static func page(_ builtin: Builtin) -> String {
    var lines = [signature(builtin), "", "  " + builtin.summary]
    if !builtin.details.isEmpty {
      lines.append("")
      lines += builtin.details.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? "" : "  \($0)" }
    }
    if !builtin.parameters.isEmpty { lines += ["", "Parameters"] + parameters(builtin) }
    lines += ["", (builtin.constant == nil ? "Gives " : "A ") + builtin.result.description]
    if !builtin.examples.isEmpty { lines += ["", "Examples"] }
    for example in builtin.examples { lines += indented(example) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// How a function is called, in a few lines.
  static func shortPage(_ builtin: Builtin) -> String {
    var lines = [signature(builtin), "", "  " + builtin.summary]
    if !builtin.parameters.isEmpty { lines += [""] + parameters(builtin) }
    if let example = builtin.examples.first {
      lines += [""] + indented(example)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func indented(_ example: Builtin.Example) -> [String] {
    lines(example).split(separator: "\n").map { "  \($0)" }
  }

  /// An example, with what it prints as comments.
  static func lines(_ example: Builtin.Example) -> String {
    let output = example.output?.split(separator: "\n", omittingEmptySubsequences: false)
    return ([example.code] + (output ?? []).map { "# \($0)" }).joined(separator: "\n")
  }

  /// How a parameter is named: with its colon where it needs the label.
  static func label(_ parameter: Parameter) -> String {
    if parameter.isVariadic { return "\(parameter.name)..." }
    if parameter.collectsLabels { return "label: value..." }
    return parameter.needsLabel ? "\(parameter.name):" : parameter.name
  }

  static func signature(_ builtin: Builtin) -> String {
    if builtin.constant != nil { return builtin.name }
    let parameters = builtin.parameters.map { parameter in
      guard let value = parameter.defaultValue, !parameter.isVariadic else {
        return label(parameter)
      }
      if value.isMissing { return "[\(parameter.name)\(parameter.needsLabel ? ":" : "")]" }
      return "\(parameter.name): \(Display.inline(value))"
    }
    return "\(builtin.name)(\(parameters.joined(separator: ", ")))"
  }

  private static func parameters(_ builtin: Builtin) -> [String] {
    let width = builtin.parameters.map(\.name.count).max() ?? 0
    return builtin.parameters.map { parameter in
      let name = parameter.name + String(repeating: " ", count: width - parameter.name.count)
      let limits = parameter.type.limits
      let type = parameter.type.description + (limits.isEmpty ? "" : ", \(limits)")
      return "  \(name)  \(parameter.summary) (\(type))"
    }
  }

  /// All functions by family.
  static func listing(_ builtins: [Builtin]) -> String {
    var families: [String] = []
    for builtin in builtins where !families.contains(builtin.family) {
      families.append(builtin.family)
    }
    return families.map { family in
      "\(family)\n" + lines(builtins.filter { $0.family == family }, indent: "  ")
    }.joined(separator: "\n") + "\nhelp(\"name\") explains one of them.\n"
  }

  static func lines(_ builtins: [Builtin], indent: String = "") -> String {
    let width = builtins.map(\.name.count).max() ?? 0
    return builtins.map {
      indent + $0.name + String(repeating: " ", count: width - $0.name.count + 2) + $0.summary
        + "\n"
    }.joined()
  }
}

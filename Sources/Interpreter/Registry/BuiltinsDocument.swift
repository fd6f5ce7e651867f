/// The reference of all built-in names as a Markdown page, made from the registry alone.
public enum BuiltinsDocument {
  /// The whole page, ending in a newline.
  public static func text(_ builtins: [Builtin] = BuiltinCatalog.all) -> String {
    var families: [String] = []
    for builtin in builtins where !families.contains(builtin.family) {
      families.append(builtin.family)
    }
    let index = families.map { family in
      let names = builtins.filter { $0.family == family }.map { "[`\($0.name)`](#\($0.name))" }
      return "| \(family) | \(names.joined(separator: " ")) |"
    }
    let head = [
      "# Built-in functions", "",
      "This page is what `mqsh help --markdown` prints; the same words stand behind `?name` at the",
      "prompt. A parameter with `name:` takes its argument by the label only; one with a default may be",
      "left out. Every example is run by the tests.", "", "| family | names |", "|---|---|",
    ]
    let sections = families.flatMap { family in
      ["", "## \(family)"] + builtins.filter { $0.family == family }.flatMap(section)
    }
    return (head + index + sections).joined(separator: "\n") + "\n"
  }

  private static func section(_ builtin: Builtin) -> [String] {
    var lines = ["", "### \(builtin.name)", ""]
    lines += code(HelpText.signature(builtin)) + ["", escaped(builtin.summary)]
    if !builtin.details.isEmpty {
      lines += [""] + code(builtin.details)
    }
    if !builtin.parameters.isEmpty {
      lines += ["", "| parameter | takes | default | |", "|---|---|---|---|"]
      lines += builtin.parameters.map(row)
    }
    lines += ["", "\(builtin.constant == nil ? "Gives" : "A") \(builtin.result.description)."]
    for example in builtin.examples { lines += [""] + code(HelpText.lines(example)) }
    return lines
  }

  private static func row(_ parameter: Parameter) -> String {
    let type = parameter.type.description + (parameter.type.limits.isEmpty ? "" : ", ")
    let fallback = parameter.defaultValue.map { value -> String in
      if case .missing = value { return "" }
      return "`\(escaped(Display.inline(value)))`"
    }
    let label = HelpText.label(parameter)
    return "| `\(label)` | \(escaped(type))\(parameter.type.limits) | "
      + "\(fallback ?? "") | \(escaped(parameter.summary)) |"
  }

  /// An indented block: its content is shown as it is.
  private static func code(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.isEmpty ? "" : "    \($0)"
    }
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("*", with: "\\*").replacing("<", with: "&lt;")
  }
}

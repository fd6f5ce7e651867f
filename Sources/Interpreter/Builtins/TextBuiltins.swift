/// Functions of strings.
enum TextBuiltins {
  static let all = [string, join, split, upper, lower, replace, startsWith, endsWith]

  private static let text = Parameter("text", .string, "A string.")

  private static let string = Builtin(
    "string", family: "text", "A value as text, as `print` writes it.",
    parameters: [Parameter("value", .any, "Any value.")], result: "string",
    examples: [.init("string([1, 2])", "\"[1, 2]\"")]
  ) { .text(Display.plain($0["value"])) }

  private static let join = Builtin(
    "join", family: "text", "The texts of a list in one string.",
    parameters: [
      Parameter("items", .sequence, "Values of any type."),
      Parameter("separator", .string, default: .text(", "), "What stands between two of them."),
    ],
    result: "string", examples: [.init("join([1, 2, 3], \"-\")", "\"1-2-3\"")]
  ) { call in
    .text(
      try call.elements("items").map { Display.plain($0) }.joined(
        separator: call.string("separator")))
  }

  private static let split = Builtin(
    "split", family: "text", "The parts of a string between separators.",
    parameters: [text, Parameter("separator", .string, "At least one character.")],
    result: "list", examples: [.init("split(\"a,b,c\", \",\")", "[\"a\", \"b\", \"c\"]")]
  ) { call in
    guard !call.string("separator").isEmpty else {
      throw call.failure("text.separator", "a separator has at least one character")
    }
    let parts = call.string("text").split(
      separator: call.string("separator"), omittingEmptySubsequences: false)
    return try .list(parts.map { .text(String($0)) })
  }

  private static let upper = Builtin(
    "upper", family: "text", "A string in capital letters.", parameters: [text], result: "string",
    examples: [.init("upper(\"lsq\")", "\"LSQ\"")]
  ) { .text($0.string("text").uppercased()) }

  private static let lower = Builtin(
    "lower", family: "text", "A string in small letters.", parameters: [text], result: "string",
    examples: [.init("lower(\"LSQ\")", "\"lsq\"")]
  ) { .text($0.string("text").lowercased()) }

  private static let replace = Builtin(
    "replace", family: "text", "A string with one text replaced by another everywhere.",
    parameters: [
      text, Parameter("old", .string, "What to look for."),
      Parameter("new", .string, "What to put there."),
    ],
    result: "string", examples: [.init("replace(\"w4a4\", \"4\", \"8\")", "\"w8a8\"")]
  ) { call in
    guard !call.string("old").isEmpty else { return call["text"] }
    return .text(call.string("text").replacing(call.string("old"), with: call.string("new")))
  }

  private static let startsWith = Builtin(
    "starts_with", family: "text", "Whether a string begins with another.",
    parameters: [text, Parameter("prefix", .string, "The beginning.")], result: "bool",
    examples: [.init("starts_with(\"layer1.0\", \"layer1\")", "true")]
  ) { .bool($0.string("text").hasPrefix($0.string("prefix"))) }

  private static let endsWith = Builtin(
    "ends_with", family: "text", "Whether a string ends with another.",
    parameters: [text, Parameter("suffix", .string, "The end.")], result: "bool",
    examples: [.init("ends_with(\"a.csv\", \".csv\")", "true")]
  ) { .bool($0.string("text").hasSuffix($0.string("suffix"))) }
}

import QuantRuntime

/// The command line of a script.
enum ParameterBuiltins {
  static let all = [param, args]

  private static let limit = ParameterType.optional(.oneOf([.anyInt, .anyFloat]))

  private static let param = Builtin(
    "param", family: "session",
    "A value from the command line: `--name value` after the script's name.",
    details: """
      Without a value on the command line it is the default, whose type decides how the value is
      read: bool, int, float, string, or a list of one of these, whose elements are written with
      commas between them, as in --bits 2,4,8. `type` says it where the default is nil, or is to be
      read as another type: param("steps", nil, type: "int") is nil unless it is given. Without a
      default the script cannot run without the value.

      A bool is true by --name alone and false by --no-name. A dash can stand for an underscore.

      Declare parameters at the top level of the script, with their names and limits written out:
      then the command line is checked before anything runs, and `mqsh file.mq --help` lists them
      below the first comment of the file.
      """,
    parameters: [
      Parameter("name", .string, "The option's name without its dashes."),
      Parameter("default", .any, default: .missing, "The value when the option is not given."),
      Parameter("help", .string, default: .text(""), needsLabel: true, "A line for its help."),
      Parameter(
        "type", .optional(.choice(ParameterForm.typeNames)), default: .nil, needsLabel: true,
        "The type, where the default does not show it."),
      Parameter("min", limit, default: .nil, needsLabel: true, "The least number."),
      Parameter("max", limit, default: .nil, needsLabel: true, "The greatest number."),
      Parameter(
        "choices", .optional(.list), default: .nil, needsLabel: true, "The values it can have."),
    ],
    result: .kind(of: "default"),
    examples: [
      .init("param(\"epochs\", 3, min: 1, max: 100, help: \"epochs of training\")", "3"),
      .init("param(\"algorithm\", \"lsq\", choices: [\"lsq\", \"pact\"])", "\"lsq\""),
      .init("param(\"bits\", [2, 4])", "[2, 4]"), .init("param(\"steps\", nil, type: \"int\")"),
    ]
  ) { call in
    let form = try ParameterForm(
      default: call["default"], type: call["type"], minimum: call["min"], maximum: call["max"],
      choices: call["choices"])
    let name = call.string("name")
    if let text = call.session.parameters[name] { return try form.read(text, name: name) }
    if call["default"].isMissing { throw ParameterError.missing(name: name) }
    if case .nil = call["default"] { return .nil }
    return try form.accept(call["default"]).get()
  }.checking { call in
    guard let value = call.constant("default"), let type = call.constant("type"),
      let low = call.constant("min"), let high = call.constant("max"),
      let choices = call.constant("choices")
    else { return }
    _ = try ParameterForm(
      default: value, type: type, minimum: low, maximum: high, choices: choices)
  }

  private static let args = Builtin(
    "args", family: "session", "The words behind the script's name that are no parameters.",
    result: .list, examples: [.init("args()", "[]")]
  ) { call in
    try .list(call.session.arguments.map { .text($0) })
  }
}

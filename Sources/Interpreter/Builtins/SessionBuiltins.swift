import Foundation
import Lang
import QuantRuntime

/// Output, help, the seed, the command line.
enum SessionBuiltins {
  static let all = [print, help, apropos, seed] + ParameterBuiltins.all + [version, time, typeOf]

  private static let print = Builtin(
    "print", family: "session",
    "Writes values to the output, with spaces between them and a newline at the end.",
    details: "A table is written in the session's format: aligned on a terminal, csv otherwise.",
    parameters: [Parameter("values", .any, isVariadic: true, "What to write.")],
    result: .nil, examples: [.init("print(\"top-1\", 0.5)", "top-1 0.5")]
  ) { call in
    try call.session.output.write(
      try Printer(call.session).text(try call.elements("values")))
    return .nil
  }

  private static let help = Builtin(
    "help", family: "session", "Explains a built-in function, or lists all of them.",
    parameters: [
      Parameter(
        "subject", .optional(.oneOf([.name(.functions), .function])), default: .nil,
        "A function or its name."),
      Parameter(
        "short", .bool, default: .bool(false), needsLabel: true,
        "Only how it is called and one example."),
    ],
    result: .nil, examples: [.init("help(\"sqrt\")"), .init("help(sqrt, short: true)")]
  ) { call in
    let builtins = call.session.builtins
    let page = call.bool("short") ? HelpText.shortPage : HelpText.page
    switch call["subject"] {
    case .string(let name):
      guard let builtin = builtins.first(where: { $0.name == name.value }) else {
        let near = Suggestion.nearest(to: name.value, among: builtins.map(\.name))
        throw call.failure(
          "help.unknown", "there is no help on '\(name.value)'",
          help: near.map { "did you mean \"\($0)\"?" } ?? "apropos(\"word\") searches")
      }
      try call.session.output.write(page(builtin))
    case .builtin(let reference):
      try call.session.output.write(page(reference.builtin))
    case .function(let function):
      try call.session.print(Display.inline(.function(function)))
    default:
      try call.session.output.write(HelpText.listing(builtins))
    }
    return .nil
  }

  private static let apropos = Builtin(
    "apropos", family: "session", "Lists the functions whose help mentions a word.",
    details: """
      With a `*` in it the word is a pattern for the names alone, and `*` stands for any characters.
      """,
    parameters: [Parameter("word", .string, "What to look for; case does not matter.")],
    result: .nil, examples: [.init("apropos(\"square root\")"), .init("apropos(\"mse*\")")]
  ) { call in
    let given = call.string("word")
    let word = given.lowercased()
    let pattern = word.contains("*") ? NamePattern(word) : nil
    let found = call.session.builtins.filter {
      pattern?.matches($0.name.lowercased()) ?? HelpText.page($0).lowercased().contains(word)
    }
    guard !found.isEmpty else {
      let what = pattern == nil ? "no help mentions" : "no function is named like"
      throw call.failure("help.nothing_found", "\(what) '\(given)'")
    }
    try call.session.output.write(HelpText.lines(found))
    return .nil
  }

  private static let seed = Builtin(
    "seed", family: "session",
    "Sets the seed that all later random choices derive from, or gives the present one.",
    parameters: [
      Parameter("value", .optional(.int(0 ... .max)), default: .nil, "The new seed.")
    ],
    result: .int, examples: [.init("seed(1000)", "1000")]
  ) { call in
    if call.isGiven("value") { call.session.seed = UInt64(call.int("value")) }
    return .int(Int(clamping: call.session.seed))
  }

  private static let version = Builtin(
    "version", family: "session", "Names the version of mqsh, its build, and what it runs on.",
    details: "`build` is a hash of the program itself. `mqsh version` writes the same as lines.",
    result: .record, examples: [.init("version().mqsh", "\"\(Version.number)\"")]
  ) { _ in
    try .record(VersionFacts.all)
  }

  private static let time = Builtin(
    "time", family: "session", "Runs a function and says on the talk channel how long it took.",
    parameters: [Parameter("body", .callback([]), "Called without arguments.")],
    result: .result(of: "body"), examples: [.init("time { 2 + 3 }", "5")]
  ) { call in
    let clock = ContinuousClock()
    let start = clock.now
    let result = try call.invoke(call["body"], [])
    let seconds = (clock.now - start) / .seconds(1)
    call.session.work.remark("took " + String(format: "%.3f s", seconds), call.session)
    return result
  }

  private static let typeOf = Builtin(
    "type_of", family: "session", "The name of a value's type.",
    parameters: [Parameter("value", .any, "Any value.")],
    result: .string, examples: [.init("type_of(1.5)", "\"float\"")]
  ) { call in
    .text(call["value"].typeName)
  }
}

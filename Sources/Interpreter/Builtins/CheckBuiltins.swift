import QuantRuntime

/// Expectations inside of scripts, and failures as values.
enum CheckBuiltins {
  static let all = [assert, expect, attempt]

  private static let assert = Builtin(
    "assert", family: "checks", "Fails unless a condition is true.",
    parameters: [
      Parameter("condition", .bool, "What must hold."),
      Parameter("message", .string, default: .text("an assertion does not hold"), "What to say."),
    ],
    result: .nil, examples: [.init("assert(1 < 2)")]
  ) { call in
    try call.session.work.require(
      call.bool("condition"), call.failure("assert.failed", call.string("message")))
    return .nil
  }

  private static let expect = Builtin(
    "expect", family: "checks", "Ends the script with exit code 3 unless a value is as expected.",
    details: """
      `expect(x, equals: y)` compares by value, `expect(x, near: y, within: d)` wants a number no
      further than d from y, and `expect(condition)` wants true. A failure shows both values.
      """,
    parameters: [
      Parameter("value", .any, "What was found."),
      Parameter("equals", .any, default: .missing, needsLabel: true, "The value it must equal."),
      Parameter(
        "near", .optional(.anyFloat), default: .nil, needsLabel: true, "The number it is close to."),
      Parameter(
        "within", .float(0 ... .infinity), default: .float(0), needsLabel: true,
        "The largest distance."),
    ],
    result: .argument("value"), examples: [.init("expect(0.1 + 0.2, near: 0.3, within: 1e-9)")]
  ) { call in
    let value = call["value"]
    let work = call.session.work
    if call.isGiven("near") {
      guard let number = value.number else {
        throw ValueError.operand(operation: "expect near:", type: value.typeName)
      }
      let (near, within) = (call.float("near"), call.float("within"))
      // Not `> within` the other way round: NaN is near to nothing.
      try work.require(
        abs(number - near) <= within,
        failed(
          "a value is not near enough", value,
          "\(Display.number(near)) within \(Display.number(within))"))
    } else if !call["equals"].isMissing {
      try work.require(
        value == call["equals"], failed("two values differ", value, Display.inline(call["equals"])))
    } else {
      try work.require(
        value == .bool(true), failed("an expectation does not hold", value, "true"))
    }
    return value
  }

  private static func failed(_ message: String, _ value: Value, _ expected: String) -> ValueError {
    .expectation(
      message: message, details: ["found    \(Display.inline(value))", "expected \(expected)"])
  }

  private static let attempt = Builtin(
    "attempt", family: "checks", "Runs a function and gives its failure as a value.",
    details:
      "The record has `ok`, `value` (nil after a failure) and `error` (its message, or nil).",
    parameters: [Parameter("body", .callback([]), "Called without arguments.")],
    result: .record,
    examples: [
      .init("attempt { 1 + 2 }", "(ok: true, value: 3, error: nil)"),
      .init("attempt { 1 // 0 }.error", "\"division by zero\""),
    ]
  ) { call in
    switch try call.attempt({ try call.invoke(call["body"], []) }) {
    case .success(let value):
      return try .record(["ok": .bool(true), "value": value, "error": .nil])
    case .failure(let error):
      return try .record(["ok": .bool(false), "value": .nil, "error": .text(error.failure.message)])
    }
  }.catching
}

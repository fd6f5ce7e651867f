import Foundation
import QuantRuntime

/// Functions of strings.
enum TextBuiltins {
  static let all = [
    string, join, split, upper, lower, replace, repeated, trim, startsWith, endsWith,
  ]

  private static let text = Parameter("text", .string, "A string.")

  private static let string = Builtin(
    "string", family: "text", "A value as text, as `print` writes it.",
    parameters: [Parameter("value", .any, "Any value.")], result: .string,
    examples: [.init("string([1, 2])", "\"[1, 2]\"")]
  ) { call in
    switch call["value"] {
    case .string(let text): .string(text)
    case .int(let number): .string(.make(number))
    case let value: .text(try Display.plain(value, until: call.session.interruption))
    }
  }

  private static let join = Builtin(
    "join", family: "text", "The texts of a list in one string; or two tables side by side.",
    details: """
      `join(table, other, on: "model")` gives, for every row and each row of the other table that
      agrees with it on the columns, one row with the cells of both. Rows without a partner stay,
      with empty cells.
      """,
    parameters: [
      Parameter("items", .oneOf([.sequence, .host("table")]), "Values of any type; or a table."),
      Parameter(
        "with", .oneOf([.string, .host("table")]), default: .text(", "),
        "What stands between two values; or the other table."),
      Parameter(
        "on", .optional(.oneOf([.string, .list])), default: .nil, needsLabel: true,
        "The columns on which two tables agree."),
    ],
    result: .oneOf([.string, .table]),
    examples: [
      .init("join([1, 2, 3], \"-\")", "\"1-2-3\""),
      .init(
        "rows(join(table([(a: 1, b: 2)]), table([(a: 1, c: 3)]), on: \"a\"))",
        "[(a: 1, b: 2, c: 3)]"),
    ]
  ) { call in
    if let table = call.host("items", as: TableValue.self) {
      return try TableBuiltins.join(table.content, call)
    }
    guard case .string(let separator) = call["with"] else {
      throw ArgumentError.type(
        parameter: "with", function: "join", expected: "string", found: call["with"].typeName)
    }
    let interruption = call.session.interruption
    let text = TextBuffer()
    for (index, item) in try call.elements("items").enumerated() {
      if index > 0 { text.append(separator) }
      try interruption.check()
      if case .string(let part) = item {
        text.append(part)
      } else {
        text.append(try Display.plain(item, until: interruption))
      }
      try ValueError.checkText(text.count)
    }
    return .string(text.take())
  }

  private static let split = Builtin(
    "split", family: "text", "The parts of a string between separators.",
    parameters: [text, Parameter("separator", .string, "At least one character.")],
    result: .listOf(.string), examples: [.init("split(\"a,b,c\", \",\")", "[\"a\", \"b\", \"c\"]")]
  ) { call in
    let separator = call.text("separator")
    guard separator.byteCount > 0 else {
      throw call.failure("text.separator", "a separator has at least one character")
    }
    return try .list(
      TextSearch.parts(
        of: call.text("text"), between: separator, until: call.session.interruption))
  }

  private static let upper = Builtin(
    "upper", family: "text", "A string in capital letters.", parameters: [text], result: .string,
    examples: [.init("upper(\"lsq\")", "\"LSQ\"")]
  ) { call in
    let capitals = call.ifText("text") {
      $0.mappingBytes { (97...122).contains($0) ? $0 - 32 : $0 }
    }
    return try capitals.map { .string($0) } ?? .text(pieces(call) { $0.uppercased() })
  }

  private static let lower = Builtin(
    "lower", family: "text", "A string in small letters.", parameters: [text], result: .string,
    examples: [.init("lower(\"LSQ\")", "\"lsq\"")]
  ) { call in
    let small = call.ifText("text") {
      $0.mappingBytes { (65...90).contains($0) ? $0 + 32 : $0 }
    }
    return try small.map { .string($0) } ?? .text(pieces(call) { $0.lowercased() })
  }

  /// Changes a long text piece by piece; what a scalar becomes does not depend on its neighbours.
  private static let pieceSize = 1 << 16

  private static func pieces(_ call: Call, _ change: (String) -> String) throws -> String {
    let text = call.string("text")
    guard text.utf8.count > pieceSize else { return change(text) }
    var rest = text.unicodeScalars[...]
    var result = ""
    while !rest.isEmpty {
      try call.checkInterruption()
      let piece = rest.prefix(pieceSize)
      result += change(String(piece))
      rest = rest[piece.endIndex...]
    }
    return result
  }

  private static let replace = Builtin(
    "replace", family: "text", "A string with one text replaced by another everywhere.",
    parameters: [
      text, Parameter("old", .string, "What to look for."),
      Parameter("new", .string, "What to put there."),
    ],
    result: .string, examples: [.init("replace(\"w4a4\", \"4\", \"8\")", "\"w8a8\"")]
  ) { call in
    guard call.text("old").byteCount > 0 else { return call["text"] }
    return .string(
      try replacing(
        call.text("old"), with: call.text("new"), in: call.text("text"),
        until: call.session.interruption))
  }

  /// Works on bytes and counts them first: the result can be millions of times longer than the text.
  private static func replacing(
    _ old: Text, with new: Text, in text: Text, until interruption: Interruption
  ) throws -> Text {
    var places: [Range<Int>] = []
    try TextSearch.forEach(old, in: text, limit: .max, until: interruption) { range, _ in
      places.append(range)
    }
    if places.isEmpty { return text }
    try ValueError.checkText(text.byteCount + places.count * (new.byteCount - old.byteCount))
    let result = TextBuffer()
    text.withBytes { bytes in
      var at = 0
      for place in places {
        result.append(UnsafeBufferPointer(rebasing: bytes[at..<place.lowerBound]))
        result.append(new)
        at = place.upperBound
      }
      result.append(UnsafeBufferPointer(rebasing: bytes[at...]))
    }
    return result.take()
  }

  private static let repeated = Builtin(
    "repeat", family: "text", "A string several times in a row.",
    parameters: [text, Parameter("count", .int(0 ... .max), "How many times.")],
    result: .string, examples: [.init("repeat(\"-\", 5)", "\"-----\"")]
  ) { call in
    let (text, count) = (call.string("text"), call.int("count"))
    let (bytes, overflow) = text.utf8.count.multipliedReportingOverflow(by: count)
    try ValueError.checkText(overflow ? .max : bytes)
    return .text(text.isEmpty ? "" : String(repeating: text, count: count))
  }

  private static let trim = Builtin(
    "trim", family: "text", "A string without the white space at its ends.", parameters: [text],
    result: .string, examples: [.init("trim(\"  lsq \")", "\"lsq\"")]
  ) { call in
    let space = CharacterSet.whitespacesAndNewlines
    let scalars = call.string("text").unicodeScalars
    var (start, end) = (scalars.startIndex, scalars.endIndex)
    while start < end, space.contains(scalars[start]) {
      try call.checkInterruption()
      scalars.formIndex(after: &start)
    }
    while start < end, space.contains(scalars[scalars.index(before: end)]) {
      try call.checkInterruption()
      scalars.formIndex(before: &end)
    }
    return .text(String(scalars[start..<end]))
  }

  private static let startsWith = Builtin(
    "starts_with", family: "text", "Whether a string begins with another.",
    parameters: [text, Parameter("prefix", .string, "The beginning.")], result: .bool,
    examples: [.init("starts_with(\"layer1.0\", \"layer1\")", "true")]
  ) { .bool($0.texts("text", "prefix") { $0.hasPrefix($1) }) }

  private static let endsWith = Builtin(
    "ends_with", family: "text", "Whether a string ends with another.",
    parameters: [text, Parameter("suffix", .string, "The end.")], result: .bool,
    examples: [.init("ends_with(\"a.csv\", \".csv\")", "true")]
  ) { .bool($0.texts("text", "suffix") { $0.hasSuffix($1) }) }
}

import QuantRuntime

/// Functions of records; `with` also changes values of the runtime that offer it.
enum RecordBuiltins {
  static let all = [with, keys, values]

  private static let with = Builtin(
    "with", family: "records", "A copy of a record with some fields changed or added.",
    parameters: [
      Parameter("record", .record, "What to copy."),
      Parameter(
        "changes", .record, "The fields to change, as a record: `with(r, (lr: 0.2))`."),
    ],
    result: "record",
    examples: [.init("with((lr: 0.1, epochs: 5), (lr: 0.2))", "(lr: 0.2, epochs: 5)")]
  ) { call in
    guard case .record(let base) = call["record"], case .record(let changes) = call["changes"]
    else { return .nil }
    var fields = Array(Swift.zip(base.labels, base.values))
    for (label, value) in Swift.zip(changes.labels, changes.values) {
      if let index = fields.firstIndex(where: { $0.0 == label }) {
        fields[index].1 = value
      } else {
        fields.append((label, value))
      }
    }
    return try .record(fields)
  }

  private static let keys = Builtin(
    "keys", family: "records", "The labels of a record.",
    parameters: [Parameter("record", .record, "A record.")], result: "list",
    examples: [.init("keys((lr: 0.1, epochs: 5))", "[\"lr\", \"epochs\"]")]
  ) { call in
    guard case .record(let record) = call["record"] else { return .nil }
    return try .list(record.labels.map { .text($0) })
  }

  private static let values = Builtin(
    "values", family: "records", "The values of a record, in the order of its labels.",
    parameters: [Parameter("record", .record, "A record.")], result: "list",
    examples: [.init("values((lr: 0.1, epochs: 5))", "[0.1, 5]")]
  ) { call in
    guard case .record(let record) = call["record"] else { return .nil }
    return try .list(record.values)
  }
}

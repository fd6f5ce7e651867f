import QuantRuntime

/// Functions of records.
enum RecordBuiltins {
  static let all = [with.pure, keys, values]

  private static let with = Builtin(
    "with", family: "records",
    "A copy of a record with some fields changed or added, or of a backend with some changed.",
    details: """
      Changed fields keep their place, new ones come last. The record itself stays as it is.
      Of a backend, the fields are those the prompt shows; a copy without a new `name:` says that it was
      changed.
      """,
    parameters: [
      Parameter("record", .oneOf([.record, .host("backend")]), "What to copy."),
      Parameter("changes", .record, collectsLabels: true, "The fields to change, by their labels."),
    ],
    result: .oneOf([.record, .host("backend")]),
    examples: [
      .init("with((lr: 0.1, epochs: 5), lr: 0.2)", "(lr: 0.2, epochs: 5)"),
      .init("with(tensorrt, name: \"mine\", weights_per: \"tensor\").weights_per", "\"tensor\""),
    ]
  ) { call in
    if let backend = call.host("record", as: BackendValue.self) {
      return .host(try backend.with(call.fields("changes"), function: call.builtin.name))
    }
    guard case .record(let base) = call["record"], case .record(let changes) = call["changes"]
    else {
      return .nil
    }
    return .record(try base.with(changes))
  }

  private static let keys = Builtin(
    "keys", family: "records", "The labels of a record.",
    parameters: [Parameter("record", .record, "A record.")], result: .listOf(.string),
    examples: [.init("keys((lr: 0.1, epochs: 5))", "[\"lr\", \"epochs\"]")]
  ) { call in
    guard case .record(let record) = call["record"] else { return .nil }
    return try .list(record.labels.map { .text($0) })
  }

  private static let values = Builtin(
    "values", family: "records", "The values of a record, in the order of its labels.",
    parameters: [Parameter("record", .record, "A record.")], result: .list,
    examples: [.init("values((lr: 0.1, epochs: 5))", "[0.1, 5]")]
  ) { call in
    guard case .record(let record) = call["record"] else { return .nil }
    return try .list(record.values)
  }
}

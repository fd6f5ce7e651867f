import QuantRuntime

/// Experiments over every combination of some settings.
enum SweepBuiltins {
  static let all = [sweep]

  private static let sweep = Builtin(
    "sweep", family: "experiments",
    "Runs a function for every combination of labelled axes and gives a table of the results.",
    details: """
      An axis is a list or a range; any other value is an axis of one. They are crossed in the order
      written, the last one fastest. The function gets a record with a field for each axis, and gives a
      record (a row of a table is one), an evaluation or a number. The table has a column for each
      axis, with functions, algorithms and backends by their names, and one for each field of the
      results. `where` is a function of the same record and says which combinations to run.

      A run that fails does not stop the others: its error is shown at once, its row has the message
      in a column `error`, and the script ends with exit code 1. Ctrl-C stops the sweep; at the
      prompt the rows so far are the result.

      Each run starts from the session's seed, so that no run depends on those before it; on an axis
      named `seed` it starts from that value. Afterwards the seed is as before. There are at most
      \(SweepGrid.cellLimit) combinations.
      """,
    parameters: [
      Parameter(
        "body", .callback([.cell(of: "axes")]),
        "What to run, called with a record of one value of each axis."),
      Parameter(
        "where", .optional(.callback([.cell(of: "axes")])), default: .nil, needsLabel: true,
        "Gives true for the combinations to run; nil for all."),
      Parameter("axes", .record, collectsLabels: true, "The axes by their labels."),
    ],
    result: .table,
    examples: [
      .init(
        "rows(sweep(bits: [2, 8], seed: 0..<2) { run in (levels: 2 ** run.bits) })[3]",
        "(bits: 8, seed: 1, levels: 256)"),
      .init(
        "sweep(a: 1...3, b: 1...3, where: { run in run.a < run.b }) { run in run.a * run.b }.value",
        "[2, 3, 6]"),
      .init(
        """
        let net = \(ModelBuiltins.small)
        let table = sweep(algorithm: [lsq, dsq], backend: [academic, tensorrt]) { run in
          (quantizers: net |> quantize(run.algorithm(bits: 4), backend: run.backend) |> quantizers |> count)
        }
        rows(table)[1]
        """, "(algorithm: \"lsq\", backend: \"tensorrt\", quantizers: 44)"),
    ]
  ) { call in
    var sweep = try Sweep(call)
    return try sweep.run()
  }.checking { call in
    guard let axes = call["axes"].recordFields else { return }
    let values = axes.map { (label: $0.label, value: $0.type.constant) }
    // An axis of unknown length counts as one value: what is too much all the same is certain.
    _ = try SweepGrid(
      of: values.map { SweepAxis($0.label, $0.value ?? .nil) }, function: call.builtin.name)
    for case (let label, let value?) in values {
      try SweepAxis(label, value).checkSeeds(function: call.builtin.name)
    }
  }
}

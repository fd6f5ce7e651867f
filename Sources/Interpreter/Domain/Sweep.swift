import Lang
import QuantRuntime

/// One sweep while it runs: the cells to run, and the rows so far.
struct Sweep {
  private let call: Call
  private let axes: [SweepAxis]
  private let grid: SweepGrid
  private var rows: SweepRows
  private var best = BestRun()
  private var failures = RepeatedFailures()
  private var failed = 0

  /// - Throws: `ArgumentError.refused` for axes that make no grid.
  init(_ call: Call) throws {
    self.call = call
    var axes = call.fields("axes").map { SweepAxis($0.label, $0.value) }
    grid = try SweepGrid(of: axes, function: call.builtin.name)
    for index in axes.indices { try axes[index].findLabels() }
    self.axes = axes
    rows = SweepRows(axes: axes.map(\.name))
  }

  mutating func run() throws -> Value {
    for axis in axes { try axis.checkSeeds(function: call.builtin.name) }
    let cells = try chosenCells()
    let session = call.session
    let (seed, keepsPartialWork) = (session.seed, session.keepsPartialWork)
    session.output.progress.begin("sweep", total: cells.count)
    defer {
      session.output.progress.end()
      session.seed = seed
      session.keepsPartialWork = keepsPartialWork
      session.tally.add(runs: rows.count, failed: failed)
    }
    // Half a training is no result of a run: whatever is stopped, its run is.
    session.keepsPartialWork = false
    do {
      try session.work.sweep(grid, chosen: cells.count, call) {
        for (index, cell) in cells.enumerated() {
          try call.checkInterruption()
          try run(cell, (index + 1, cells.count), from: seed)
          session.output.progress.update(index + 1, best.text)
        }
      }
    } catch let interruption as Interrupted {
      guard keepsPartialWork, rows.count > 0, !session.interruption.isUrgent,
        !session.interruption.endsProgram
      else { throw interruption }
      session.interruption.answer()
      session.output.talk(
        "sweep interrupted after \(rows.count) of \(Noun.counted(cells.count, "run")); "
          + "these are the rows so far")
    }
    return .table(rows.table)
  }

  /// - Parameter number: of the run, and of all runs.
  private mutating func run(
    _ cell: Int, _ number: (run: Int, all: Int), from seed: UInt64
  ) throws {
    let place = "run \(number.run) of \(number.all)"
    let positions = grid.positions(of: cell)
    let labels = zip(axes, positions).map { $0.label($1) }
    call.session.seed = seed
    for (axis, position) in zip(axes, positions) where axis.name == SweepAxis.seedName {
      if case .int(let value) = axis[position] { call.session.seed = UInt64(value) }
    }
    let argument = try record(positions)
    let settings = zip(axes, labels).map { "\($0.name): \($1.exact.prefix(Self.shownText))" }
      .joined(separator: ", ")
    call.session.openRuns.append("in \(place): \(settings)")
    defer { call.session.openRuns.removeLast() }
    let result = try call.attempt {
      try call.session.work.run(number.run, labels) {
        try Self.fields(of: try call.invoke(call["body"], [argument]), call)
      }
    }
    switch result {
    case .success(let fields):
      best.take(fields)
      rows.add(labels, fields)
    case .failure(let error):
      failed += 1
      rows.add(labels, error: error.failure.message)
      failures.tell(error, place, settings, call.session)
    }
  }

  // MARK: - Cells

  /// Characters of a value that messages show.
  private static let shownText = 60

  /// The cells that `where` keeps, found before the first run: what it leaves out is known then, and
  /// an error in it costs no time.
  private func chosenCells() throws -> [Int] {
    guard call.isGiven("where") else { return Array(0..<grid.count) }
    let cells = try (0..<grid.count).filter { cell in
      let result = try call.invoke(call["where"], [try record(grid.positions(of: cell))])
      guard case .bool(let isKept) = result else {
        throw ArgumentError.refused(
          parameter: "where", function: call.builtin.name,
          reason: ValueError.condition(type: result.typeName))
      }
      return isKept
    }
    guard !cells.isEmpty else {
      throw ArgumentError.refused(
        parameter: "where", function: call.builtin.name,
        reason: SweepError.nothingLeft(cells: grid.count))
    }
    return cells
  }

  private func record(_ positions: [Int]) throws -> Value {
    try .record(zip(axes, positions).map { ($0.name, $0[$1]) })
  }

  // MARK: - Results

  /// What a run's result puts into its row.
  private static func fields(of result: Value, _ call: Call) throws -> [SweepRows.Field] {
    switch result {
    case .record(let record):
      return try zip(record.labels, record.values).map { ($0, try $1.cell()) }
    case .int, .float: return [("value", try result.cell())]
    case .host(let box):
      guard let evaluation = box.value as? EvaluationValue else { break }
      return try evaluation.fieldNames.map { ($0, try evaluation.field($0)?.cell() ?? .empty) }
    default: break
    }
    throw call.failure(
      "sweep.result",
      "a run gives a record, an evaluation or a number, not \(Noun.withArticle(result.typeName))",
      help: "such as (top1: e.top1, loss: e.loss)")
  }
}

/// Shows the failures of a sweep's runs, those that are like an earlier one in a line.
struct RepeatedFailures {
  private struct Failure: Hashable {
    var code: String
    var message: String
    var span: Span?
  }

  private var places: [Failure: String] = [:]

  /// - Parameters:
  ///   - place: `run 3 of 12`.
  ///   - settings: the run's value on each axis.
  mutating func tell(
    _ error: ScriptError, _ place: String, _ settings: String, _ session: SessionContext
  ) {
    let failure = Failure(
      code: error.failure.code, message: error.failure.message, span: error.span)
    if let first = places[failure] {
      session.output.talk("\(place) failed as \(first) did (\(settings))")
      return
    }
    places[failure] = place
    var diagnostic = error.diagnostic(session.sources)
    diagnostic.notes += session.openRuns.reversed()
    session.report(diagnostic)
  }
}

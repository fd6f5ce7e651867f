extension WorkPlan {
  /// A row for each run, and before them one for what is outside of sweeps, if there is any.
  ///
  /// Columns: `sweep`, the line of its call; `run`; the axes of all sweeps; trainings, evaluations,
  /// images, steps; `seconds` with costs; `mib`; `fingerprint`; `same_as`, the first run with the same
  /// work; `error`. Cells are empty where a row has no such value.
  public func table(_ costs: [PassCost]?) -> Table {
    let duplicates = WorkDuplicates(self)
    var firsts: [Int: Int] = [:]
    for group in duplicates.runs { for run in group.dropFirst() { firsts[run] = group[0] } }
    let axes = sweeps.flatMap(\.axes).map(\.name).reduce(into: [String]()) { names, name in
      if !names.contains(name) { names.append(name) }
    }
    var rows: [[Cell]] = []
    let outside = tasks.filter { $0.run == nil }
    if !outside.isEmpty {
      rows.append(
        [.empty, .empty] + axes.map { _ in .empty } + cells(outside, costs)
          + [.empty, .empty, .empty])
    }
    for (place, members) in tasksOfRuns().enumerated() {
      let run = runs[place]
      rows.append(
        [.int(sweeps[run.sweep].place.line), .int(run.number)]
          + axes.map { label(of: run, on: $0) } + cells(members.map { tasks[$0] }, costs)
          + [
            duplicates.fingerprints[place].map { .text($0) } ?? .empty,
            firsts[place].map { name(of: $0, besides: run) } ?? .empty,
            run.error.map { .text($0) } ?? .empty,
          ])
    }
    return Table(
      columns: (["sweep", "run"] + axes + ["trainings", "evaluations", "images", "steps"]
        + (costs == nil ? [] : ["seconds"]) + ["mib", "fingerprint", "same_as", "error"])
        .numbered(),
      rows: rows)
  }

  /// The number of a run, with its sweep where that is another one.
  private func name(of place: Int, besides other: Run) -> Cell {
    let run = runs[place]
    return run.sweep == other.sweep
      ? .int(run.number) : .text("\(run.number) of line \(sweeps[run.sweep].place.line)")
  }

  private func cells(_ tasks: [Task], _ costs: [PassCost]?) -> [Cell] {
    let totals = WorkTotals(tasks, passes, costs)
    return [
      .int(totals.trainings), .int(totals.scorings), .int(totals.images), .int(totals.steps),
    ] + (totals.seconds.map { [.float(($0 * 1000).rounded() / 1000)] } ?? [])
      + [.int(totals.mebibytes)]
  }

  private func label(of run: Run, on axis: String) -> Cell {
    let place = sweeps[run.sweep].axes.firstIndex { $0.name == axis }
    return place.map { run.labels[$0] } ?? .empty
  }
}

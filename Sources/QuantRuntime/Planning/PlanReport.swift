import Foundation

/// A plan in words and tables, for people.
public struct PlanReport {
  let plan: WorkPlan
  let costs: [PassCost]?
  let duplicates: WorkDuplicates
  private let width: Int

  /// - Parameters:
  ///   - costs: of the plan's passes; nil where no time was asked for.
  ///   - width: columns of the terminal.
  public init(_ plan: WorkPlan, costs: [PassCost]?, width: Int) {
    self.plan = plan
    self.costs = costs
    self.width = width
    duplicates = WorkDuplicates(plan)
  }

  /// The whole report, ending in a newline.
  public var text: String {
    guard !plan.tasks.isEmpty || !plan.runs.isEmpty else {
      return "it trains nothing, evaluates nothing and sweeps over nothing\n"
    }
    let parts = sweeps + (plan.tasks.isEmpty ? [] : [work]) + [summary]
    return parts.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  /// What all of it comes to, what is done more than once, and how it is known: lines for people
  /// who have the table.
  public var summary: [String] {
    [total] + repetitions + (plan.tasks.isEmpty ? [] : notes)
  }

  // MARK: - Sweeps

  /// Runs of a sweep that are all listed; of more, the first ones are.
  private static let shownRuns = 20
  private static let firstRuns = 5

  private var sweeps: [[String]] {
    let members = plan.tasksOfRuns()
    return plan.sweeps.indices.filter { plan.sweeps[$0].parent == nil }
      .map { heading($0) + runs(of: $0, members) } + nestedSweeps
  }

  private func heading(_ place: Int) -> [String] {
    let sweep = plan.sweeps[place]
    let axes = sweep.axes.map { "\($0.name) (\($0.count))" }.joined(separator: " x ")
    let leftOut = sweep.cells - sweep.chosen
    let cells = leftOut == 0 ? "" : " = \(sweep.cells), \(leftOut) left out by 'where'"
    return ["sweep in \(text(sweep.place)): \(axes)\(cells) = \(counted(sweep.chosen, "run"))"]
  }

  private func runs(of sweep: Int, _ members: [[Int]]) -> [String] {
    let places = plan.runs.indices.filter { plan.runs[$0].sweep == sweep }
    let shown = places.count <= Self.shownRuns ? places : Array(places.prefix(Self.firstRuns))
    let hasErrors = shown.contains { plan.runs[$0].error != nil }
    let rows = shown.map { place -> [Cell] in
      let run = plan.runs[place]
      let totals = WorkTotals(members[place].map { plan.tasks[$0] }, plan.passes, costs)
      return [.int(run.number)] + run.labels + [.int(totals.steps), .int(totals.images)]
        + time(totals.seconds) + [.int(totals.mebibytes)]
        + (hasErrors ? [run.error.map { .text($0) } ?? .empty] : [])
    }
    let columns =
      ["run"] + plan.sweeps[sweep].axes.map(\.name) + ["steps", "images"] + timeColumn + ["MiB"]
      + (hasErrors ? ["error"] : [])
    let rest = places.count - shown.count
    return lines(Table(columns: columns.numbered(), rows: rows))
      + (rest > 0 ? ["... and \(counted(rest, "more run")); --format csv lists all"] : [])
  }

  /// Sweeps inside of runs, those of one place together.
  private var nestedSweeps: [[String]] {
    let nested = plan.sweeps.indices.filter { plan.sweeps[$0].parent != nil }
    let groups = Dictionary(grouping: nested) { plan.sweeps[$0].place }
    return groups.values.sorted { $0[0] < $1[0] }.map { members in
      let runs = members.reduce(0) { $0 + plan.sweeps[$1].chosen }
      return [
        "inside of runs, sweep in \(text(plan.sweeps[members[0]].place)): "
          + "\(counted(members.count, "time")), \(counted(runs, "run")) in all"
      ]
    }
  }

  // MARK: - Work

  /// Tasks that are alike but for their algorithms and seeds, with their number.
  private struct Kind: Hashable {
    var kind: WorkPlan.Task.Kind
    var place: WorkPlan.Place
    var model: String
    var data: String
    var images: Int
    var steps: Int
    var batch: Int

    init(_ task: WorkPlan.Task) {
      (kind, place, model, data) = (task.kind, task.place, task.model, task.data)
      (images, steps, batch) = (task.images, task.steps, task.batch)
    }
  }

  /// Images, steps and batch are those of one task, the time is that of all.
  private var work: [String] {
    let groups = Dictionary(grouping: plan.tasks.indices) { Kind(plan.tasks[$0]) }
    let rows = groups.sorted { $0.value[0] < $1.value[0] }.map { kind, members -> [Cell] in
      let totals = WorkTotals(members.map { plan.tasks[$0] }, plan.passes, costs)
      return [
        isOneText ? .int(kind.place.line) : .text(text(kind.place)), .text(kind.kind.rawValue),
        .int(members.count), .text(kind.model), .text(kind.data), .int(kind.images),
        .int(kind.steps), .int(kind.batch),
      ] + time(totals.seconds) + [.int(totals.mebibytes)]
    }
    return lines(
      Table(
        columns: ["line", "work", "times", "model", "data", "images", "steps", "batch"]
          + timeColumn + ["MiB"], rows: rows))
  }

  // MARK: - Sums

  private var total: String {
    let totals = WorkTotals(plan.tasks, plan.passes, costs)
    var parts = plan.sweeps.isEmpty ? [] : [counted(plan.runs.count, "run")]
    parts.append(counted(totals.trainings, "training"))
    parts.append(counted(totals.scorings, "evaluation"))
    parts.append("\(counted(totals.images, "image")) through a network")
    if let seconds = totals.seconds { parts.append("about \(Self.clock(seconds)) of computing") }
    parts.append("at most \(totals.mebibytes) MiB")
    return "in all: " + parts.joined(separator: ", ")
  }

  /// Groups of equal runs, and of equal trainings, that are named.
  private static let shownGroups = 10

  private var repetitions: [String] {
    let lines =
      duplicates.runs.map { "\(names(ofRuns: $0)) are the same experiment" }
      + duplicates.trainings.map { tasks in
        let places = tasks.map { plan.tasks[$0].place }
          .reduce(into: [WorkPlan.Place]()) { if !$0.contains($1) { $0.append($1) } }
        return
          "trained \(tasks.count == 2 ? "twice" : "\(tasks.count) times") with the same result: "
          + joined(places.map(text))
      }
    let rest = lines.count - Self.shownGroups
    return lines.prefix(Self.shownGroups)
      + (rest > 0 ? ["... and \(counted(rest, "more repetition"))"] : [])
  }

  private func names(ofRuns runs: [Int]) -> String {
    let sweeps = Set(runs.map { plan.runs[$0].sweep })
    let isOnly = plan.sweeps.count { $0.parent == nil } == 1
    if let sweep = sweeps.first, sweeps.count == 1 {
      return "runs \(joined(runs.map { "\(plan.runs[$0].number)" }))"
        + (isOnly ? "" : " of the sweep in \(text(plan.sweeps[sweep].place))")
    }
    return joined(
      runs.map { run in
        "run \(plan.runs[run].number) of \(text(plan.sweeps[plan.runs[run].sweep].place))"
      })
  }

  // MARK: - How it is known

  private var notes: [String] {
    var notes = [
      "the plan follows what does not depend on results; in a condition, one is no number (NaN)"
    ]
    notes += plan.notes
    if let costs { notes += timeNotes(costs) }
    notes.append("memory: of activations, gradients and scratch, without weights and data")
    return notes
  }

  private func timeNotes(_ costs: [PassCost]) -> [String] {
    let derived = costs.count { $0.basis == .derived }
    let scaled = costs.count { if case .scaled = $0.basis { true } else { false } }
    let timed = costs.count - derived
    var text =
      "time: for this machine and \(counted(EngineFacts.threads, "thread")), from "
      + "\(counted(timed, "kind")) of passes timed on made-up images"
    if scaled > 0 { text += ", \(scaled) of them with fewer images" }
    if derived > 0 { text += "; \(derived) more by their multiply-accumulates" }
    return [text, "time: loading and augmenting images is not counted"]
  }

  // MARK: - Words

  private var timeColumn: [String] { costs == nil ? [] : ["time"] }

  private func time(_ seconds: Double?) -> [Cell] {
    seconds.map { [.text(Self.clock($0))] } ?? []
  }

  private func text(_ place: WorkPlan.Place) -> String {
    isOneText ? "line \(place.line)" : "\(place.source):\(place.line)"
  }

  /// Whether everything stands in one file.
  private var isOneText: Bool {
    Set(plan.tasks.map(\.place.source) + plan.sweeps.map(\.place.source)).count <= 1
  }

  private func lines(_ table: Table) -> [String] {
    TableFormat.table.text(table, in: TextArea(width: width)).split(separator: "\n").map(
      String.init)
  }

  private func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// Names that a line lists.
  private static let shownNames = 8

  /// `7`, `7 and 9`, `7, 9 and 11`, and the number of those that are too many.
  private func joined(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    let shown = names.prefix(Self.shownNames)
    if shown.count < names.count {
      return shown.joined(separator: ", ") + " and \(names.count - shown.count) more"
    }
    return shown.dropLast().joined(separator: ", ") + " and \(last)"
  }

  /// `0:05`, `1:02:03`; from two days on `2 d 3 h`.
  static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e12 else { return "for ever" }
    let whole = Int(seconds.rounded(.up))
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    if hours >= 48 { return "\(hours / 24) d \(hours % 24) h" }
    return hours == 0
      ? String(format: "%d:%02d", minutes, whole % 60)
      : String(format: "%d:%02d:%02d", hours, minutes, whole % 60)
  }
}

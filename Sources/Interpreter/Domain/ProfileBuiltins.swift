import Foundation
import QuantRuntime

/// Where the time of a model goes.
enum ProfileBuiltins {
  static let all = [profile]

  private static let profile = Builtin(
    "profile", family: "models", "How long each piece of a model's work takes on this machine.",
    details: """
      A row for each step of the compiled plan, the slowest first: `node` is the node of the graph
      that it computes, `work` what it does there, `pass` forward or backward, `ms` the mean time of
      one pass, `share` its part of the whole. Steps that compute several nodes at once stand at
      the last of them. The images are noise; a model that has met no data gets its scales from it.
      The model is not changed.
      """,
    parameters: [
      ModelBuiltins.modelParameter,
      Parameter(
        "batch", .int(1...65_536), default: .int(16), needsLabel: true, "Images of one pass."),
      Parameter(
        "passes", .int(1...10_000), default: .int(5), needsLabel: true, "Passes that are timed."),
      Parameter(
        "training", .bool, default: .bool(false), needsLabel: true,
        "Times forward and backward passes of training, not evaluation."),
    ],
    result: .table,
    examples: [
      .init(
        "profile(\(ModelBuiltins.small), batch: 2, passes: 1)"
          + " |> group_by(\"work\", statistics: [\"sum\"]) |> sort_by(\"ms_sum\", descending: true)"
      ),
      .init(
        "sum(profile(\(ModelBuiltins.small), batch: 1, passes: 1).share) |> fixed(2)", "\"1.00\""),
    ]
  ) { call in
    let task = ProfileTask(
      model: ModelBuiltins.value(call), batch: call.int("batch"), passes: call.int("passes"),
      isTraining: call.bool("training"))
    return .table(table(try call.session.work.profile(task, call), passes: task.passes))
  }

  private static func table(_ timings: [StepTiming], passes: Int) -> Table {
    let whole = max(timings.reduce(0) { $0 + $1.seconds }, .leastNormalMagnitude)
    let slowestFirst = timings.enumerated().sorted {
      ($1.element.seconds, $0.offset) < ($0.element.seconds, $1.offset)
    }
    return Table(
      columns: ["node", "work", "pass", "ms", "share"],
      rows: slowestFirst.map { _, step in
        [
          .text(step.node), .text(step.label), .text(step.isBackward ? "backward" : "forward"),
          .float(step.seconds / Double(passes) * 1000), .float(step.seconds / whole),
        ]
      })
  }
}

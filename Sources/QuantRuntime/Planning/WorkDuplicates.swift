/// What a plan would do more than once.
public struct WorkDuplicates: Sendable {
  /// Outermost runs that do the same work, by their places among `runs`; each group has two or more.
  public private(set) var runs: [[Int]] = []
  /// Trainings with the same result, by their places among `tasks`, two or more each. Those that only
  /// repeat because their runs are the same are left out.
  public private(set) var trainings: [[Int]] = []
  /// For each run, the name of its work and that of the sweeps in it; nil where nothing was written
  /// down.
  let fingerprints: [String?]

  public init(_ plan: WorkPlan) {
    fingerprints = plan.tasksOfRuns().map { tasks in
      tasks.isEmpty ? nil : WorkIdentity.joined(tasks.map { plan.tasks[$0].fingerprint })
    }
    runs = Self.groups(
      plan.runs.indices.filter { plan.runs[$0].parent == nil }, by: { fingerprints[$0] })
    let groupOfRun = Dictionary(
      uniqueKeysWithValues: runs.enumerated().flatMap { group in
        group.element.map { ($0, group.offset) }
      })
    let repeated = Self.groups(
      plan.tasks.indices.filter { plan.tasks[$0].kind == .train },
      by: { plan.tasks[$0].fingerprint })
    trainings = repeated.filter { tasks in
      let roots = tasks.map { plan.tasks[$0].run.map(plan.root) }
      let groups = Set(roots.map { root in root.flatMap { groupOfRun[$0] } })
      let isOneForEachRun = Set(roots).count == tasks.count
      return !(isOneForEachRun && groups.count == 1 && groups.first.flatMap { $0 } != nil)
    }
  }

  /// Places of equal keys together, groups in the order of their first member.
  private static func groups(_ places: [Int], by key: (Int) -> String?) -> [[Int]] {
    var members: [String: [Int]] = [:]
    for place in places { if let key = key(place) { members[key, default: []].append(place) } }
    return members.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }
}

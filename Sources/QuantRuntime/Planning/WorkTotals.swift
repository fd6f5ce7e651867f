/// Several tasks of a plan together.
public struct WorkTotals: Hashable, Sendable {
  public private(set) var trainings = 0
  /// Evaluations and comparisons.
  public private(set) var scorings = 0
  /// That go through a network. Sums stop at the largest integer.
  public private(set) var images = 0
  /// Updates of trainings.
  public private(set) var steps = 0
  /// Nil where no time was asked for.
  public private(set) var seconds: Double?
  /// Of the largest pass, without weights and data.
  public private(set) var memoryBytes = 0

  /// - Parameter costs: of the plan's passes; nil for no times.
  init(_ tasks: some Sequence<WorkPlan.Task>, _ passes: [WorkPlan.Pass], _ costs: [PassCost]?) {
    if costs != nil { seconds = 0 }
    for task in tasks {
      images = Self.sum(images, task.images)
      if task.kind == .train {
        trainings += 1
        steps = Self.sum(steps, task.steps)
      } else {
        scorings += 1
      }
      for part in task.parts {
        memoryBytes = max(memoryBytes, passes[part.pass].memoryBytes)
        if let costs, let sum = seconds {
          seconds = sum + Double(part.count) * costs[part.pass].seconds
        }
      }
    }
  }

  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }

  /// Rounded up, as a training shows it.
  var mebibytes: Int { (memoryBytes + (1 << 20) - 1) >> 20 }
}

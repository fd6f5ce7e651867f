/// Why a script cannot be followed to its end without doing its work.
public enum PlanningError: RuntimeFailure, Equatable {
  /// More trainings and scorings than a plan holds.
  case tooMuch(limit: Int)
  case tooLong(seconds: Int)

  public var code: String {
    switch self {
    case .tooMuch: "plan.too_much"
    case .tooLong: "plan.too_long"
    }
  }

  public var message: String {
    switch self {
    case .tooMuch(let limit): "a plan has at most \(limit) trainings and scorings"
    case .tooLong(let seconds): "following the script took more than \(seconds) seconds"
    }
  }

  public var help: String? {
    "a loop that waits for a result goes on for ever in a plan, which has none: count its rounds"
  }
}

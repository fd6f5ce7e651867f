/// A sweep that has no runs, or too many.
public enum SweepError: RuntimeFailure, Equatable {
  case noAxis
  case emptyAxis(name: String)
  /// - `axis`: the one with which the product exceeds the limit.
  case tooManyCells(axis: String, limit: Int)
  /// Every cell was left out.
  case nothingLeft(cells: Int)
  /// A value on the axis that sets the seed.
  case seed(found: String)

  public var code: String {
    switch self {
    case .noAxis: "sweep.no_axis"
    case .emptyAxis: "sweep.empty_axis"
    case .tooManyCells: "sweep.too_many"
    case .nothingLeft: "sweep.nothing_left"
    case .seed: "sweep.seed"
    }
  }

  public var message: String {
    switch self {
    case .noAxis: "a sweep needs an axis"
    case .emptyAxis(let name): "axis '\(name)' has no values"
    case .tooManyCells(let axis, let limit):
      "with axis '\(axis)' the sweep has more than \(limit) cells"
    case .nothingLeft(let cells):
      cells == 1 ? "'where' leaves out the only cell" : "'where' leaves out all \(cells) cells"
    case .seed(let found): "axis 'seed' holds ints from 0 on, not \(found)"
    }
  }

  public var help: String? {
    switch self {
    case .noAxis: "such as bits: [2, 4, 8]"
    case .seed: "give the axis another name if it is no seed"
    default: nil
    }
  }
}

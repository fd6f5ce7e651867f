import QuantRuntime

/// One axis of a sweep: its values, and what a table calls them.
struct SweepAxis {
  let name: String
  let count: Int
  private let source: Value
  /// Empty for a range, whose values are their own labels.
  private var labels: [Cell] = []

  /// - Parameter value: a list or a range; anything else is an axis of one.
  init(_ name: String, _ value: Value) {
    self.name = name
    source = value
    switch value {
    case .list(let list): count = list.elements.count
    case .range(let range): count = range.count
    default: count = 1
    }
  }

  subscript(position: Int) -> Value {
    switch source {
    case .list(let list): list.elements[position]
    case .range(let range): .int(range.lower + position)
    default: source
    }
  }

  /// What a table calls the value at a position.
  func label(_ position: Int) -> Cell {
    if case .range = source { return .int(position + rangeStart) }
    return labels[position]
  }

  private var rangeStart: Int {
    if case .range(let range) = source { range.lower } else { 0 }
  }

  /// The axis whose value is the seed of a run.
  static let seedName = "seed"

  /// - Throws: `ArgumentError.refused` for a value that is no seed, on the axis of seeds.
  func checkSeeds(function: String) throws {
    guard name == Self.seedName else { return }
    for position in 0..<count {
      if case .int(let value) = self[position], value >= 0 { continue }
      throw ArgumentError.refused(
        parameter: name, function: function,
        reason: SweepError.seed(found: Display.inline(self[position])))
    }
  }

  /// Finds the labels: plain values stand for themselves, functions and values of the runtime have
  /// names. Where the names of two values are the same, such as two settings of one observer, each is
  /// called what `print` shows.
  ///
  /// - Throws: `ValueError.tooLarge` for a value with more text than a string can hold.
  mutating func findLabels() throws {
    if case .range = source { return }
    let values = (0..<count).map { self[$0] }
    let names = values.compactMap(\.axisName)
    let isDistinct = Set(names).count == names.count
    labels = try values.map { value in
      guard isDistinct, let name = value.axisName else { return try value.cell() }
      return .text(name)
    }
  }
}

extension Value {
  /// The name of a function, or of a value of the runtime that has one.
  fileprivate var axisName: String? {
    switch self {
    case .function(let function): return function.code.name
    case .builtin(let reference): return reference.builtin.name
    case .host(let box):
      guard case .string(let name)? = box.value.field("name") else { return nil }
      return name.value
    default: return nil
    }
  }
}

extension SweepGrid {
  /// - Throws: `ArgumentError.refused` with the axis that is to blame, `SweepError.noAxis`.
  init(of axes: [SweepAxis], function: String) throws {
    do throws(SweepError) {
      self = try SweepGrid(axes.map { .init(name: $0.name, count: $0.count) })
    } catch {
      let axis: String? =
        switch error {
        case .emptyAxis(let name), .tooManyCells(let name, _): name
        default: nil
        }
      guard let axis else { throw error }
      throw ArgumentError.refused(parameter: axis, function: function, reason: error)
    }
  }
}

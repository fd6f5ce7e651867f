/// A call in the text, with how its arguments fit what it called last.
///
/// Most calls meet the same function each time, and looking up labels costs more than the call. The
/// site keeps the binder and not the function: a function's code holds the site, and the two would
/// keep each other alive.
struct CallSite {
  let shape: CallShape
  /// Of arguments.
  let count: Int
  /// The number of arguments where all are positional; else -1.
  let positionalCount: Int
  /// The fields, where the arguments are the distinct labels of a record.
  let recordShape: RecordShape?
  private var binder: ArgumentBinder?
  private var plan: CallPlan?
  // The same two, uncounted.
  private var identity: ObjectIdentifier?
  private var current: Unmanaged<CallPlan>?

  init(_ shape: CallShape) {
    self.shape = shape
    count = shape.items.count
    positionalCount = shape.isPlain ? shape.items.count : -1
    let labels = shape.labels
    let isRecord = labels.count == shape.items.count && Set(labels).count == labels.count
    recordShape = isRecord ? RecordShape(labels) : nil
  }

  /// How the arguments go into the places of a binder; nil where that has to be found out with the
  /// values, or is an error.
  ///
  /// - Returns: what the site keeps until it meets another binder.
  @inline(__always)
  mutating func plan(for binder: ArgumentBinder) -> Unmanaged<CallPlan>? {
    if identity != ObjectIdentifier(binder) { makePlan(binder) }
    return current
  }

  private mutating func makePlan(_ binder: ArgumentBinder) {
    self.binder = binder
    identity = ObjectIdentifier(binder)
    plan = CallPlan(shape, binder.places)
    current = plan.map { .passUnretained($0) }
  }
}

/// Which argument of a call goes into which place.
final class CallPlan {
  /// The argument of each place; -1 for one that was left out.
  let sources: [Int]
  /// The number of arguments where they stand at their places, all at the first ones; else 0.
  let givenInOrder: Int
  /// The place that takes the labels of no other place; -1 where there is none.
  let collector: Int
  private let collectedItems: [Int]
  private let collectedShape: RecordShape

  /// Nil unless each argument has a place and each required place an argument.
  fileprivate init?(_ shape: CallShape, _ places: [ArgumentBinder.Place]) {
    var sources = Array(repeating: -1, count: places.count)
    let collector = places.firstIndex(where: \.collectsLabels)
    var extra: [(label: String, item: Int)] = []
    var next = 0
    for (item, kind) in shape.items.enumerated() {
      switch kind {
      case .spread: return nil
      case .positional:
        guard next < places.count, !places[next].isVariadic, !places[next].needsLabel else {
          return nil
        }
        sources[next] = item
        next += 1
      case .labelled(let label):
        if let place = places.firstIndex(where: { $0.name == label && $0.hasLabel }) {
          guard sources[place] < 0 else { return nil }
          sources[place] = item
        } else if collector != nil, !extra.contains(where: { $0.label == label }) {
          extra.append((label, item))
        } else {
          return nil
        }
      }
    }
    for (index, place) in places.enumerated() where sources[index] < 0 {
      if place.isVariadic || (place.isRequired && place.hasLabel) { return nil }
    }
    self.sources = sources
    let given = shape.items.count
    givenInOrder = collector == nil && sources.prefix(given).elementsEqual(0..<given) ? given : 0
    self.collector = collector ?? -1
    collectedItems = extra.map(\.item)
    collectedShape = RecordShape(extra.map(\.label))
  }

  /// The arguments whose labels no other place takes.
  ///
  /// - Throws: as `Record.make`.
  func collected(_ arguments: Registers) throws -> Record {
    try .make(collectedShape) { place in
      for (index, item) in collectedItems.enumerated() {
        (place + index).initialize(to: arguments[item])
      }
    }
  }
}

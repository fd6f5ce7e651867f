/// Names work on models by all that its result depends on: equal names, equal results.
///
/// What a thing is called does not count, neither a model's backend nor an axis nor a path; what it
/// is does. Two backends that quantize a network in the same way give one name. A class, because it
/// remembers what took long to find.
final class WorkIdentity {
  private let interruption: Interruption
  private var graphs: [Graph: String] = [:]
  private var sets: [(data: Dataset, text: String)] = []

  /// Graphs and data sets that are remembered; a script uses a few of them again and again.
  private static let graphLimit = 1_000
  private static let setLimit = 8

  /// - Parameter interruption: stops the reading of large data sets.
  init(_ interruption: Interruption) { self.interruption = interruption }

  /// A training of so many steps; the configuration's own length, epochs or steps, does not count.
  func training(
    _ model: Model, _ data: Dataset, _ configuration: TrainingConfiguration, steps: Int
  ) throws(Interrupted) -> String {
    var configuration = configuration
    configuration.length = .steps(steps)
    return name(
      "train",
      try facts(of: model) + facts(of: data)
        + ["augment \(data.augmentations.map(\.description))"]
        + RunIdentity.facts(configuration).map { "\($0.name) \($0.value)" })
  }

  /// Scoring, whole or on the first images.
  ///
  /// - Parameter kind: which numbers are found.
  func scoring(
    _ kind: String, _ model: Model, _ data: Dataset, images: Int, batch: Int
  ) throws(Interrupted) -> String {
    name(
      kind,
      try facts(of: model) + facts(of: data)
        + [
          "prepare \(data.preprocessing.map(\.description))", "images \(images)", "batch \(batch)",
        ])
  }

  /// Work on a model that looks at so many images.
  ///
  /// - Parameter more: what its result depends on besides.
  func looking(
    _ kind: String, _ model: Model, _ data: Dataset?, images: Int, batch: Int, _ more: [String]
  ) throws(Interrupted) -> String {
    let shown = try data.map { (data: Dataset) throws(Interrupted) in
      try facts(of: data)
        + [
          "augment \(data.augmentations.map(\.description))",
          "prepare \(data.preprocessing.map(\.description))",
        ]
    }
    return name(
      kind,
      facts(of: model) + (shown ?? ["noise"]) + ["images \(images)", "batch \(batch)"] + more)
  }

  /// A measurement: two of them differ, but not in what they are of.
  func profile(_ model: Model, batch: Int, passes: Int, isTraining: Bool) -> String {
    name(
      "profile",
      facts(of: model) + ["batch \(batch)", "passes \(passes)", "training \(isTraining)"])
  }

  /// A name for several pieces of work together, in any order.
  static func joined(_ names: [String]) -> String { name("all", names.sorted()) }

  // MARK: - Facts

  /// A model that a plan made stands for the training it names; its numbers are those before it.
  private func facts(of model: Model) -> [String] {
    [
      "graph \(text(of: model.graph))",
      "numbers \(model.provenance.planned ?? ContentHash.of(model.state))",
      "scales \(model.needsInitialization ? observers(of: model) : "found")",
    ]
  }

  /// What finds the ranges that the quantizers cover at first.
  private func observers(of model: Model) -> String {
    [FakeQuant.Site.weight, .activation].map { site in
      model.quantization?.observer(of: site).map { "\($0)" } ?? "none"
    }.joined(separator: " ")
  }

  private func text(of graph: Graph) -> String {
    if let text = graphs[graph] { return text }
    let text = String(decoding: RunIdentity.description(of: graph), as: UTF8.self)
    if graphs.count >= Self.graphLimit { graphs.removeAll() }
    let name = Self.name("graph", [text])
    graphs[graph] = name
    return name
  }

  private func facts(of data: Dataset) throws(Interrupted) -> [String] {
    [
      "images \(try fingerprint(of: data))", "mean \(data.mean)", "std \(data.deviation)",
      "classes \(data.classNames.count)", "on_error \(data.onError)",
    ]
  }

  private func fingerprint(of data: Dataset) throws(Interrupted) -> String {
    if let known = sets.first(where: { $0.data == data }) { return known.text }
    let fingerprint = try data.fingerprint(until: interruption)
    let text = String(fingerprint, radix: 16)
    if sets.count >= Self.setLimit { sets.removeFirst() }
    sets.append((data, text))
    return text
  }

  private func name(_ kind: String, _ facts: [String]) -> String { Self.name(kind, facts) }

  private static func name(_ kind: String, _ facts: [String]) -> String {
    var hash = ContentHash()
    for fact in [kind] + facts { hash.add(fact) }
    return hash.text
  }
}

import Foundation

/// What a run is a function of, as facts that can be compared one by one: two runs with equal facts
/// end in equal bytes.
struct RunIdentity: Hashable, Codable, Sendable {
  struct Fact: Hashable, Codable, Sendable {
    /// The label of `train`, or `program`, `model`, `graph`, `weights`, `data`, `images`, ...
    var name: String
    var value: String
  }

  var facts: [Fact]

  /// - Parameter program: name and version.
  /// - Throws: `Interrupted`.
  init(
    _ model: Model, _ data: Dataset, _ configuration: TrainingConfiguration, program: String,
    until interruption: Interruption = Interruption()
  ) throws(Interrupted) {
    let images = try data.fingerprint(until: interruption)
    facts =
      [
        Fact(name: "program", value: program),
        Fact(name: "model", value: model.name),
        Fact(name: "graph", value: Self.checksum(of: model.graph)),
        Fact(name: "weights", value: Checksum.of(model.state)),
        Fact(name: "data", value: data.name),
        Fact(name: "images", value: String(images, radix: 16)),
        Fact(name: "mean", value: "\(data.mean)"),
        Fact(name: "std", value: "\(data.deviation)"),
        Fact(
          name: "augment",
          value: "[\(data.augmentations.map(\.description).joined(separator: ", "))]"),
      ] + Self.facts(configuration)
  }

  static func facts(_ configuration: TrainingConfiguration) -> [Fact] {
    let length =
      switch configuration.length {
      case .epochs(let count): "\(count) epochs"
      case .steps(let count): "\(count) steps"
      }
    let freeze =
      switch configuration.frozenNormAfter {
      case .epochs(let count)?: "\(count) epochs"
      case .steps(let count)?: "\(count) steps"
      case nil: "never"
      }
    return [
      Fact(name: "length", value: length),
      Fact(name: "batch", value: "\(configuration.batch)"),
      Fact(name: "accumulate", value: "\(configuration.accumulate)"),
      Fact(name: "optimizer", value: configuration.optimizer.description),
      Fact(name: "groups", value: "\(configuration.groups.map(\.description))"),
      Fact(name: "lr", value: configuration.learningRate.description),
      Fact(name: "label_smoothing", value: "\(configuration.labelSmoothing)"),
      Fact(name: "freeze_bn_after", value: freeze),
      Fact(name: "seed", value: "\(configuration.seed)"),
    ]
  }

  private static func checksum(of graph: Graph) -> String {
    var sum = Checksum()
    sum.add(description(of: graph))
    return sum.text
  }

  /// All of a graph; equal graphs have equal descriptions.
  static func description(of graph: Graph) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // A graph has no value that JSON cannot hold; an empty text only makes the check weaker.
    return (try? encoder.encode(graph)) ?? Data()
  }

  /// The facts in which another run differs.
  func differences(from other: RunIdentity) -> [CheckpointError.Difference] {
    let theirs = Dictionary(
      other.facts.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    return facts.compactMap { fact in
      let saved = theirs[fact.name] ?? "not recorded"
      guard saved != fact.value else { return nil }
      return CheckpointError.Difference(name: fact.name, saved: saved, now: fact.value)
    }
  }
}

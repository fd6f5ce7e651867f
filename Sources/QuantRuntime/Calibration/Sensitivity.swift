import Foundation

/// What each layer's quantizers cost by themselves, everything else in float.
public enum Sensitivity {
  public struct Row: Hashable, Sendable {
    /// A layer with its own quantizers, or a quantizer that no layer reads.
    public var name: String
    /// nil when the weight is in float.
    public var weightBits: Int?
    /// nil when the input is in float.
    public var inputBits: Int?
    public var top1: Double
    /// The share of images with the first choice of the float network.
    public var agreement: Double
    /// Mean over images of KL(float, quantized) of the class probabilities, in nats.
    public var divergence: Double
    /// Square error of the logits over the square of the float ones.
    public var error: Double

    public init(
      name: String, weightBits: Int?, inputBits: Int?, top1: Double, agreement: Double,
      divergence: Double, error: Double
    ) {
      self.name = name
      self.weightBits = weightBits
      self.inputBits = inputBits
      self.top1 = top1
      self.agreement = agreement
      self.divergence = divergence
      self.error = error
    }
  }

  /// Images of one pass.
  public static let largestBatch = 64

  /// How many passes over the images are made: one in float and one for each row.
  ///
  /// - Throws: `FoldingError`.
  public static func rounds(for model: Model) throws -> Int { try names(in: model).count + 1 }

  /// What there is a row for.
  ///
  /// - Throws: `FoldingError`.
  public static func names(in model: Model) throws -> [String] {
    try model.foldedForInference().graph.quantizerGroups().map(\.name)
  }

  /// - Parameters:
  ///   - model: quantized and initialized.
  ///   - images: of the test set, the first ones, at least 1; all when there are fewer.
  ///   - report: called on the compute thread with the images done so far, of all rounds together.
  /// - Throws: `QuantizeError.notQuantized`, `TrainingError`, what loading images throws; `Interrupted`.
  public static func measure(
    _ model: Model, on data: Dataset, images: Int, rules: FakeQuantRules,
    interruption: Interruption, report: (Int) -> Void = { _ in }
  ) throws -> [Row] {
    guard !model.quantizerNodes.isEmpty else {
      throw QuantizeError.notQuantized(model: model.name)
    }
    try Evaluator.check(model, data)
    let folded = try model.foldedForInference()
    let wanted = min(images, data.test.count)
    var rounds = 0
    func logits(keeping quantizers: Set<NodeID>) throws -> TestLogits {
      defer { rounds += 1 }
      var kept = folded
      kept.graph = folded.graph.withoutQuantizers(except: quantizers)
      return try ComputeThread.run {
        try TestLogits(
          kept, on: data, images: wanted, batch: min(largestBatch, wanted), rules: rules,
          until: { interruption.isRequested }, report: { report(rounds * wanted + $0) })
      }
    }
    let float = try logits(keeping: [])
    return try folded.graph.quantizerGroups().map { group in
      let found = try logits(keeping: group.quantizers)
      func bits(_ site: FakeQuant.Site) -> Int? {
        group.quantizers.sorted().lazy.compactMap { id in
          guard case .fakeQuant(let quantizer) = folded.graph[id].op, quantizer.site == site else {
            return nil
          }
          return quantizer.spec.bits
        }.first
      }
      return Row(
        name: group.name, weightBits: bits(.weight), inputBits: bits(.activation),
        top1: found.top1, agreement: found.agreement(with: float),
        divergence: found.divergence(from: float), error: found.error(against: float))
    }
  }
}

extension Graph {
  /// Quantizers of one layer's weight and input, or one that no layer reads.
  struct QuantizerGroup: Equatable {
    var name: String
    var quantizers: Set<NodeID>
  }

  /// In the order of the network; a quantizer that several layers read is in the group of each.
  func quantizerGroups() -> [QuantizerGroup] {
    func quantizer(behind operand: NodeID) -> NodeID? {
      var id = operand
      while true {
        switch self[id].op {
        case .fakeQuant: return id
        case .scaleChannels, .flatten: id = self[id].inputs[0]
        default: return nil
        }
      }
    }
    var result: [(place: NodeID, group: QuantizerGroup)] = []
    var taken: Set<NodeID> = []
    for layer in layerNodes {
      let found = Set(self[layer].inputs.prefix(2).compactMap(quantizer(behind:)))
      taken.formUnion(found)
      guard !found.isEmpty else { continue }
      result.append((layer, QuantizerGroup(name: self[layer].name, quantizers: found)))
    }
    for id in ids where !taken.contains(id) {
      guard case .fakeQuant = self[id].op else { continue }
      result.append((id, QuantizerGroup(name: self[id].name, quantizers: [id])))
    }
    return result.sorted { $0.place < $1.place }.map(\.group)
  }
}

/// The logits of test images.
private struct TestLogits {
  private var values: [Float] = []
  private var labels: [Int32] = []
  private let classes: Int

  init(
    _ model: Model, on data: Dataset, images: Int, batch: Int, rules: FakeQuantRules,
    until isStopped: () -> Bool, report: (Int) -> Void
  ) throws {
    let plan = try model.inference(rules)(batch)
    classes = plan.logits.count / plan.batch
    try TestBatches(data: data, images: images, batch: batch)
      .forEach(into: plan.images, until: isStopped) { batchLabels, count in
        try plan.forward(until: isStopped)
        values += plan.logits.prefix(count * classes)
        labels += batchLabels.prefix(count)
        report(labels.count)
      }
  }

  var top1: Double { share { Int(labels[$0]) == choice($0) } }

  func agreement(with other: TestLogits) -> Double { share { choice($0) == other.choice($0) } }

  func divergence(from float: TestLogits) -> Double {
    let sums = labels.indices.map { image in
      zip(float.logProbabilities(image), logProbabilities(image))
        .reduce(0.0) { $0 + exp($1.0) * ($1.0 - $1.1) }
    }
    // Rounding can make it less than the 0 that it is at least.
    return max(sums.reduce(0, +) / Double(sums.count), 0)
  }

  func error(against float: TestLogits) -> Double {
    let error = zip(values, float.values).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
    return error == 0 ? 0 : error / float.values.reduce(0.0) { $0 + pow(Double($1), 2) }
  }

  private func share(_ isCounted: (Int) -> Bool) -> Double {
    Double(labels.indices.count(where: isCounted)) / Double(labels.count)
  }

  private func row(_ image: Int) -> ArraySlice<Float> {
    values[image * classes..<(image + 1) * classes]
  }

  /// The first of the largest.
  private func choice(_ image: Int) -> Int {
    let row = row(image)
    return (row.indices.max { row[$0] < row[$1] } ?? 0) - row.startIndex
  }

  private func logProbabilities(_ image: Int) -> [Double] {
    let row = row(image).map(Double.init)
    let largest = row.max() ?? 0
    let total = log(row.reduce(0) { $0 + exp($1 - largest) })
    return row.map { $0 - largest - total }
  }
}

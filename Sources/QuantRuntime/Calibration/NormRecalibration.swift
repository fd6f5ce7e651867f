/// Finds the running statistics of batch norm again, with quantization on (MQBench, appendix C.3).
///
/// Quantized values have another mean and variance than the float ones that training counted. Each batch
/// norm takes the statistics of its batch, as in training, and what replaces the running ones are their
/// averages over all images: of the means, and of the biased variances.
public enum NormRecalibration {
  /// - Parameters:
  ///   - model: its quantizers initialized; a float model is allowed.
  ///   - report: called on the compute thread with the images done so far.
  /// - Throws: `CalibrationError`, `TrainingError.notInitialized`, what loading images throws;
  ///   `Interrupted`.
  public static func recalibrate(
    _ model: Model, on data: Dataset, images: Int, batch: Int, augments: Bool, seed: UInt64,
    rules: FakeQuantRules, interruption: Interruption, report: (Int) -> Void = { _ in }
  ) throws -> Model {
    try check(model, on: data, images: images)
    let graph = model.graph.measuringNorms()
    let statistics = graph.normStatistics()
    return try ComputeThread.run {
      let store = try ParameterStore(graph: graph, state: model.state)
      let isStopped = { interruption.isRequested }
      var averages = statistics.map { NormAverage(channels: $0.mean.shape.count) }
      let batches = CalibrationBatches(
        data: data, images: images, batch: min(batch, images), augments: augments, seed: seed)
      try batches.forEach(until: isStopped) {
        try Plan(
          graph, store: store, batch: $0, mode: .train(labelSmoothing: 0), rules: rules)
      } _: { plan, done in
        try plan.forward(until: isStopped)
        for (index, norm) in statistics.enumerated() {
          averages[index].add(
            mean: store.values(of: norm.mean), variance: store.values(of: norm.variance),
            images: plan.batch, pixels: norm.pixels)
        }
        report(done)
      }
      var result = model
      for (norm, average) in zip(statistics, averages) {
        result.state[norm.mean.name]?.values = average.means
        result.state[norm.variance.name]?.values = average.variances
      }
      return result
    }
  }

  /// What can be known to be wrong before any image is loaded.
  static func check(_ model: Model, on data: Dataset, images: Int) throws {
    guard !model.needsInitialization else { throw TrainingError.notInitialized(model: model.name) }
    try CalibrationBatches.check(model, on: data, images: images)
    guard !model.graph.normStatistics().isEmpty else {
      throw CalibrationError.noBatchNorm(model: model.name)
    }
  }
}

/// The running statistics of one batch norm.
private struct NormStatistics {
  var mean: StateEntry
  var variance: StateEntry
  /// Values of one channel in one image.
  var pixels: Int
}

extension Graph {
  /// The same graph with running statistics that hold those of the last batch alone, and without
  /// dropout.
  fileprivate func measuringNorms() -> Graph {
    rewritten { _, node, inputs, into in
      switch node.op {
      case .dropout: return inputs[0]
      case .batchNorm(var norm):
        norm.momentum = 1
        norm.shards = 1
        return into.append(.batchNorm(norm), inputs, name: node.name)
      case .moments: return into.append(.moments(momentum: 1), inputs, name: node.name)
      default: return into.append(node.op, inputs, name: node.name)
      }
    }
  }

  /// Of every batch norm, and of the moments that stand for a folded one, where they see the values.
  fileprivate func normStatistics() -> [NormStatistics] {
    guard let types = try? types() else { return [] }
    return ids.compactMap { id in
      let inputs = self[id].inputs
      let operands: (mean: NodeID, variance: NodeID, values: NodeID)
      switch self[id].op {
      case .batchNorm: operands = (inputs[3], inputs[4], inputs[0])
      case .moments where inputs.count == 3: operands = (inputs[0], inputs[1], inputs[2])
      default: return nil
      }
      guard let mean = self[operands.mean].op.stateEntry,
        let variance = self[operands.variance].op.stateEntry
      else { return nil }
      let shape = types[operands.values.index].shape
      return NormStatistics(mean: mean, variance: variance, pixels: shape.count / shape[0])
    }
  }
}

/// Sums of one batch norm's statistics, weighted by their images.
private struct NormAverage {
  private var meanSums: [Double]
  private var varianceSums: [Double]
  private var images = 0

  init(channels: Int) {
    meanSums = Array(repeating: 0, count: channels)
    varianceSums = meanSums
  }

  /// - Parameter variance: with n - 1 in the denominator, as running variances are.
  mutating func add(
    mean: UnsafeMutableBufferPointer<Float>, variance: UnsafeMutableBufferPointer<Float>,
    images count: Int, pixels: Int
  ) {
    let values = Double(count * pixels)
    let biased = values > 1 ? (values - 1) / values : 1
    for channel in meanSums.indices {
      meanSums[channel] += Double(count) * Double(mean[channel])
      varianceSums[channel] += Double(count) * Double(variance[channel]) * biased
    }
    images += count
  }

  var means: [Float] { meanSums.map { Float($0 / Double(max(images, 1))) } }
  var variances: [Float] { varianceSums.map { Float($0 / Double(max(images, 1))) } }
}

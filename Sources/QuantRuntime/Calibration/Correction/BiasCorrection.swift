/// Biases that make up for what quantization adds to the mean of each channel (Nagel et al., ICCV 2019,
/// section 4.2, with images in place of batch norm's statistics).
///
/// Layer by layer, in the order of the network: the mean of each output channel over the images, of the
/// float network less that of the quantized one with all layers before corrected, is added to the bias.
public enum BiasCorrection {
  public struct Outcome: Sendable {
    /// Folded for inference, with a bias at every layer.
    public var model: Model
    /// What was added, in the order of the network.
    public var layers: [Layer]
  }

  public struct Layer: Hashable, Sendable {
    public var name: String
    /// The largest magnitude that was added.
    public var largest: Double
  }

  /// How many times the images are gone through: once in float, once for each layer.
  ///
  /// - Throws: `FoldingError`.
  public static func rounds(for model: Model) throws -> Int {
    // Before folding there can be convolutions that only find statistics.
    try model.foldedForInference().graph.layerNodes.count + 1
  }

  /// - Parameters:
  ///   - model: quantized and initialized.
  ///   - report: called on the compute thread with the images done so far, of all rounds together.
  /// - Throws: `QuantizeError.notQuantized`, `TrainingError`, `CalibrationError`, what loading images
  ///   throws; `Interrupted`.
  public static func correct(
    _ model: Model, on data: Dataset, images: Int, batch: Int, seed: UInt64, rules: FakeQuantRules,
    interruption: Interruption, report: (Int) -> Void = { _ in }
  ) throws -> Outcome {
    try Calibrator.check(model, on: data, images: images)
    guard !model.needsInitialization else { throw TrainingError.notInitialized(model: model.name) }
    let batches = CalibrationBatches(
      data: data, images: images, batch: min(batch, images), augments: false, seed: seed)
    let means = ChannelMeans(batches: batches, rules: rules) { interruption.isRequested }
    var result = try model.foldedForInference().withBiases()
    let names = result.graph.layerNodes.map { result.graph[$0].name }
    return try ComputeThread.run {
      let float = try means.find(
        names, Network(graph: result.graph.withoutQuantizers(), state: result.state), report: report
      )
      var layers: [Layer] = []
      for (index, name) in names.enumerated() {
        let graph = (result.graph.upTo(name) ?? result.graph).vectorized()
        let found = try means.find([name], Network(graph: graph, state: result.state)) {
          report((index + 1) * images + $0)
        }
        let added = zip(float[index], found[0]).map { $0 - $1 }
        guard added.allSatisfy(\.isFinite) else {
          throw CalibrationError.nonFinite(quantizer: name)
        }
        result.addToBias(of: name, added)
        layers.append(Layer(name: name, largest: added.map(abs).max() ?? 0))
      }
      return Outcome(model: result, layers: layers)
    }
  }
}

extension Graph {
  /// Convolutions and linear layers, in order.
  var layerNodes: [NodeID] { ids.filter { self[$0].op.isWeighted } }
}

extension Model {
  /// The same model with a bias, of zeros, at the layers that have none.
  fileprivate func withBiases() throws -> Model {
    let types = try graph.types()
    let layers = Set(graph.layerNodes)
    var result = self
    result.graph = graph.rewritten { id, node, inputs, into in
      var inputs = inputs
      if layers.contains(id), inputs.count == 2 {
        let entry = StateEntry("\(node.name).bias", [types[id.index].shape[0]], .bias)
        result.state[entry.name] = Tensor(entry.shape, repeating: 0)
        inputs.append(into.append(.parameter(entry), name: entry.name))
      }
      return into.append(node.op, inputs, name: node.name)
    }
    return result
  }

  fileprivate mutating func addToBias(of layer: String, _ added: [Double]) {
    guard let id = graph.node(named: layer), graph[id].inputs.count > 2,
      let entry = graph[graph[id].inputs[2]].op.stateEntry, var bias = state[entry.name]
    else { preconditionFailure("layer '\(layer)' has no bias") }
    for (channel, value) in added.enumerated() {
      bias.values[channel] = Float(Double(bias.values[channel]) + value)
    }
    state[entry.name] = bias
  }
}

/// The means of channels over images.
private struct ChannelMeans {
  let batches: CalibrationBatches
  let rules: FakeQuantRules
  let isStopped: () -> Bool

  /// - Returns: for each name the means of its node's channels.
  func find(
    _ names: [String], _ network: Network, report: (Int) -> Void
  ) throws -> [[Double]] {
    let graph = network.graph
    let types = try graph.types()
    let nodes = names.compactMap { graph.node(named: $0) }
    let store = try ParameterStore(graph: graph, state: network.state)
    var sums = nodes.map { Array(repeating: 0.0, count: types[$0.index].shape[0]) }
    try batches.forEach(until: isStopped) {
      try Plan(
        graph, store: store, batch: $0, mode: .evaluate, rules: rules, keeping: Set(nodes))
    } _: { plan, done in
      try plan.forward(until: isStopped)
      for (index, node) in nodes.enumerated() {
        let values = plan.values(of: node)
        let channels = sums[index].count
        let pixels = values.count / plan.batch / channels
        for start in stride(from: 0, to: values.count, by: pixels) {
          sums[index][start / pixels % channels] +=
            values[start..<start + pixels].reduce(0.0) { $0 + Double($1) } / Double(pixels)
        }
      }
      report(done)
    }
    return sums.map { $0.map { $0 / Double(batches.images) } }
  }
}

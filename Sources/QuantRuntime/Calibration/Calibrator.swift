/// Finds the numbers of a quantized model's quantizers from images, without training.
///
/// Every observer sees the float network: quantizers pass their values on unchanged while they are
/// observed, weights once, activations over all images. Then each quantizer's numbers are set to cover
/// what its observer found (MQBench, appendix C.3).
public enum Calibrator {
  /// - Parameters:
  ///   - model: quantized; its quantizers may have met data before, which is forgotten.
  ///   - report: called on the compute thread with the images done so far.
  /// - Returns: the model with initialized quantizers.
  /// - Throws: `CalibrationError`, `QuantizeError.notQuantized`, `ObserverError`, what loading images
  ///   throws; `Interrupted`, half a calibration being none.
  public static func calibrate(
    _ model: Model, on data: Dataset, _ configuration: CalibrationConfiguration,
    rules: FakeQuantRules, interruption: Interruption, report: (Int) -> Void = { _ in }
  ) throws -> Model {
    try check(model, on: data, images: configuration.images)
    return try ComputeThread.run {
      let store = try ParameterStore(graph: model.graph, state: model.state)
      var ranges = ObservedRanges(configuration)
      let isStopped = { interruption.isRequested }
      var last: Plan?
      let batches = CalibrationBatches(
        data: data, images: configuration.images,
        batch: min(configuration.batch, configuration.images), augments: configuration.augments,
        seed: configuration.seed)
      try batches.forEach(until: isStopped) {
        try Plan(model.graph, store: store, batch: $0, mode: .evaluate, rules: rules)
      } _: { plan, done in
        try plan.observe(until: isStopped) { node, quantizer, values in
          try ranges.add(values, of: quantizer, at: node, until: isStopped)
        }
        last = plan
        report(done)
      }
      guard let last else { return model }
      let specs = try last.startQuantizers(from: ranges.observed) { node, quantizer in
        let found = ranges.found(for: quantizer, at: node)
        guard found.allSatisfy({ ($0.minimum - $0.maximum).isFinite }) else {
          throw CalibrationError.nonFinite(quantizer: model.graph[node].name)
        }
        return found
      }
      return model.initialized(state: store.snapshot(), specs: specs)
    }
  }

  /// What can be known to be wrong before any image is loaded.
  static func check(_ model: Model, on data: Dataset, images: Int) throws {
    guard !model.quantizerNodes.isEmpty else {
      throw QuantizeError.notQuantized(model: model.name)
    }
    try CalibrationBatches.check(model, on: data, images: images)
  }
}

/// What has been seen of every quantizer's values.
private struct ObservedRanges {
  let configuration: CalibrationConfiguration
  private(set) var observed: [NodeID: [ObservedValues]] = [:]
  private var observers: [NodeID: any Observer] = [:]
  /// Of weights, which are seen once: an observer for each channel would keep one histogram each.
  private var weightRanges: [NodeID: [(minimum: Float, maximum: Float)]] = [:]

  init(_ configuration: CalibrationConfiguration) { self.configuration = configuration }

  mutating func add(
    _ values: ObservedTensor, of quantizer: FakeQuant, at node: NodeID, until isStopped: () -> Bool
  ) throws {
    let choice = configuration.observer(of: quantizer.site)
    guard quantizer.site == .activation else {
      guard observed[node] == nil else { return }
      observed[node] = values.channels
      weightRanges[node] = try choice.ranges(of: values, for: quantizer.spec, until: isStopped)
      return
    }
    var observer = try observers[node] ?? ObserverCatalog.observer(choice)
    observer.observe(values, channel: 0)
    observers[node] = observer
    var all = observed[node]?[0] ?? .none
    all.join(values.channels[0])
    observed[node] = [all]
  }

  /// - Parameter quantizer: with its sign decided.
  func found(
    for quantizer: FakeQuant, at node: NodeID
  ) -> [(minimum: Float, maximum: Float)] {
    weightRanges[node] ?? [observers[node]?.range(for: quantizer.spec) ?? (0, 0)]
  }
}

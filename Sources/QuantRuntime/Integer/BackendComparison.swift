/// One network quantized for several backends, each calibrated and scored, simulated and in integers.
public enum BackendComparison {
  public struct Row: Hashable, Sendable {
    public var backend: String
    /// nil for a backend that is only simulated.
    public var arithmetic: Requantization?
    /// nil where the network cannot be quantized so for the backend, see `note`.
    public var simulated: Evaluation?
    /// nil where it cannot be run in integers, see `note`.
    public var integer: Evaluation?
    /// Of the first test images.
    public var gap: Gap?
    /// Why a number is missing.
    public var note: String?

    public init(backend: String, note: String? = nil) {
      self.backend = backend
      self.note = note
    }
  }

  /// Test images whose codes are compared.
  static let gapImages = 16

  /// - Parameters:
  ///   - model: quantized. Its algorithms, bits and selectors are asked of every backend; its scales
  ///     are not taken along.
  ///   - profiles: a row each.
  ///   - report: called on the compute thread with the images done so far, of all backends together.
  /// - Throws: `QuantizeError.notQuantized`, `BackendComparisonError`, what calibrating and scoring throw
  ///   besides what a backend refuses; `Interrupted`.
  public static func compare(
    _ model: Model, on data: Dataset, _ profiles: [HardwareProfile],
    _ configuration: CalibrationConfiguration, rules: FakeQuantRules, interruption: Interruption,
    report: (Int) -> Void = { _ in }
  ) throws -> [Row] {
    try CalibrationBatches.check(model, on: data, images: configuration.images)
    let (float, asked) = try model.dequantized()
    let share = images(of: configuration, data)
    return try profiles.enumerated().map { index, profile in
      let round = Round(
        data: data, profile: profile, configuration: configuration, rules: rules,
        interruption: interruption)
      let row = try round.row(float, asked) { report(index * share + $0) }
      report((index + 1) * share)
      return row
    }
  }

  /// Images that one backend's row looks at.
  public static func images(of configuration: CalibrationConfiguration, _ data: Dataset) -> Int {
    configuration.images + 2 * data.test.count
  }
}

/// A network that cannot be quantized anew.
public enum BackendComparisonError: RuntimeFailure, Equatable {
  /// The float weight is not what the algorithm was given.
  case transformedWeight(algorithm: String)

  public var code: String { "whatif.transform" }

  public var message: String {
    switch self {
    case .transformedWeight(let algorithm):
      "'\(algorithm)' changes weights before it rounds them: there is no float network to quantize anew"
    }
  }
}

/// The work on one backend.
private struct Round {
  let data: Dataset
  let profile: HardwareProfile
  let configuration: CalibrationConfiguration
  let rules: FakeQuantRules
  let interruption: Interruption

  func row(
    _ float: Model, _ asked: Quantization, report: (Int) -> Void
  ) throws -> BackendComparison.Row {
    var row = BackendComparison.Row(backend: profile.name)
    let model: Model
    do {
      let quantized = try quantize(
        float,
        QuantizeConfiguration(
          profile: profile, weights: asked.weights, activations: asked.activations,
          firstLastBits: asked.firstLastBits, only: asked.only, except: asked.except))
      model = try Calibrator.calibrate(
        quantized, on: data, configuration, rules: rules, interruption: interruption,
        report: report)
    } catch let refusal as QuantizeError {
      row.note = refusal.message
      return row
    }
    row.simulated = try Evaluator.evaluate(
      model, on: data, batch: configuration.batch, rules: rules, interruption: interruption
    ) { report(configuration.images + $0) }
    do {
      let network = try IntegerNetwork(model, rules: rules)
      row.arithmetic = network.arithmetic
      row.integer = try Evaluator.evaluate(
        network, of: model, on: data, batch: configuration.batch, interruption: interruption
      ) { report(configuration.images + data.test.count + $0) }
      row.gap = try Gap.measure(
        model, on: data, images: BackendComparison.gapImages, rules: rules,
        interruption: interruption)
    } catch let refusal as IntegerError {
      row.note = refusal.message
    }
    return row
  }
}

extension Model {
  /// The float network whose weights the quantized one rounds, batch norm folded, and what was asked
  /// for.
  fileprivate func dequantized() throws -> (Model, Quantization) {
    guard let quantization else { throw QuantizeError.notQuantized(model: name) }
    var result = try foldedForInference()
    for id in result.graph.ids {
      if case .weightTransform = result.graph[id].op {
        throw BackendComparisonError.transformedWeight(
          algorithm: quantization.weights?.algorithm ?? result.graph[id].name)
      }
    }
    result.graph = result.graph.withoutQuantizers()
    var network = Network(graph: result.graph, state: result.state)
    try network.multiplyWeightFactors()
    network = network.withoutDeadState()
    result.graph = network.graph
    result.state = network.state
    result.quantization = nil
    return (result, quantization)
  }
}

extension Network {
  /// Factors that folding left behind a weight's quantizer become part of the weight.
  fileprivate mutating func multiplyWeightFactors() throws {
    var products: [String: Tensor] = [:]
    let before = self
    graph = try graph.rewritten { _, node, inputs, into in
      if case .scaleChannels(let scale) = node.op, !scale.isInverse,
        case .parameter(let weight) = before.graph[node.inputs[0]].op,
        case .parameter = before.graph[node.inputs[1]].op
      {
        let factors = try before.tensor(node.inputs[1]).values.map(Double.init)
        products[weight.name] = try before.tensor(node.inputs[0]).scaled(byChannel: factors)
        return inputs[0]
      }
      return into.append(node.op, inputs, name: node.name)
    }
    state.merge(products) { $1 }
  }
}

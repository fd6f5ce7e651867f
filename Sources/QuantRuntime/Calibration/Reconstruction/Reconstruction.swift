/// Chooses the rounding of a calibrated model's weights, unit after unit, so that each unit's output keeps
/// near that of the float network although what enters it is quantized.
public struct Reconstruction {
  let configuration: ReconstructionConfiguration
  let rules: FakeQuantRules
  let interruption: Interruption

  public enum Event: Sendable {
    /// The units that will be trained, and why they are not those of the method's rule.
    case planned([ReconstructionUnit], fallback: String?)
    case unit(UnitOutcome, done: Int)
  }

  /// What training did to a unit.
  public struct UnitOutcome: Hashable, Sendable {
    public var unit: ReconstructionUnit
    /// Mean over images and pixels of the square error, summed over channels: with the nearest rounding
    /// and with the trained one.
    public var before: Double
    public var after: Double
    /// The share of weights that are not on their nearest level.
    public var moved: Double
  }

  /// Bytes that the values around a unit may take.
  static let memoryLimit = 3 << 30

  public init(
    _ configuration: ReconstructionConfiguration, rules: FakeQuantRules,
    interruption: Interruption
  ) {
    self.configuration = configuration
    self.rules = rules
    self.interruption = interruption
  }

  /// - Parameters:
  ///   - model: quantized and calibrated.
  ///   - report: called on the compute thread.
  /// - Returns: the model folded for inference, its weights on the levels that were chosen.
  /// - Throws: `ReconstructionError`, `CalibrationError`, `TrainingError.notInitialized`, what loading
  ///   images throws; `Interrupted`.
  public func reconstruct(
    _ model: Model, on data: Dataset, report: (Event) -> Void = { _ in }
  ) throws -> Model {
    try Calibrator.check(model, on: data, images: configuration.images)
    guard !model.needsInitialization else { throw TrainingError.notInitialized(model: model.name) }
    var result = try model.foldedForInference()
    let float = Network(graph: result.graph.withoutQuantizers(), state: result.state)
    return try ComputeThread.run {
      let images = try images(of: data)
      let (units, fallback) = try units(of: float.graph, result)
      report(.planned(units, fallback: fallback))
      for (number, unit) in units.enumerated() {
        let outcome = try train(unit, number: number, float, images, in: &result)
        report(.unit(outcome, done: number + 1))
      }
      return result
    }
  }

  /// The method's units, or layers where a unit has several inputs.
  private func units(
    of float: Graph, _ model: Model
  ) throws -> ([ReconstructionUnit], fallback: String?) {
    let network = Network(graph: model.graph, state: model.state)
    let units = try float.reconstructionUnits(configuration.method.rule)
    do {
      for unit in units { _ = try UnitGraph(unit, of: network, method: configuration.method) }
      return (units, nil)
    } catch ReconstructionError.unit(let output) where configuration.method.rule != .layers {
      return (
        try float.reconstructionUnits(.layers),
        "the block that ends at '\(output)' has several inputs, so layers are trained one by one"
      )
    }
  }

  private func train(
    _ unit: ReconstructionUnit, number: Int, _ float: Network, _ images: ImageValues,
    in model: inout Model
  ) throws -> UnitOutcome {
    let network = Network(graph: model.graph, state: model.state)
    let form = try UnitGraph(unit, of: network, method: configuration.method)
    let values = try values(around: unit, float, network, images)
    let codes = QuantizerCodes(network: network, rules: rules)
    var roundings: [String: SoftRounding] = [:]
    for weight in form.weights {
      roundings[weight.layer] = try rounding(weight.layer, weight.quantizer, codes)
    }
    let before = try error(of: unit, network, values, images)
    let trainer = try UnitTrainer(
      unit, form, roundings: roundings, values: values, configuration, number: number,
      rules: rules)
    try trainer.train { interruption.isRequested }
    for weight in form.weights {
      let parameter = network.graph[weight.quantizer].inputs[0]
      guard let entry = network.graph[parameter].op.stateEntry else { continue }
      model.state[entry.name] = roundings[weight.layer]?.rounded(entry.shape)
    }
    for (name, scale) in trainer.learnedScales { model.state[name] = scale }
    let after = try error(
      of: unit, Network(graph: model.graph, state: model.state), values, images)
    let moved = roundings.values.reduce(0) { $0 + $1.moved } / Double(max(roundings.count, 1))
    return UnitOutcome(unit: unit, before: before, after: after, moved: moved)
  }

  private func rounding(
    _ layer: String, _ quantizer: NodeID, _ codes: QuantizerCodes
  ) throws -> SoftRounding {
    guard case .fakeQuant(let form) = codes.network.graph[quantizer].op else {
      throw ReconstructionError.weight(layer: layer, algorithm: "-")
    }
    let maps = try codes.maps(quantizer)
    let weight = try codes.network.tensor(codes.network.graph[quantizer].inputs[0])
    return try SoftRounding(
      layer: layer, weight: weight,
      maps: maps.map { AffineMap(scale: $0.scale, zeroPoint: Float($0.zeroPoint)) },
      grid: IntegerGrid(form.spec))
  }
}

extension Graph {
  /// The float network that a quantized one simulates.
  ///
  /// - Parameter kept: quantizers that stay.
  public func withoutQuantizers(except kept: Set<NodeID> = []) -> Graph {
    rewritten { id, node, inputs, into in
      if case .fakeQuant = node.op, !kept.contains(id) { return inputs[0] }
      return into.append(node.op, inputs, name: node.name)
    }
  }

  /// What one value of the network depends on, the value as the output.
  func upTo(_ name: String) -> Graph? {
    guard let id = node(named: name) else { return nil }
    var result = self
    result.output = id
    return result.withoutDeadNodes()
  }
}

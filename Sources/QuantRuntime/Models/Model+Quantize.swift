/// A copy of a float model with quantizers, ready to be initialized from data and fine-tuned.
///
/// Its scales are placeholders of 1 and `quantization.isInitialized` is false.
///
/// - Throws: `QuantizeError` when it cannot be done as asked, `FoldingError` when state is missing,
///   `GraphError` when the model's graph breaks a rule.
public func quantize(
  _ model: Model, _ configuration: QuantizeConfiguration
) throws -> Model {
  guard model.quantization == nil, model.quantizerNodes.isEmpty else {
    throw QuantizeError.alreadyQuantized(model: model.name)
  }
  let pass = QuantizePass(configuration: configuration)
  let outcome = try pass.apply(to: Network(graph: model.graph, state: model.state))
  guard !outcome.reasons.isEmpty else { throw QuantizeError.nothingToQuantize(model: model.name) }
  var result = model
  result.graph = outcome.network.graph
  result.state = outcome.network.state
  result.quantization = Quantization(
    profile: configuration.profile, weights: configuration.weights,
    activations: configuration.activations, firstLastBits: configuration.firstLastBits,
    graphMode: configuration.graphMode ?? configuration.profile.graphMode,
    fold: configuration.fold ?? configuration.profile.defaultFold, only: configuration.only,
    except: configuration.except, reasons: outcome.reasons, decisions: outcome.decisions)
  return result
}

/// One quantizer in the listing of a model.
public struct QuantizerSummary: Hashable, Sendable {
  public var name: String
  public var algorithm: String
  public var site: FakeQuant.Site
  public var spec: QuantSpec
  public var isInitialized: Bool
  /// One map or one per channel; empty where the quantizer has met no data, state is missing or the
  /// levels are no uniform grid.
  public var maps: [AffineMap]
  /// Values it quantizes: of one image for an activation.
  public var elements: Int
  /// The rule that placed it; empty when unknown.
  public var reason: String
}

extension Model {
  /// One row for each quantizer, in the order of the graph.
  public func quantizers() -> [QuantizerSummary] {
    let types = try? graph.types()
    return quantizerNodes.map { id, quantizer in
      let name = graph[id].name
      return QuantizerSummary(
        name: name, algorithm: quantizer.algorithm, site: quantizer.site, spec: quantizer.spec,
        isInitialized: !needsInitialization,
        maps: needsInitialization ? [] : maps(of: name, quantizer),
        elements: types?[id.index].shape.count ?? 0, reason: quantization?.reasons[name] ?? "")
    }
  }

  private func maps(of name: String, _ quantizer: FakeQuant) -> [AffineMap] {
    guard let rule = QuantizerCatalog.rules[quantizer.algorithm], quantizer.spec.sign != .adaptive
    else { return [] }
    let numbers = rule.numberNames(for: quantizer).map { state["\(name).\($0)"]?.values ?? [] }
    // Without numbers of its own, a rule has the same map everywhere.
    let channels = numbers.map(\.count).min() ?? 1
    return (0..<channels).compactMap { channel in
      var values = FakeQuantNumbers.zero
      for (index, tensor) in numbers.enumerated() { values[index] = tensor[channel] }
      return rule.affineMap(for: quantizer, numbers: values)
    }
  }

  /// Every fake-quantization node.
  var quantizerNodes: [(id: NodeID, quantizer: FakeQuant)] {
    graph.ids.compactMap { id in
      guard case .fakeQuant(let quantizer) = graph[id].op else { return nil }
      return (id, quantizer)
    }
  }

  /// Whether it is quantized and its quantizers have met no data yet.
  public var needsInitialization: Bool { quantization?.isInitialized == false }

  /// The model after its quantizers met data: with their found numbers and their decided signs.
  ///
  /// - Parameter specs: by node, as `Plan.initializeQuantizers` gives them.
  public func initialized(state: [String: Tensor], specs: [NodeID: QuantSpec]) -> Model {
    var result = self
    result.state = state
    result.quantization?.isInitialized = true
    result.graph = graph.rewritten { id, node, inputs, into in
      guard case .fakeQuant(var quantizer) = node.op, let spec = specs[id] else {
        return into.append(node.op, inputs, name: node.name)
      }
      quantizer.spec = spec
      return into.append(.fakeQuant(quantizer), inputs, name: node.name)
    }
    return result
  }

  /// Whether batch norm stands behind a convolution that it can be folded into.
  public var hasNormToFold: Bool { !graph.convolutionNorms().isEmpty }

  /// The model as it is deployed, see `Network.foldedForInference`.
  ///
  /// - Throws: `FoldingError`.
  public func foldedForInference() throws(FoldingError) -> Model {
    let network = try Network(graph: graph, state: state).foldedForInference()
    var result = self
    result.graph = network.graph
    result.state = network.state
    return result
  }
}

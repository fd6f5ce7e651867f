/// Why a tensor of a network has a quantizer, or has none.
public struct PlacementDecision: Hashable, Codable, Sendable {
  /// The node it belongs to, `layer1.0.conv2`.
  public var node: String
  public var part: Part
  /// Name of the quantizer's node; nil for a tensor that stays in float.
  public var quantizer: String?
  /// The rule that put it there or left it out, in words.
  public var rule: String

  public enum Part: String, Codable, Sendable, CaseIterable {
    case weight
    case input
    case output
  }
}

/// Writes down the decisions of one quantization, on the graph before quantizers are in it.
struct PlacementReport {
  let graph: Graph
  let layers: Set<NodeID>
  let configuration: QuantizeConfiguration
  let placement: ActivationPlacement
  /// The quantizers with their rules.
  let placed: [(point: QuantizerPoint, reason: String)]
  private let consumers: [[NodeID]]

  init(
    graph: Graph, layers: Set<NodeID>, configuration: QuantizeConfiguration,
    placement: ActivationPlacement, placed: [(point: QuantizerPoint, reason: String)]
  ) {
    self.graph = graph
    self.layers = layers
    self.configuration = configuration
    self.placement = placement
    self.placed = placed
    consumers = graph.networkConsumers()
  }

  /// Weight, input and output of each layer, and the results of everything else, in the order of the
  /// graph; what folding has added is left out.
  func decisions() throws(GraphError) -> [PlacementDecision] {
    let types = try graph.types()
    let statistics = Set(graph.statisticsConvolutions().values)
    let shown = graph.ids.filter {
      types[$0.index].isBatched && !graph[$0].op.isChannelScale && !statistics.contains($0)
    }
    let owners = owners(of: shown)
    return shown.flatMap { id in
      if graph[id].op.isWeighted { return [weight(id), input(id), output(id)] }
      guard let owner = owners[id] else { return [output(id)] }
      var decision = output(owner)
      decision.node = graph[id].name
      decision.rule =
        "belongs to '\(graph[owner].name)', as batch norm and activation do; \(decision.rule)"
      return [decision]
    }
  }

  private func weight(_ layer: NodeID) -> PlacementDecision {
    let (value, reader) = graph.unquantizedWeight(of: layer)
    let found = point(of: value, reader: reader)
    return decision(
      layer, .weight, found,
      otherwise: configuration.weights == nil ? "no algorithm for weights" : selection(layer))
  }

  private func input(_ layer: NodeID) -> PlacementDecision {
    var reader = layer
    var value = graph[layer].inputs[0]
    while true {
      if let found = point(of: value, reader: reader) {
        return decision(layer, .input, found, otherwise: "")
      }
      switch graph[value].op {
      case .flatten, .dropout:
        reader = value
        value = graph[value].inputs[0]
      default:
        let left = layers.contains(layer) ? placement.floatInputs[layer] : selection(layer)
        return decision(layer, .input, nil, otherwise: left ?? placement.otherwise)
      }
    }
  }

  private func output(_ id: NodeID) -> PlacementDecision {
    let values = results(of: id)
    if let found = values.lazy.compactMap({ point(of: $0) }).first {
      return decision(id, .output, found, otherwise: "")
    }
    let special = values.lazy.compactMap { placement.floatResults[$0] }.first
    let logits = values.contains(graph.output) ? "the logits have no quantizer" : nil
    return decision(id, .output, nil, otherwise: special ?? logits ?? placement.otherwise)
  }

  private func decision(
    _ id: NodeID, _ part: PlacementDecision.Part,
    _ found: (point: QuantizerPoint, reason: String)?, otherwise: String
  ) -> PlacementDecision {
    let missing =
      part != .weight && configuration.activations == nil
      ? "no algorithm for activations" : otherwise
    return PlacementDecision(
      node: graph[id].name, part: part, quantizer: found?.point.name,
      rule: found?.reason ?? missing)
  }

  /// The quantizer of a value for one of its readers; without a reader, the one that its node makes
  /// for all of them.
  private func point(
    of value: NodeID, reader: NodeID? = nil
  ) -> (point: QuantizerPoint, reason: String)? {
    placed.first { entry in
      guard entry.point.value == value else { return false }
      if let reader { return entry.point.readers.contains(reader) }
      return entry.point.name == "\(graph[value].name).output_quantizer"
    }
  }

  /// Why the selectors leave a layer out.
  private func selection(_ layer: NodeID) -> String {
    let name = graph[layer].name
    let excluding = configuration.except.first { matchesWildcards(name, $0) }
    return excluding.map { "except selector '\($0)'" } ?? "not among the layers of 'only'"
  }

  /// A node's result and what follows it alone: batch norm, activation, max pool, concatenation.
  private func results(of id: NodeID) -> [NodeID] {
    var values = [id]
    while let last = values.last, consumers[last.index].count == 1 {
      let next = consumers[last.index][0]
      switch graph[next].op {
      case .batchNorm, .scaleChannels, .activation, .concatenate: values.append(next)
      case .pool(let pool) where pool.kind == .max: values.append(next)
      default: return values
      }
    }
    return values
  }

  /// For each batch norm and activation right behind something else, that something.
  private func owners(of shown: [NodeID]) -> [NodeID: NodeID] {
    var owners: [NodeID: NodeID] = [:]
    for id in shown where !graph[id].op.belongsBefore {
      let owned = results(of: id).dropFirst().prefix { graph[$0].op.belongsBefore }
      for value in owned { owners[value] = id }
    }
    return owners
  }
}

extension Op {
  /// What is computed with the layer before it.
  fileprivate var belongsBefore: Bool {
    switch self {
    case .batchNorm, .scaleChannels, .activation: true
    default: false
    }
  }

  fileprivate var isChannelScale: Bool {
    if case .scaleChannels = self { true } else { false }
  }
}

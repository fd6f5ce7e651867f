/// Inserts fake-quantization nodes into a float network.
struct QuantizePass {
  var configuration: QuantizeConfiguration

  /// Folds batch norm as asked, then puts a quantizer on the weight of every chosen layer and on the
  /// activations that the graph mode names. Scales are placeholders of 1.
  ///
  /// - Throws: `QuantizeError`, `FoldingError`; `GraphError` when the network breaks a rule.
  func apply(to network: Network) throws -> Outcome {
    try configuration.check()
    let profile = configuration.profile
    let fold = try FoldingCatalog.strategy(configuration.fold ?? profile.defaultFold)
    let mode = try GraphModeCatalog.mode(configuration.graphMode ?? profile.graphMode)
    var result = try fold.apply(network)
    let roles = LayerRoles(result.graph)
    let layers = try configuration.selectedLayers(result.graph, roles)
    try checkWeights(of: layers, result.graph)
    let placement = mode.place(result.graph, roles, layers)
    let placed =
      weightPoints(roles, layers, result.graph) + activationPoints(placement.sites, result.graph)
    let decisions = try PlacementReport(
      graph: result.graph, layers: layers, configuration: configuration,
      placement: placement, placed: placed
    ).decisions()
    result.graph = try result.graph.inserting(placed.map(\.point))
    _ = try result.graph.types()
    for entry in result.graph.stateEntries {
      switch entry.role {
      case .quantizer:
        let isZeroPoint = entry.name.hasSuffix(".zero_point")
        result.state[entry.name] = Tensor(entry.shape, repeating: isZeroPoint ? 0 : 1)
      case .quantizerStatistic:
        result.state[entry.name] = Tensor(entry.shape, repeating: 0)
      default: continue
      }
    }
    return Outcome(
      network: result,
      reasons: Dictionary(
        placed.map { ($0.point.name, $0.reason) }, uniquingKeysWith: { a, _ in a }),
      decisions: decisions)
  }

  struct Outcome {
    var network: Network
    /// For each quantizer node, the rule that placed it.
    var reasons: [String: String]
    var decisions: [PlacementDecision]
  }

  /// A weight is a parameter, with batch norm in it or not.
  private func checkWeights(of layers: Set<NodeID>, _ graph: Graph) throws(QuantizeError) {
    guard configuration.weights != nil else { return }
    for layer in layers.sorted() {
      var source = graph.unquantizedWeight(of: layer).value
      while case .scaleChannels = graph[source].op { source = graph[source].inputs[0] }
      guard case .parameter = graph[source].op else {
        throw .layer(name: graph[layer].name, source: graph[source].op.label)
      }
    }
  }

  private func weightPoints(
    _ roles: LayerRoles, _ layers: Set<NodeID>, _ graph: Graph
  ) -> [Placement] {
    guard let choice = configuration.weights else { return [] }
    return roles.layers.filter { layers.contains($0) }.map { layer in
      let isEdge = roles.isEdge(layer)
      let weight = graph.unquantizedWeight(of: layer)
      return (
        QuantizerPoint(
          name: "\(graph[layer].name).weight_quantizer", value: weight.value,
          readers: [weight.reader], quantizer: quantizer(choice, .weight, isEdge: isEdge)),
        "every weight is quantized" + edgeReason(isEdge)
      )
    }
  }

  /// The convolution for a layer's statistics reads what the layer reads.
  private func activationPoints(_ sites: [ActivationSite], _ graph: Graph) -> [Placement] {
    guard let choice = configuration.activations else { return [] }
    let statistics = graph.statisticsConvolutions()
    return sites.map { site in
      (
        QuantizerPoint(
          name: site.name, value: site.value,
          readers: site.readers.union(site.readers.compactMap { statistics[$0] }),
          quantizer: quantizer(choice, .activation, isEdge: site.isEdge)),
        site.reason + edgeReason(site.isEdge)
      )
    }
  }

  private typealias Placement = (point: QuantizerPoint, reason: String)

  private func quantizer(
    _ choice: QuantizerChoice, _ site: FakeQuant.Site, isEdge: Bool
  ) -> FakeQuant {
    let bits = isEdge ? configuration.firstLastBits : choice.bits
    return FakeQuant(
      algorithm: isEdge ? edgeAlgorithm(choice) : choice.algorithm,
      spec: configuration.profile.spec(for: site, bits: bits),
      site: site)
  }

  /// A name that the catalog lacks has been refused before.
  private func edgeAlgorithm(_ choice: QuantizerChoice) -> String {
    (try? QuantizerCatalog.algorithm(choice.algorithm))?.edgeAlgorithm ?? choice.algorithm
  }

  private func edgeReason(_ isEdge: Bool) -> String {
    isEdge ? "; \(configuration.firstLastBits) bits at the network's ends" : ""
  }
}

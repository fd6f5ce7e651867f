/// A network with its numbers: everything that is needed to run, train, quantize or save it.
///
/// State tensors are named as in a PyTorch state dict of the same torchvision network:
/// `<module>.weight` and `<module>.bias` for convolutions and linear layers, `<module>.weight`,
/// `.bias`, `.running_mean` and `.running_var` for batch norm, modules joined by dots
/// (`layer1.0.downsample.0.weight`). The count `num_batches_tracked` has no use here and is not
/// kept. A quantizer adds `<module>.weight_quantizer.scale`, `<module>.input_quantizer.scale` or
/// `<module>.output_quantizer.scale`, and `.zero_point` when it has one.
public struct Model: Hashable, Sendable {
  /// The name in `ModelCatalog` that it was made from.
  public var name: String
  public var graph: Graph
  /// One tensor for each state entry of the graph, by the entry's name.
  public var state: [String: Tensor]
  /// What was asked for when the model was quantized; nil for a float model.
  public var quantization: Quantization?
  public var provenance: Provenance

  public init(
    name: String, graph: Graph, state: [String: Tensor], quantization: Quantization? = nil,
    provenance: Provenance = Provenance()
  ) {
    self.name = name
    self.graph = graph
    self.state = state
    self.quantization = quantization
    self.provenance = provenance
  }

  /// Where the numbers of a model come from.
  public struct Provenance: Hashable, Codable, Sendable {
    /// Seed of the initialization; nil for weights that came from elsewhere.
    public var seed: UInt64?
    /// What was done since, oldest first, in words such as `trained 5 epochs on fashion-mnist`.
    public var history: [String]
    /// Names the training that was planned and not done: the numbers are those before it. Nil for a
    /// model that is what it says.
    public var planned: String?

    public init(seed: UInt64? = nil, history: [String] = [], planned: String? = nil) {
      self.seed = seed
      self.history = history
      self.planned = planned
    }
  }
}

extension Model {
  /// Shape of one image, `[C, H, W]`; empty for a graph without an input.
  public var inputShape: Shape {
    for node in graph.nodes {
      if case .input(let shape) = node.op { return shape }
    }
    return []
  }

  /// The number of logits.
  ///
  /// - Throws: `GraphError` when the graph breaks a rule.
  public func classes() throws(GraphError) -> Int {
    try graph.types()[graph.output.index].shape.count
  }

  /// Trained numbers, quantizers' own ones left out: what papers call the parameters of a network.
  public var parameterCount: Int {
    graph.stateEntries
      .filter { $0.role.isTrained && $0.role != .quantizer }
      .reduce(0) { $0 + $1.shape.count }
  }
}

extension StateEntry.Role {
  /// Whether an optimizer updates it; running statistics are not trained.
  public var isTrained: Bool {
    switch self {
    case .runningMean, .runningVariance, .quantizerStatistic: false
    case .weight, .bias, .normScale, .normShift, .quantizer: true
    }
  }
}

extension Graph {
  /// The state tensors that the graph needs, each once, in the order of their nodes.
  public var stateEntries: [StateEntry] {
    var seen = Set<String>()
    return nodes.compactMap(\.op.stateEntry).filter { seen.insert($0.name).inserted }
  }
}

import CKernels

/// Turns a graph into steps: chooses layouts, fuses what can share a pass over memory, and derives
/// the backward pass.
///
/// Reading order: `compile`, the forward lowering in `PlanCompiler+Forward`, the backward lowering in
/// `PlanCompiler+Backward`.
struct PlanCompiler {
  let graph: Graph
  let types: [ValueType]
  let store: ParameterStore
  let batch: Int
  let rules: FakeQuantRules
  let smoothing: Float?
  /// Whether a training plan normalizes with the running statistics and leaves them alone.
  let isNormFrozen: Bool
  let randomness = PassRandomness()
  let fusion: Fusion
  /// For each node, whether the pass computes it: what only the statistics of a batch are taken from
  /// is left out where running ones are used.
  let isLive: [Bool]
  /// For each node, whether a trained tensor reaches it.
  let needsGradient: [Bool]
  /// For each node, those that read it.
  let readers: [[NodeID]]

  /// What the caller fills, once the input is lowered.
  var input = PlanValue(layout: mq_layout(fixed: []))
  var values: [PlanValue?]
  /// How results that a quantizer may read come about, by node.
  var sources: [Int: ValueSource] = [:]
  var forwardSteps: [any Step] = []
  var backwardSteps: [any Step] = []
  var lossStep: LossStep?
  var logitsGradient: Buffer?
  var trainables: [Trainable] = []
  var namedValues: [(node: String, value: PlanValue)] = []
  /// What the backward lowering needs of the forward one, by node.
  var records: [Int: ForwardRecord] = [:]
  /// Gradients that the readers of a node have contributed so far, by node.
  var contributions: [Int: [Buffer]] = [:]
  /// Activations that the gradient has passed with the step of the quantizer behind them.
  var gated: Set<NodeID> = []
  /// Sums for a batch norm that the quantizer behind it takes, by the norm's vectors.
  var normSums: [ObjectIdentifier: NormGradientSums] = [:]
  /// The slopes of a quantizer of images for each of its sums, computed once for all readers, by node.
  var slopeValues: [Int: [PlanValue]] = [:]
  /// Products that the readers of a quantizer of images have contributed to its sums, by node.
  var slopeProducts: [Int: [(item: Int, sum: Buffer)]] = [:]
  var labels = Buffer(byteCount: 64)
  var owners: [AnyObject] = []
  var persistentBytes = 0

  var isTraining: Bool { smoothing != nil }
  /// Whether batch norm takes the statistics of the batch.
  var usesBatch: Bool { isTraining && !isNormFrozen }

  /// - Parameter kept: nodes whose values have to be in memory, whatever could be fused.
  init(
    _ graph: Graph, store: ParameterStore, batch: Int, mode: Plan.Mode, rules: FakeQuantRules,
    keeping kept: Set<NodeID> = []
  ) throws {
    precondition(batch > 0, "a plan needs at least one image")
    self.graph = graph
    self.store = store
    self.batch = batch
    self.rules = rules
    types = try graph.types()
    switch mode {
    case .evaluate:
      smoothing = nil
      isNormFrozen = false
    case .train(let labelSmoothing, let frozenNorm):
      smoothing = labelSmoothing
      isNormFrozen = frozenNorm
    }
    fusion = Fusion(graph, keeping: kept)
    let usesBatch = smoothing != nil && !isNormFrozen
    isLive = graph.liveness { node in
      if case .moments = node.op, !usesBatch { node.inputs.prefix(2) } else { node.inputs[...] }
    }
    needsGradient = Self.gradientNeeds(graph, usesBatch: usesBatch)
    readers = graph.consumers()
    values = Array(repeating: nil, count: graph.nodes.count)
  }

  /// What the backward step of a node needs to know about its forward step.
  enum ForwardRecord {
    case convolution(ConvolutionForward, ConvolutionGeometry)
    case batchNorm(BatchNormVectors, BatchNormOperands)
    case pool(PoolForward, PoolGeometry)
    case dropout(DropoutForward)
    case randomChoice(RandomChoiceForward)
    case paddedShortcut(PaddedShortcutForward)
    case fakeQuant(FakeQuantForward)
    case scale(multiplier: Buffer)
    case weightTransform(WeightTransformForward)
    case fold(FoldSlope)
    case moments(MomentsForward)
  }

  private static func gradientNeeds(_ graph: Graph, usesBatch: Bool) -> [Bool] {
    var needs: [Bool] = []
    for node in graph.nodes {
      switch node.op {
      case .parameter: needs.append(true)
      case .moments where !usesBatch: needs.append(false)
      default: needs.append(node.inputs.contains { needs[$0.index] })
      }
    }
    return needs
  }

  mutating func compile() throws {
    labels = try persistentBuffer(byteCount: batch * 4)
    for id in graph.ids where isLive[id.index] { try lowerForward(id) }
    guard logits.layout.lanes == 1 else {
      throw EngineError.blockedOutput(node: graph[graph.output].name)
    }
    try pin(logits.buffer)
    guard let smoothing else { return }
    let gradient = try persistentBuffer(byteCount: logits.floats * 4)
    let loss = LossStep(
      logits: logits, labels: labels, gradient: gradient, smoothing: Double(smoothing))
    forwardSteps.append(loss)
    lossStep = loss
    logitsGradient = gradient
    contributions[graph.output.index] = [gradient]
    try lowerBackward()
  }

  /// After compilation; laid out row-major.
  var logits: PlanValue { value(graph.output) }

  func value(_ id: NodeID) -> PlanValue {
    guard let value = values[id.index] else {
      preconditionFailure("'\(graph[id].name)' has no value yet")
    }
    return value
  }

  /// The values of nodes, in memory that nothing else uses.
  mutating func pinned(_ nodes: Set<NodeID>) throws(EngineError) -> [NodeID: PlanValue] {
    var result: [NodeID: PlanValue] = [:]
    for node in nodes.sorted() {
      let value = value(node)
      try pin(value.buffer)
      result[node] = value
    }
    return result
  }

  /// Memory that keeps its contents between passes.
  mutating func persistentBuffer(byteCount: Int) throws(EngineError) -> Buffer {
    let buffer = Buffer(byteCount: byteCount)
    try pin(buffer)
    return buffer
  }

  /// Gives a buffer memory of its own, out of reach of the placement.
  mutating func pin(_ buffer: Buffer) throws(EngineError) {
    guard !buffer.isPlaced else { return }
    let arena = try Arena(byteCount: buffer.byteCount)
    buffer.place(at: arena.base)
    owners.append(arena)
    persistentBytes += arena.byteCount
  }
}

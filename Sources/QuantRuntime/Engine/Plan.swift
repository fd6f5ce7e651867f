import CKernels

/// A graph compiled for one batch size and one purpose: fixed steps on fixed buffers.
///
/// The caller fills `images` and `labels`, runs `forward` and, for training, `backward`, and reads
/// `logits`, `loss` and the gradients of `trainables`. Nothing is allocated per step. To be made
/// and used on the compute thread.
public final class Plan {
  public enum Mode: Hashable, Sendable {
    /// Batch norm on its running statistics; no gradients.
    case evaluate
    /// Batch norm on the batch's statistics, or, with `frozenNorm`, on its running ones, which then
    /// stay as they are. `labelSmoothing` is in 0 ..< 1.
    case train(labelSmoothing: Float, frozenNorm: Bool = false)
  }

  public let batch: Int
  /// `[N, C, H, W]`, row-major, to be filled before each forward pass.
  public let images: UnsafeMutableBufferPointer<Float>
  /// `[N]`; read by training plans only.
  public let labels: UnsafeMutableBufferPointer<Int32>
  /// `[N, K]`, row-major, after a forward pass.
  public let logits: UnsafeBufferPointer<Float>
  /// The trained tensors with their gradients, in the order of their nodes.
  public let trainables: [Trainable]
  /// Bytes of activations, gradients and scratch, without the parameter store.
  public let memoryBytes: Int
  /// Set to sum up the time of each step.
  public var isProfiling = false

  let forwardSteps: [any Step]
  private let backwardSteps: [any Step]
  private let lossStep: LossStep?
  private let namedValues: [(node: String, value: PlanValue)]
  private let keptValues: [NodeID: PlanValue]
  private let logitsGradient: Buffer?
  private let randomness: PassRandomness
  /// Owners of the memory that the buffers point into.
  private let owners: [AnyObject]
  private var seconds: [Double]

  /// Compiles a graph.
  ///
  /// - Parameters:
  ///   - store: made for the same graph or one with the same state; plans share it.
  ///   - batch: images per pass, at least 1.
  ///   - rules: the algorithms that the graph's quantizers may name.
  ///   - kept: nodes whose values can be read after a pass; they get memory of their own.
  /// - Throws: `GraphError` for a graph that breaks a rule, `EngineError`.
  public init(
    _ graph: Graph, store: ParameterStore, batch: Int, mode: Mode, rules: FakeQuantRules,
    keeping kept: Set<NodeID> = []
  ) throws {
    try OneDNN.shared.checkStarted()
    var compiler = try PlanCompiler(
      graph, store: store, batch: batch, mode: mode, rules: rules, keeping: kept)
    try compiler.compile()
    keptValues = try compiler.pinned(kept)
    let steps = compiler.forwardSteps + compiler.backwardSteps
    let placement = BufferPlacement(touched: steps.map(\.buffers))
    let arena = try Arena(byteCount: placement.byteCount)
    placement.apply(to: arena)
    for step in steps { try step.bind() }
    self.batch = batch
    forwardSteps = compiler.forwardSteps
    backwardSteps = compiler.backwardSteps
    lossStep = compiler.lossStep
    logitsGradient = compiler.logitsGradient
    trainables = compiler.trainables
    namedValues = compiler.namedValues
    randomness = compiler.randomness
    images = UnsafeMutableBufferPointer(
      start: compiler.input.pointer, count: compiler.input.layout.count)
    labels = UnsafeMutableBufferPointer(start: compiler.labels.ints, count: batch)
    logits = UnsafeBufferPointer(
      start: compiler.logits.pointer, count: compiler.logits.layout.count)
    memoryBytes = arena.byteCount + compiler.persistentBytes
    owners = compiler.owners + [arena, store]
    seconds = Array(repeating: 0, count: steps.count)
  }

  /// What a plan would take and do, found without making it.
  struct Outline {
    /// The plan's `memoryBytes`.
    var memoryBytes: Int
    /// Its steps; their times are NaN.
    var steps: [StepTiming]
  }

  /// - Throws: as the initializer does, but for want of memory.
  static func outline(
    _ graph: Graph, store: ParameterStore, batch: Int, mode: Mode, rules: FakeQuantRules
  ) throws -> Outline {
    try OneDNN.shared.checkStarted()
    var compiler = try PlanCompiler(graph, store: store, batch: batch, mode: mode, rules: rules)
    try compiler.compile()
    let steps = compiler.forwardSteps + compiler.backwardSteps
    return Outline(
      memoryBytes: BufferPlacement(touched: steps.map(\.buffers)).byteCount
        + compiler.persistentBytes,
      steps: timings(
        of: steps, forward: compiler.forwardSteps.count, seconds: steps.map { _ in .nan }))
  }

  /// The value of a kept node after a forward pass, `[N, ...]` or a weight's own shape, row-major.
  public func values(of node: NodeID) -> [Float] {
    guard let value = keptValues[node] else {
      preconditionFailure("the plan was not made to keep this node")
    }
    return value.rowMajor()
  }

  /// The mean smoothed cross entropy of the last forward pass; 0 in an evaluation plan.
  public var loss: Double { lossStep?.loss ?? 0 }

  /// Images of the last batch whose label had the largest logit.
  public func correctCount() -> Int {
    Kernels.score(logits: logits, labels: labels, count: batch).top1
  }

  /// Decides the random numbers of the next passes, those of dropout: the same seed and step give the
  /// same ones.
  ///
  /// - Parameter step: 0 ..< 2^48, another one for each pass.
  public func setRandomness(seed: UInt64, step: Int) {
    randomness.seed = seed
    randomness.step = step
  }

  /// - Parameter isStopped: asked before each step; true gives up the pass, which leaves nothing that
  ///   could be used but the parameters.
  /// - Throws: `EngineError`, `Interrupted`.
  public func forward(until isStopped: () -> Bool = { false }) throws {
    try run(forwardSteps, first: 0, until: isStopped)
  }

  /// Gradients of everything trained, from the loss of the last forward pass.
  ///
  /// - Parameter isStopped: as in `forward`.
  /// - Throws: `EngineError`, `Interrupted`.
  public func backward(until isStopped: () -> Bool = { false }) throws {
    try run(backwardSteps, first: forwardSteps.count, until: isStopped)
  }

  /// Gradients of everything trained for a given gradient of the logits, `[N, K]` row-major: for
  /// losses other than cross entropy, and for tests.
  public func backward(fromLogits gradient: [Float]) throws {
    guard let logitsGradient else { return }
    for (index, value) in gradient.prefix(logits.count).enumerated() {
      logitsGradient.floats[index] = value
    }
    try backward()
  }

  private func run(_ steps: [any Step], first: Int, until isStopped: () -> Bool) throws {
    guard isProfiling else {
      for step in steps {
        if isStopped() { throw Interrupted() }
        try step.run()
      }
      return
    }
    let clock = ContinuousClock()
    for (index, step) in steps.enumerated() {
      if isStopped() { throw Interrupted() }
      let start = clock.now
      try step.run()
      seconds[first + index] += (clock.now - start) / .seconds(1)
    }
  }

  /// A forward pass in which every quantizer is first initialized from the values that reach it,
  /// behind the already quantized layers before it.
  ///
  /// The learned numbers go to the parameter store; the plan itself goes on with the decided signs.
  /// - Parameters:
  ///   - ranges: what quantizers are to cover at first; by default none is told.
  ///   - isStopped: as in `forward`.
  /// - Returns: the specs with their signs decided, to be put into the graph.
  /// - Throws: `EngineError`, `Interrupted`, and what `ranges` throws.
  @discardableResult
  public func initializeQuantizers(
    until isStopped: () -> Bool = { false }, covering ranges: InitialRanges = { _, _ in nil }
  ) throws -> [NodeID: QuantSpec] {
    var specs: [NodeID: QuantSpec] = [:]
    for step in forwardSteps {
      if isStopped() { throw Interrupted() }
      if let quantizer = step as? FakeQuantForward {
        try quantizer.initialize(ranges)
        specs[quantizer.id] = quantizer.spec
      }
      try step.run()
    }
    return specs
  }

  /// The range that each channel of a quantizer is to cover, found from the values that reach it; nil
  /// leaves the first numbers to the algorithm.
  public typealias InitialRanges = (
    _ quantizer: FakeQuant, _ tensor: ObservedTensor
  ) throws -> [(minimum: Float, maximum: Float)]?

  /// The first node, in the graph's order, whose last value holds a NaN or an infinity.
  ///
  /// Buffers are reused, so a value may be gone: the forward pass is run again up to each node. For
  /// diagnostics only; in training it moves the running statistics.
  public func firstNonFinite() -> String? {
    for step in forwardSteps {
      guard (try? step.run()) != nil else { return step.node }
      for entry in namedValues where entry.node == step.node {
        if mq_f32_first_non_finite(entry.value.pointer, entry.value.floats) >= 0 {
          return entry.node
        }
      }
    }
    return nil
  }

  /// Time of each step since `isProfiling` was set, forward steps first.
  public func timings() -> [StepTiming] {
    Self.timings(
      of: forwardSteps + backwardSteps, forward: forwardSteps.count, seconds: seconds)
  }

  private static func timings(
    of steps: [any Step], forward: Int, seconds: [Double]
  ) -> [StepTiming] {
    steps.enumerated().map { index, step in
      StepTiming(
        node: step.node, label: step.label, isBackward: index >= forward, seconds: seconds[index],
        bytes: Dictionary(
          step.buffers.map { (ObjectIdentifier($0), $0.byteCount) }, uniquingKeysWith: { a, _ in a }
        ).values.reduce(0, +))
    }
  }
}

/// A trained tensor of the store and the buffer that a plan puts its gradient into.
public struct Trainable {
  public var entry: StateEntry
  /// Row-major, in the parameter store.
  public var value: UnsafeMutableBufferPointer<Float>
  /// Row-major, written by `Plan.backward`.
  public var gradient: UnsafeMutableBufferPointer<Float>
}

/// What one step of a plan cost.
public struct StepTiming: Hashable, Sendable {
  public var node: String
  /// The kind of work: `convolution`, `batch norm`, `fake quant`, ...
  public var label: String
  public var isBackward: Bool
  /// Summed over all passes.
  public var seconds: Double
  /// Of all memory that the step reads or writes, each buffer once: the least that one pass has to move
  /// when nothing is in a cache.
  public var bytes: Int
}

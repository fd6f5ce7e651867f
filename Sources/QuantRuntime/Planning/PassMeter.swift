/// What a pass costs, and how that is known.
public struct PassCost: Hashable, Sendable {
  public var seconds: Double
  public var basis: Basis

  public enum Basis: Hashable, Sendable {
    /// A pass of this kind was timed.
    case measured
    /// A pass of fewer images was timed, and its time multiplied.
    case scaled(batch: Int)
    /// From the most alike pass that was timed, by multiply-accumulates.
    case derived
  }
}

/// Times passes on this machine, on made-up images: a warm-up, then the pass itself.
///
/// What weighs most comes first. When the time for it is used up, what is left is derived from what
/// was measured; a pass that would take too long is measured with fewer images.
public struct PassMeter {
  /// Seconds for all measurements together.
  public static let timeLimit = 20.0
  /// Short passes are repeated until they have taken this long, 20 times at most.
  private static let shortestTime = 0.1
  private static let mostRepetitions = 20
  /// Multiply-accumulates a second that a machine is trusted to do before one has been timed: few, so
  /// that the first pass of a large network does not take minutes.
  private static let firstRate = 5e9

  private let timeLimit: Double
  private let interruption: Interruption

  /// - Parameter timeLimit: seconds.
  public init(timeLimit: Double = timeLimit, interruption: Interruption) {
    self.timeLimit = timeLimit
    self.interruption = interruption
  }

  /// The cost of every pass of a plan, in their order.
  ///
  /// - Parameter report: called with the number of passes that are done.
  /// - Throws: `EngineError`, when the plan of a pass cannot be made; `Interrupted`.
  public func costs(of plan: WorkPlan, report: (Int) -> Void = { _ in }) throws -> [PassCost] {
    var weights = Array(repeating: 0.0, count: plan.passes.count)
    for part in plan.tasks.flatMap(\.parts) {
      weights[part.pass] += Double(part.count) * plan.passes[part.pass].macs
    }
    let order = weights.indices.sorted { (-weights[$0], $0) < (-weights[$1], $1) }
    var costs: [PassCost?] = Array(repeating: nil, count: plan.passes.count)
    var rate = Self.firstRate
    let clock = ContinuousClock()
    let start = clock.now
    for (done, place) in order.enumerated() {
      try interruption.check()
      report(done)
      let left = timeLimit - (clock.now - start) / .seconds(1)
      let pass = plan.passes[place]
      // Warm-up and pass; the first one is measured whatever it takes.
      let affordable = max(left, 0) * rate / 2
      let share = min(1, affordable / max(pass.macs, 1))
      let batch = Int((Double(pass.pass.batch) * share).rounded(.down))
      guard batch > 0 || done == 0 else { continue }
      let cost = try measure(pass.pass, images: max(batch, 1))
      costs[place] = cost
      if let cost { rate = pass.macs / max(cost.seconds, 1e-6) }
    }
    return Self.completed(costs, plan)
  }

  /// - Returns: nil when it cannot be done with so few images.
  private func measure(_ pass: PlannedPass, images: Int) throws -> PassCost? {
    do {
      let seconds = try seconds(of: pass, images: images)
      return images == pass.batch
        ? PassCost(seconds: seconds, basis: .measured)
        : PassCost(
          seconds: seconds * Double(pass.batch) / Double(images), basis: .scaled(batch: images))
    } catch EngineError.shards, EngineError.outOfMemory {
      return nil
    }
  }

  private func seconds(of pass: PlannedPass, images: Int) throws -> Double {
    try ComputeThread.run {
      let run = try TimedPass(pass, images: images)
      try run.warmUp()
      let clock = ContinuousClock()
      var times: [Double] = []
      repeat {
        let start = clock.now
        try run.run()
        times.append((clock.now - start) / .seconds(1))
      } while times.reduce(0, +) < Self.shortestTime && times.count < Self.mostRepetitions
      return times.sorted()[times.count / 2]
    }
  }

  /// Fills the gaps from the pass of the nearest number of multiply-accumulates, of the same mode if
  /// there is one.
  private static func completed(_ costs: [PassCost?], _ plan: WorkPlan) -> [PassCost] {
    let known = costs.indices.filter { costs[$0] != nil }
    return costs.indices.map { place in
      if let cost = costs[place] { return cost }
      let pass = plan.passes[place]
      let alike = known.filter { plan.passes[$0].pass.mode == pass.pass.mode }
      let nearest = (alike.isEmpty ? known : alike).min {
        distance(plan.passes[$0].macs, pass.macs) < distance(plan.passes[$1].macs, pass.macs)
      }
      let seconds = nearest.flatMap { near in
        costs[near].map { $0.seconds * pass.macs / max(plan.passes[near].macs, 1) }
      }
      return PassCost(seconds: seconds ?? pass.macs / firstRate, basis: .derived)
    }
  }

  /// How unlike two amounts are, as a factor.
  private static func distance(_ a: Double, _ b: Double) -> Double {
    max(a, b, 1) / max(min(a, b), 1)
  }
}

/// A pass that can be made again and again. To be used on the compute thread.
private final class TimedPass {
  private let plan: Plan
  private let mode: PlannedPass.Mode
  private let optimizer: OptimizerState
  private let hasQuantizers: Bool

  /// The rate of the updates; of no matter but that numbers stay finite.
  private static let rate = 1e-6

  init(_ pass: PlannedPass, images: Int) throws {
    let store = try ParameterStore(
      graph: pass.graph, state: initialState(of: pass.graph, seed: 0))
    plan = try Plan(
      pass.graph, store: store, batch: images, mode: pass.planMode, rules: QuantizerCatalog.rules)
    mode = pass.mode
    optimizer = OptimizerState(AnyOptimizer(SGD()), of: plan.trainables)
    hasQuantizers = pass.graph.nodes.contains { node in
      if case .fakeQuant = node.op { true } else { false }
    }
    Profiler.fill(plan, classes: plan.logits.count / images)
  }

  /// The first pass touches memory for the first time, and quantizers start in one of their own.
  func warmUp() throws {
    if hasQuantizers { try plan.initializeQuantizers() }
    try run()
  }

  func run() throws {
    try plan.forward()
    guard mode != .evaluate else { return }
    try plan.backward()
    optimizer.apply(to: plan.trainables, rate: Self.rate)
  }
}

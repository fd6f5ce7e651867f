/// How far the integers that are deployed are from the values that were simulated, on test images.
public struct Gap: Hashable, Sendable {
  public var backend: String
  public var arithmetic: Requantization
  public var simulated: Evaluation
  public var integer: Evaluation
  /// Of the logits.
  public var logits: LogitDifference
  /// Every quantizer of an activation, in the order of the network.
  public var layers: [Layer]
  /// What the codes would be if one rule of the integers were that of the simulation: the first entry is
  /// the gap as it is.
  public var rules: [Rule]

  public init(
    backend: String, arithmetic: Requantization, simulated: Evaluation, integer: Evaluation,
    logits: LogitDifference, layers: [Layer], rules: [Rule]
  ) {
    self.backend = backend
    self.arithmetic = arithmetic
    self.simulated = simulated
    self.integer = integer
    self.logits = logits
    self.layers = layers
    self.rules = rules
  }

  /// Codes of one quantizer, simulated and integer.
  public struct Layer: Hashable, Sendable {
    /// Of the quantizer.
    public var name: String
    public var steps: StepCounts
    /// Integer codes at an end of the grid that a value may lie beyond.
    public var saturated: Int
  }

  public struct Rule: Hashable, Sendable {
    public var name: String
    /// One sentence: what integers do here and the simulation does not.
    public var summary: String
    public var steps: StepCounts
    public var logits: LogitDifference
  }

  /// The first quantizer with a code that is off; nil when all are equal.
  public var first: Layer? { layers.first { $0.steps.off > 0 } }

  /// All codes together.
  public var steps: StepCounts { rules.first?.steps ?? StepCounts() }

  /// The rule without which the fewest codes would be off; nil when none is off, or no rule takes away a
  /// tenth of them: then it is the float32 rounding of the simulation's own sums.
  public var cause: Rule? {
    guard let actual = rules.first, actual.steps.off > 0,
      let best = rules.dropFirst().min(by: { $0.steps.off < $1.steps.off }),
      Double(best.steps.off) < 0.9 * Double(actual.steps.off)
    else { return nil }
    return best
  }
}

/// Differences of codes, in steps of their grid.
public struct StepCounts: Hashable, Sendable {
  /// Codes compared.
  public var count = 0
  /// Codes that are not equal.
  public var off = 0
  /// Codes that are more than one step apart.
  public var far = 0
  /// The largest distance.
  public var largest = 0

  public init() {}

  /// The share of codes that are not equal.
  public var share: Double { Double(off) / Double(max(count, 1)) }

  mutating func add(_ distance: Int) {
    count += 1
    guard distance != 0 else { return }
    off += 1
    if distance > 1 { far += 1 }
    largest = max(largest, distance)
  }

  mutating func add(_ other: StepCounts) {
    count += other.count
    off += other.off
    far += other.far
    largest = max(largest, other.largest)
  }
}

extension Gap {
  /// What is known of a gap that is not measured: names, everything else NaN or 0.
  public init(planned network: IntegerNetwork, images: Int) {
    let score = Evaluation(top1: .nan, top5: .nan, loss: .nan, count: images)
    let logits = LogitDifference(
      difference: .nan, largestLogit: .nan, agreeing: 0, count: images)
    let quantizers = network.nodes.filter { if case .codes = $0.type { true } else { false } }
    self.init(
      backend: network.backend, arithmetic: network.arithmetic, simulated: score, integer: score,
      logits: logits,
      layers: quantizers.map { Layer(name: $0.name, steps: StepCounts(), saturated: 0) },
      rules: [])
  }
}

extension Gap {
  /// Runs the simulation and the integers on the first test images.
  ///
  /// Each rule by which the two differ is then made the simulation's in turn, and everything is run again.
  ///
  /// - Parameters:
  ///   - model: quantized for a backend with integer arithmetic, its quantizers initialized.
  ///   - images: how many, at least 1; all there are when there are fewer.
  ///   - report: called on the compute thread with the images done so far, of all runs together.
  /// - Throws: `IntegerError`, `TrainingError`, what loading images throws; `Interrupted`.
  public static func measure(
    _ model: Model, on data: Dataset, images: Int, rules: FakeQuantRules,
    interruption: Interruption, report: (Int) -> Void = { _ in }
  ) throws -> Gap {
    let profile = try IntegerNetwork.profile(of: model)
    try Evaluator.check(model, data)
    let folded = try model.foldedForInference()
    let forms = try ComputeThread.run { try Self.forms(of: folded, profile, rules) }
    let wanted = min(images, data.test.count)
    var found: [Rule] = []
    var first: Comparison?
    for (index, form) in forms.enumerated() {
      let comparison = try Comparison.run(
        form, on: data, images: wanted, interruption: interruption
      ) { report(index * wanted + $0) }
      first = first ?? comparison
      found.append(
        Rule(
          name: form.name, summary: form.summary, steps: comparison.steps,
          logits: comparison.logits))
    }
    guard let first else { preconditionFailure("there is always the gap as it is") }
    return Gap(
      backend: profile.name, arithmetic: profile.requantization,
      simulated: first.simulated.evaluation, integer: first.integer.evaluation,
      logits: first.logits, layers: first.layers, rules: found)
  }

  /// How many runs a measurement makes for a backend.
  public static func runs(for profile: HardwareProfile) -> Int {
    profile.requantization == .floatScale ? 2 : 4
  }

  /// A simulation and an integer network to compare.
  struct Form {
    var name: String
    var summary: String
    var model: Model
    var network: IntegerNetwork
    var rules: FakeQuantRules
  }

  private static func forms(
    of folded: Model, _ profile: HardwareProfile, _ rules: FakeQuantRules
  ) throws -> [Form] {
    func lowered(_ arithmetic: Requantization) throws -> (IntegerNetwork, Model) {
      var lowering = try IntegerLowering(folded, arithmetic: arithmetic, rules: rules)
      let nodes = try lowering.lower()
      var rounded = folded
      for (name, values) in lowering.roundedBiases { rounded.state[name]?.values = values }
      return (
        IntegerNetwork(
          name: folded.name, backend: profile.name, arithmetic: arithmetic, nodes: nodes), rounded
      )
    }
    let (network, rounded) = try lowered(profile.requantization)
    func form(_ name: String, _ summary: String, _ model: Model, _ network: IntegerNetwork) -> Form
    {
      Form(name: name, summary: summary, model: model, network: network, rules: rules)
    }
    let asIs = form("as it is", "Every rule of the backend.", folded, network)
    let bias = form(
      "int32 bias", "The bias is rounded to a step of the accumulator.", rounded, network)
    guard profile.requantization != .floatScale else { return [asIs, bias] }
    let (exact, _) = try lowered(.floatScale)
    let words = "Accumulators are rescaled by \(profile.requantization.words)."
    return [
      asIs, bias, form(profile.requantization.rawValue, words, folded, exact),
      form("both", "The bias and the rescaling.", rounded, exact),
    ]
  }
}

extension Requantization {
  /// How a sentence names it.
  var words: String {
    switch self {
    case .floatScale: "a float32 factor"
    case .fixedPoint: "a 32-bit multiplier and a shift"
    case .shift: "a shift"
    }
  }
}

/// One run of a simulation beside an integer network.
private struct Comparison {
  var layers: [Gap.Layer] = []
  var logits = LogitDifference(difference: 0, largestLogit: 0, agreeing: 0, count: 0)
  var simulated = Scores()
  var integer = Scores()

  var steps: StepCounts { layers.reduce(into: StepCounts()) { $0.add($1.steps) } }

  /// Images that both networks hold at once.
  private static let batch = 8

  static func run(
    _ form: Gap.Form, on data: Dataset, images: Int, interruption: Interruption,
    report: (Int) -> Void
  ) throws -> Comparison {
    try ComputeThread.run {
      let pairs = form.pairs
      let simulation = try Plan(
        form.model.graph,
        store: ParameterStore(graph: form.model.graph, state: form.model.state),
        batch: min(images, batch), mode: .evaluate, rules: form.rules,
        keeping: Set(pairs.map(\.simulated)))
      let integers = try IntegerPlan(
        form.network, batch: simulation.batch, keeping: Set(pairs.map(\.integer)))
      let isStopped = { interruption.isRequested }
      var result = Comparison()
      result.layers = pairs.map { Gap.Layer(name: $0.name, steps: StepCounts(), saturated: 0) }
      try TestBatches(data: data, images: images, batch: simulation.batch)
        .forEach(into: simulation.images, until: isStopped) { labels, count in
          _ = integers.images.update(fromContentsOf: simulation.images)
          try simulation.forward(until: isStopped)
          try integers.forward(until: isStopped)
          for (index, pair) in pairs.enumerated() {
            result.layers[index].add(
              simulated: simulation.values(of: pair.simulated),
              integer: integers.codes(of: pair.integer), pair.map, share: (count, simulation.batch))
          }
          result.add(simulation, integers, labels, count)
          report(result.logits.count)
        }
      return result
    }
  }

  private mutating func add(
    _ simulation: Plan, _ integers: IntegerPlan, _ labels: UnsafeMutableBufferPointer<Int32>,
    _ count: Int
  ) {
    logits.add(
      simulation.logits, integers.logits, images: count,
      classes: simulation.logits.count / simulation.batch)
    simulated.add(
      Kernels.score(logits: simulation.logits, labels: labels, count: count), count: count)
    integer.add(
      Kernels.score(logits: integers.logits, labels: labels, count: count), count: count)
  }
}

extension Gap.Form {
  /// A quantizer of the simulation and the integer node that holds its codes.
  struct Pair {
    var name: String
    var simulated: NodeID
    var integer: Int
    var map: CodeMap
  }

  var pairs: [Pair] {
    network.nodes.indices.compactMap { index in
      let node = network.nodes[index]
      guard case .codes(let map) = node.type, let id = model.graph.node(named: node.name),
        case .fakeQuant = model.graph[id].op
      else { return nil }
      return Pair(name: node.name, simulated: id, integer: index, map: map)
    }
  }
}

extension Gap.Layer {
  /// - Parameter share: images to count, of those that the values are of.
  fileprivate mutating func add(
    simulated: [Float], integer: [Int], _ map: CodeMap, share: (count: Int, of: Int)
  ) {
    for index in 0..<simulated.count / share.of * share.count {
      let code = integer[index]
      steps.add(abs(map.code(of: simulated[index], within: map.grid) - code))
      if code == map.highest || code == map.lowest && map.lowest < map.zeroPoint { saturated += 1 }
    }
  }
}

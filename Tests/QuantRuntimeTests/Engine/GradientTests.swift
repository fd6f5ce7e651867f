import Foundation
import Testing

@testable import QuantRuntime

/// A small network to differentiate, written with as little as possible between test and graph.
struct TinyNetwork {
  var graph = Graph()
  /// What the next op reads.
  var last: NodeID { didSet { shape = (try? graph.types()[last.index].shape) ?? shape } }
  private var shape: Shape
  private var count = 0

  init(_ shape: Shape) {
    self.shape = shape
    last = graph.append(.input(shape), name: "input")
  }

  private mutating func name(_ kind: String) -> String {
    count += 1
    return "\(kind)\(count)"
  }

  mutating func parameter(_ kind: String, _ shape: Shape, _ role: StateEntry.Role) -> NodeID {
    let name = name(kind)
    return graph.append(.parameter(StateEntry(name, shape, role)), name: name)
  }

  mutating func buffer(_ kind: String, _ shape: Shape, _ role: StateEntry.Role) -> NodeID {
    let name = name(kind)
    return graph.append(.buffer(StateEntry(name, shape, role)), name: name)
  }

  /// Appends an op whose first operand is the last result.
  mutating func then(_ op: Op, _ others: [NodeID] = [], from start: NodeID? = nil) {
    last = graph.append(op, [start ?? last] + others, name: name("node"))
    graph.output = last
  }

  mutating func convolution(
    _ channels: Int, _ window: Int, _ convolution: Convolution = Convolution(padding: Padding(1)),
    hasBias: Bool = false, quantized: FakeQuant? = nil
  ) {
    let input = last
    var weight = parameter(
      "weight", [channels, shape[0] / convolution.groups, window, window], .weight)
    if let quantized { weight = quantize(weight, quantized, channels: channels) }
    let bias = hasBias ? [parameter("bias", [channels], .bias)] : []
    then(.convolution(convolution), [weight] + bias, from: input)
  }

  mutating func quantize(_ x: NodeID, _ quantizer: FakeQuant, channels: Int) -> NodeID {
    let scales = quantizer.spec.granularity == .channel ? channels : 1
    let scale = parameter("scale", [scales], .quantizer)
    return graph.append(.fakeQuant(quantizer), [x, scale], name: name("quantizer"))
  }

  mutating func normParameters() -> [NodeID] {
    let channels: Shape = [shape[0]]
    return [
      parameter("gamma", channels, .normScale), parameter("beta", channels, .normShift),
      buffer("mean", channels, .runningMean), buffer("variance", channels, .runningVariance),
    ]
  }

  mutating func batchNorm(shards: Int = 1) {
    let input = last
    let operands = normParameters()
    then(.batchNorm(BatchNorm(shards: shards)), operands, from: input)
  }

  mutating func classifier(_ classes: Int = 5, isPooled: Bool = true) {
    if isPooled { then(.globalAveragePool) }
    then(.flatten)
    let input = last
    let weight = parameter("weight", [classes, shape.count], .weight)
    let bias = parameter("bias", [classes], .bias)
    then(.linear, [weight, bias], from: input)
  }
}

@Suite("Gradients against central differences in Double")
struct GradientTests {
  /// Relative L2 error over the sampled entries of all tensors together and of each alone: float32
  /// sums of at most a few thousand products.
  private static let tolerance = 2e-4
  private static let samples = 10

  private func lsq(
    _ bits: Int, _ sign: QuantSpec.Sign, _ granularity: QuantSpec.Granularity,
    _ site: FakeQuant.Site
  ) -> FakeQuant {
    FakeQuant(
      algorithm: "lsq", spec: QuantSpec(bits: bits, sign: sign, granularity: granularity),
      site: site)
  }

  /// Random numbers for every state tensor, in ranges that suit their roles.
  private func state(_ graph: Graph) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (lane, entry) in graph.stateEntries.enumerated() {
      var random = RandomStream(seed: 3, purpose: .initialization, lane: UInt64(lane))
      let range: (Float, Float) =
        switch entry.role {
        case .weight: (-0.5, 0.5)
        case .normScale, .runningVariance: (0.5, 1.5)
        case .quantizer: (0.11, 0.17)
        case .quantizerStatistic: (0, 0)
        case .bias, .normShift, .runningMean: (-0.3, 0.3)
        }
      result[entry.name] = Tensor(
        entry.shape, values: (0..<entry.shape.count).map { _ in random.uniform(range.0, range.1) })
    }
    return result
  }

  private func check(
    _ network: TinyNetwork, batch: Int = 3, classes: Int = 5, isNormFrozen: Bool = false
  ) throws {
    let graph = network.graph
    let state = state(graph)
    try ComputeThread.run { () throws in
      let store = try ParameterStore(graph: graph, state: state)
      let plan = try Plan(
        graph, store: store, batch: batch,
        mode: .train(labelSmoothing: 0.1, frozenNorm: isNormFrozen), rules: QuantizerCatalog.rules)
      plan.setRandomness(seed: 9, step: 1)
      var random = RandomStream(seed: 5, purpose: .syntheticData)
      for i in plan.images.indices { plan.images[i] = random.uniform(-1.5, 1.5) }
      for i in 0..<batch { plan.labels[i] = Int32((i * 2 + 1) % classes) }
      try plan.forward()
      try plan.backward()
      let doubles = state.mapValues { $0.values.map { Double($0) } }
      let reference = try ReferenceNetwork(
        graph, batch: batch, images: plan.images.map { Double($0) },
        labels: plan.labels.map { Int($0) }, smoothing: Double(Float(0.1)),
        isNormFrozen: isNormFrozen, dropoutSeed: 9, state: doubles)
      #expect(abs(plan.loss - reference.loss(doubles)) < 1e-5)
      for trainable in plan.trainables {
        try compare(trainable, graph, batch, reference, doubles)
      }
    }
  }

  private func compare(
    _ trainable: Trainable, _ graph: Graph, _ batch: Int, _ reference: ReferenceNetwork,
    _ state: [String: [Double]]
  ) throws {
    let count = trainable.gradient.count
    let places = Set((0..<min(Self.samples, count)).map { $0 * 7919 % count }).sorted()
    let scale = try gradientScale(trainable.entry, graph, batch)
    let truth = places.map { reference.derivative(state, trainable.entry.name, $0) * scale }
    let found = places.map { Double(trainable.gradient[$0]) }
    // A gradient that is zero but for rounding has no relative error.
    let size = truth.map { abs($0) }.max() ?? 0
    guard size > 1e-7 else {
      #expect(found.allSatisfy { abs($0) < 1e-6 }, "\(trainable.entry.name)")
      return
    }
    #expect(
      relativeError(found, truth) < Self.tolerance,
      "\(trainable.entry.name): \(found) instead of \(truth)")
  }

  /// LSQ's own factor 1 / sqrt(M Nmax) for the scale of a quantizer; 1 for everything else.
  private func gradientScale(_ entry: StateEntry, _ graph: Graph, _ batch: Int) throws -> Double {
    guard entry.role == .quantizer else { return 1 }
    let types = try graph.types()
    for node in graph.nodes {
      guard case .fakeQuant(let quantizer) = node.op,
        graph[node.inputs[1]].op.stateEntry == entry
      else { continue }
      let type = types[node.inputs[0].index]
      let elements = type.shape.count * (type.isBatched ? batch : 1) / entry.shape.count
      let bits = Double(quantizer.spec.bits)
      let highest = quantizer.spec.sign == .signed ? pow(2, bits - 1) - 1 : pow(2, bits) - 1
      return 1 / (Double(elements) * highest).squareRoot()
    }
    return 1
  }

  @Test(
    "convolutions of many forms",
    arguments: [
      (channels: 8, window: 3, convolution: Convolution(padding: Padding(1)), bias: false),
      (19, 3, Convolution(stride: 2, padding: Padding(1)), true),
      (16, 1, Convolution(stride: 2), false), (5, 5, Convolution(padding: Padding(2)), true),
      (6, 3, Convolution(padding: Padding(top: 0, left: 1, bottom: 2, right: 1)), false),
      (1, 3, Convolution(), true),
    ])
  func convolutions(channels: Int, window: Int, convolution: Convolution, bias: Bool) throws {
    var network = TinyNetwork([3, 7, 9])
    network.convolution(10, 3)
    network.then(.activation(.relu))
    network.convolution(channels, window, convolution, hasBias: bias)
    network.classifier()
    try check(network)
  }

  @Test("grouped and depthwise convolutions", arguments: [2, 4, 16])
  func groups(groups: Int) throws {
    var network = TinyNetwork([1, 6, 5])
    network.convolution(16, 3)
    network.then(.activation(.relu))
    network.convolution(16, 3, Convolution(padding: Padding(1), groups: groups))
    network.classifier()
    try check(network, batch: 2)
  }

  /// Groups of 24 and 8 channels share blocks of 16, those of 4 blocks of 8 too.
  @Test(
    "groups that are narrower than a block",
    arguments: [(width: 24, groups: 2), (8, 4), (4, 8), (12, 4), (8, 3)])
  func narrowGroups(width: Int, groups: Int) throws {
    for stride in [1, 2] {
      var network = TinyNetwork([2, 6, 7])
      network.convolution(width * groups, 3)
      network.batchNorm()
      network.then(.activation(.relu))
      network.convolution(
        width * groups, 3, Convolution(stride: stride, padding: Padding(1), groups: groups))
      network.classifier()
      try check(network, batch: 2)
    }
  }

  @Test("depthwise convolutions of wide windows", arguments: [3, 5, 7], [1, 2, 3])
  func depthwise(window: Int, stride: Int) throws {
    let paddings = [
      Padding(window / 2), Padding(top: 0, left: 1, bottom: 2, right: window - 2),
    ]
    for padding in paddings {
      for channels in [16, 21] {
        var network = TinyNetwork([2, 9, 8])
        network.convolution(channels, 3)
        network.then(.activation(.relu6))
        network.convolution(
          channels, window, Convolution(stride: stride, padding: padding, groups: channels))
        network.classifier()
        try check(network, batch: 2)
      }
    }
  }

  @Test("the padded shortcut of small residual networks", arguments: [8, 13])
  func paddedShortcut(channels: Int) throws {
    var network = TinyNetwork([3, 7, 6])
    network.convolution(channels, 3)
    let block = network.last
    network.convolution(2 * channels, 3, Convolution(stride: 2, padding: Padding(1)))
    let main = network.last
    network.then(
      .paddedShortcut(PaddedShortcut(stride: 2, before: channels / 2, channels: 2 * channels)),
      from: block)
    network.then(.add, [main])
    network.then(.activation(.relu))
    network.classifier()
    try check(network)
  }

  /// 16 and 32 channels are whole blocks, the others end or begin within one; the image itself is not
  /// blocked.
  @Test(
    "concatenations of channels that fill blocks and of channels that do not",
    arguments: [[16, 32], [5, 7, 9], [16, 3, 16], [1, 16], [24, 8]])
  func concatenation(widths: [Int]) throws {
    for (batch, joinsImage) in [(1, false), (3, true)] {
      var network = TinyNetwork([3, 5, 6])
      let image = network.last
      network.convolution(6, 3)
      network.then(.activation(.relu))
      let shared = network.last
      let parts = widths.map { width in
        network.then(.activation(.relu6), from: shared)
        network.convolution(width, 3)
        return network.last
      }
      network.then(
        .concatenate, parts.dropFirst() + [shared] + (joinsImage ? [image] : []), from: parts[0])
      network.batchNorm()
      network.convolution(4, 1, Convolution())
      network.classifier()
      try check(network, batch: batch)
    }
  }

  @Test("a value concatenated with itself, as the last thing before the classifier")
  func repeatedConcatenation() throws {
    var network = TinyNetwork([2, 4, 4])
    network.convolution(5, 3)
    network.then(.concatenate, [network.last])
    network.classifier(isPooled: false)
    try check(network, batch: 2)
  }

  @Test("dropout, with the mask of its seed and step")
  func dropout() throws {
    var network = TinyNetwork([3, 5, 5])
    network.convolution(24, 3)
    network.then(.globalAveragePool)
    network.then(.flatten)
    network.then(.dropout(rate: 0.3))
    network.classifier(isPooled: false)
    try check(network, batch: 4)
  }

  @Test("a random choice of two values, with the choices of its seed and step")
  func randomChoice() throws {
    var network = TinyNetwork([3, 5, 5])
    network.convolution(24, 3)
    network.then(.globalAveragePool)
    network.then(.flatten)
    let first = network.last
    network.then(.activation(.relu6))
    let second = network.last
    network.then(.randomChoice(rate: 0.6), [second], from: first)
    network.classifier(isPooled: false)
    try check(network, batch: 4)
  }

  @Test("values inside of a network as images, with many channels")
  func manyChannels() throws {
    var network = TinyNetwork([35, 6, 5])
    network.convolution(20, 3)
    network.classifier()
    try check(network, batch: 3)
  }

  @Test("batch norm with frozen statistics", arguments: [nil, Activation.relu, .relu6])
  func frozenNorm(activation: Activation?) throws {
    var network = TinyNetwork([3, 6, 7])
    network.convolution(11, 3)
    network.batchNorm()
    if let activation { network.then(.activation(activation)) }
    network.convolution(4, 3)
    network.classifier()
    try check(network, isNormFrozen: true)
  }

  @Test("batch norm alone and with each activation", arguments: [nil, Activation.relu, .relu6])
  func batchNorm(activation: Activation?) throws {
    for channels in [3, 8, 21] {
      var network = TinyNetwork([3, 6, 7])
      network.convolution(channels, 3)
      network.batchNorm()
      if let activation { network.then(.activation(activation)) }
      network.convolution(4, 3)
      network.classifier()
      try check(network, batch: 4)
    }
  }

  @Test("activations that nothing is fused with", arguments: Activation.allCases)
  func activations(activation: Activation) throws {
    var network = TinyNetwork([3, 5, 5])
    network.convolution(12, 3)
    network.then(.activation(activation))
    network.classifier()
    try check(network, batch: 1)
  }

  @Test(
    "pooling, with padding and without",
    arguments: [
      Pool(.max, window: 3, stride: 2, padding: 1), Pool(.max, window: 2, stride: 2),
      Pool(.average, window: 3, stride: 2, padding: 1), Pool(.average, window: 2, stride: 1),
    ])
  func pools(pool: Pool) throws {
    var network = TinyNetwork([2, 7, 6])
    network.convolution(18, 3)
    network.then(.pool(pool))
    network.classifier(isPooled: false)
    try check(network)
  }

  @Test("a residual block with a projection")
  func residual() throws {
    var network = TinyNetwork([3, 8, 8])
    network.convolution(8, 3)
    network.batchNorm()
    network.then(.activation(.relu))
    let block = network.last
    network.convolution(16, 3, Convolution(stride: 2, padding: Padding(1)))
    network.batchNorm()
    network.then(.activation(.relu))
    network.convolution(16, 3)
    network.batchNorm()
    let main = network.last
    network.then(.activation(.relu), from: block)
    network.convolution(16, 1, Convolution(stride: 2))
    network.batchNorm()
    network.then(.add, [main])
    network.then(.activation(.relu))
    network.classifier()
    try check(network)
  }

  @Test(
    "a norm, an addition and an activation in one pass", arguments: [nil, Activation.relu, .relu6],
    [true, false])
  func normAndAddition(activation: Activation?, isNormFirst: Bool) throws {
    for (batch, isFrozen) in [(3, false), (2, true)] {
      var network = TinyNetwork([3, 6, 5])
      network.convolution(18, 3)
      let shortcut = network.last
      network.convolution(18, 3)
      network.batchNorm()
      let norm = network.last
      if isNormFirst {
        network.then(.add, [shortcut])
      } else {
        network.then(.add, [norm], from: shortcut)
      }
      if let activation { network.then(.activation(activation)) }
      network.convolution(4, 3)
      network.classifier()
      try check(network, batch: batch, isNormFrozen: isFrozen)
    }
  }

  @Test("the sum of two norms")
  func twoNorms() throws {
    var network = TinyNetwork([3, 6, 5])
    network.convolution(10, 3)
    let start = network.last
    network.batchNorm()
    let first = network.last
    network.last = start
    network.convolution(10, 1, Convolution())
    network.batchNorm()
    network.then(.add, [first])
    network.classifier()
    try check(network)
  }

  @Test("a value that three readers use, one of them twice")
  func sharing() throws {
    var network = TinyNetwork([2, 4, 4])
    network.convolution(6, 3)
    let shared = network.last
    network.then(.add, [shared])
    network.then(.activation(.relu6))
    network.then(.add, [shared])
    network.classifier()
    try check(network)
  }

  @Test("LSQ on weights and activations", arguments: [QuantSpec.Granularity.tensor, .channel])
  func quantizers(granularity: QuantSpec.Granularity) throws {
    for bits in [2, 4, 8] {
      var network = TinyNetwork([3, 6, 6])
      network.last = network.quantize(
        network.last, lsq(bits, .signed, .tensor, .activation), channels: 1)
      network.convolution(9, 3, quantized: lsq(bits, .signed, granularity, .weight))
      network.batchNorm()
      network.then(.activation(.relu))
      network.last = network.quantize(
        network.last, lsq(bits, .unsigned, .tensor, .activation), channels: 1)
      network.convolution(4, 3, quantized: lsq(bits, .signed, granularity, .weight))
      network.classifier()
      try check(network, batch: 2)
    }
  }

  /// Its scale's gradient comes from the convolutions that read it, where they are dense.
  @Test("a quantizer of the images with several readers", arguments: [1, 4])
  func quantizedImages(groups: Int) throws {
    for (isPooled, hasBias) in [(false, false), (false, true), (true, false)] {
      var network = TinyNetwork([4, 9, 8])
      let images = network.quantize(
        network.last, lsq(4, .signed, .tensor, .activation), channels: 1)
      network.last = images
      network.convolution(12, 5, Convolution(stride: 2, padding: Padding(2)), hasBias: hasBias)
      let first = network.last
      network.last = images
      if isPooled {
        network.then(.pool(Pool(.average, window: 3, stride: 2, padding: 1)))
        network.convolution(12, 1, Convolution())
      } else {
        network.convolution(
          12, 3, Convolution(stride: 2, padding: Padding(1), groups: groups),
          quantized: lsq(4, .signed, .channel, .weight))
      }
      network.then(.add, [first])
      network.batchNorm()
      network.then(.activation(.relu))
      network.classifier()
      try check(network, batch: 2)
    }
  }

  @Test("what is done to weights before quantizing", arguments: WeightTransform.allCases)
  func weightTransforms(transform: WeightTransform) throws {
    for isQuantized in [false, true] {
      var network = TinyNetwork([3, 6, 6])
      let input = network.last
      let weight = network.parameter("weight", [9, 3, 3, 3], .weight)
      network.then(.weightTransform(transform), from: weight)
      if isQuantized {
        network.last = network.quantize(
          network.last, lsq(4, .signed, .channel, .weight), channels: 9)
      }
      let operand = network.last
      network.then(.convolution(Convolution(padding: Padding(1))), [operand], from: input)
      network.batchNorm()
      network.then(.activation(.relu))
      network.classifier()
      try check(network)
    }
  }

  /// What the quantizer behind computes itself, forward and backward.
  @Test(
    "a quantizer of values that are not in memory", arguments: [nil, Activation.relu, .relu6],
    [11, 16])
  func computedSources(activation: Activation?, channels: Int) throws {
    for (hasNorm, hasAddition) in [(true, false), (true, true), (false, true), (false, false)] {
      var network = TinyNetwork([3, 7, 6])
      network.convolution(channels, 3)
      let shortcut = network.last
      network.convolution(channels, 3, hasBias: !hasNorm)
      if hasNorm { network.batchNorm() }
      if hasAddition { network.then(.add, [shortcut]) }
      if let activation { network.then(.activation(activation)) }
      let sign: QuantSpec.Sign = activation == nil ? .signed : .unsigned
      network.last = network.quantize(
        network.last, lsq(4, sign, .tensor, .activation), channels: 1)
      network.convolution(4, 3)
      network.classifier()
      try check(network, batch: 2)
      try check(network, batch: 2, isNormFrozen: true)
    }
  }

  /// The quantizer's step adds up what all readers contribute, unless one comes before it.
  @Test(
    "a quantizer of values that others read too", arguments: [nil, Activation.relu, .relu6],
    [1, 2, 3])
  func sharedSources(activation: Activation?, others: Int) throws {
    for (hasNorm, hasAddition) in [(true, false), (true, true), (false, true), (false, false)] {
      for isFirst in [true, false] {
        var network = TinyNetwork([3, 6, 5])
        network.convolution(11, 3)
        let shortcut = network.last
        network.convolution(11, 3, hasBias: !hasNorm)
        if hasNorm { network.batchNorm() }
        if hasAddition { network.then(.add, [shortcut]) }
        if let activation { network.then(.activation(activation)) }
        let shared = network.last
        if !isFirst { network.convolution(11, 1, Convolution()) }
        let before = network.last
        let sign: QuantSpec.Sign = activation == nil ? .signed : .unsigned
        network.last = network.quantize(shared, lsq(4, sign, .tensor, .activation), channels: 1)
        network.convolution(11, 3)
        for _ in 0..<others { network.then(.add, [shared]) }
        if !isFirst { network.then(.add, [before]) }
        network.classifier()
        try check(network, batch: 2)
        try check(network, batch: 2, isNormFrozen: true)
      }
    }
  }

  @Test(
    "a weight that is read quantized and as it is", arguments: QuantSpec.Granularity.allCases,
    [1, 2])
  func sharedWeight(granularity: QuantSpec.Granularity, others: Int) throws {
    var network = TinyNetwork([11, 6, 5])
    let input = network.last
    let weight = network.parameter("weight", [11, 11, 3, 3], .weight)
    let quantized = network.quantize(
      weight, lsq(4, .signed, granularity, .weight), channels: 11)
    let convolution = Op.convolution(Convolution(padding: Padding(1)))
    network.then(convolution, [quantized], from: input)
    for _ in 0..<others { network.then(convolution, [weight]) }
    network.classifier()
    let names = network.graph.stateEntries.filter { $0.role == .weight }.map(\.name)
    try check(network, batch: 2)
    #expect(try trained(network).filter { names.contains($0) }.sorted() == names.sorted())
  }

  /// The names of the tensors that a plan trains.
  private func trained(_ network: TinyNetwork) throws -> [String] {
    let state = state(network.graph)
    return try ComputeThread.run { () throws in
      let store = try ParameterStore(graph: network.graph, state: state)
      let plan = try Plan(
        network.graph, store: store, batch: 1, mode: .train(labelSmoothing: 0),
        rules: QuantizerCatalog.rules)
      return plan.trainables.map(\.entry.name)
    }
  }

  @Test("batch norm with statistics of each part of the batch", arguments: [2, 4])
  func shards(shards: Int) throws {
    for isQuantized in [false, true] {
      var network = TinyNetwork([3, 5, 6])
      network.convolution(19, 3)
      network.batchNorm(shards: shards)
      network.then(.activation(.relu))
      if isQuantized {
        network.last = network.quantize(
          network.last, lsq(4, .unsigned, .tensor, .activation), channels: 1)
      }
      network.convolution(4, 3)
      network.classifier()
      try check(network, batch: 4)
    }
  }

  @Test("a batch that the parts do not divide is an error")
  func indivisibleShards() throws {
    var network = TinyNetwork([3, 5, 6])
    network.convolution(4, 3)
    network.batchNorm(shards: 2)
    network.classifier()
    #expect(throws: EngineError.shards(node: "node7", shards: 2, batch: 3)) {
      try check(network, batch: 3)
    }
  }

  /// Strategies 1, 2 and 3; the quantized weight of all of them depends on the fold factor.
  @Test(
    "folding into weight and bias, with running statistics and with those of the batch",
    arguments: [false, true], [false, true])
  func foldedTraining(measuresBatch: Bool, foldsBatch: Bool) throws {
    guard measuresBatch || !foldsBatch else { return }
    for (groups, hasBias, isQuantized) in [(1, false, true), (1, true, false), (11, true, true)] {
      var network = TinyNetwork([11, 5, 6])
      network.convolution(
        11, 3, Convolution(padding: Padding(1), groups: groups), hasBias: hasBias)
      network.batchNorm()
      network.then(.activation(.relu))
      network.classifier()
      let training = FoldedTraining(measuresBatch: measuresBatch, foldsBatch: foldsBatch)
      network.graph = training.folded(network.graph)
      #expect(network.graph.nodes.contains { $0.op.label == "fold bias" })
      if isQuantized {
        let layer = try #require(network.graph.convolutions.last)
        let weight = network.graph.unquantizedWeight(of: layer)
        network.graph = try network.graph.inserting([
          QuantizerPoint(
            name: "quantizer", value: weight.value, readers: [weight.reader],
            quantizer: lsq(4, .signed, .channel, .weight))
        ])
      }
      try check(network)
      try check(network, isNormFrozen: true)
    }
  }

  @Test("the folding of strategy 4: a scaled, quantized weight, divided out before batch norm")
  func torchFold() throws {
    for granularity in QuantSpec.Granularity.allCases {
      var network = TinyNetwork([3, 5, 6])
      let channels = 11
      let input = network.last
      let weight = network.parameter("weight", [channels, 3, 3, 3], .weight)
      let gamma = network.parameter("gamma", [channels], .normScale)
      let beta = network.parameter("beta", [channels], .normShift)
      let mean = network.buffer("mean", [channels], .runningMean)
      let variance = network.buffer("variance", [channels], .runningVariance)
      network.then(.foldFactor(epsilon: 1e-5), [variance], from: gamma)
      let factor = network.last
      network.then(.scaleChannels(ChannelScale()), [factor], from: weight)
      let quantized = network.quantize(
        network.last, lsq(4, .signed, granularity, .weight), channels: channels)
      network.then(.convolution(Convolution(padding: Padding(1))), [quantized], from: input)
      network.then(.scaleChannels(ChannelScale(isInverse: true)), [factor])
      network.then(.batchNorm(BatchNorm()), [gamma, beta, mean, variance])
      network.then(.activation(.relu))
      network.classifier()
      try check(network)
    }
  }
}

extension Graph {
  fileprivate var convolutions: [NodeID] {
    ids.filter { if case .convolution = self[$0].op { true } else { false } }
  }
}

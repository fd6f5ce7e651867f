import Testing

@testable import QuantRuntime

/// Plans give the bits of the plain loops, over full ranges and odd shapes.
@Suite("Integer plans")
struct IntegerPlanTests {
  /// Every value of a network, by plan and by reference.
  private func compare(
    _ network: IntegerNetwork, batch: Int, images: [Float], _ comment: Comment
  ) throws {
    try ComputeThread.run {
      let plan = try IntegerPlan(
        network, batch: batch, keeping: Set(network.nodes.indices))
      _ = plan.images.update(fromContentsOf: images)
      // Twice, so that what a pass leaves behind would show.
      try plan.forward()
      try plan.forward()
      let reference = IntegerReference(network, batch: batch)
      reference.run(images)
      for (index, node) in network.nodes.enumerated() {
        switch node.type {
        case .codes:
          #expect(plan.codes(of: index) == reference.codes(index), "\(comment), \(node.op.name)")
        case .real:
          let pairs = zip(plan.reals(of: index), reference.reals(index))
          #expect(
            pairs.allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN },
            "\(comment), \(node.op.name)")
        case .sums: break
        }
      }
      #expect(plan.logits.map(\.bitPattern) == reference.logits.map(\.bitPattern), comment)
    }
  }

  @Test("Layers of all shapes", arguments: 0..<120)
  func layers(seed: Int) throws {
    var maker = RandomIntegerNetwork(seed: UInt64(seed))
    let arithmetic = Requantization.allCases[seed % 3]
    let isDepthwise = maker.isOne(of: 3)
    let channels = maker.pick([1, 3, 4, 5, 16, 17, 24, 40, 66])
    let groups =
      isDepthwise ? channels : channels % 2 == 0 && maker.isOne(of: 3) ? 2 : 1
    let window = maker.pick([1, 1, 2, 3, 3, 5, 7])
    let outputs = isDepthwise ? channels : groups * maker.pick([1, 3, 12, 16, 20, 33])
    func edge() -> Int { maker.below(window) }
    let form = RandomIntegerNetwork.Form(
      outputs: outputs, window: window, stride: 1 + maker.below(3),
      padding: Padding(top: edge(), left: edge(), bottom: edge(), right: edge()), groups: groups,
      hasWeightZeros: maker.isOne(of: 3))
    let extent = { (maker: inout RandomIntegerNetwork) in
      max(window, maker.pick([1, 2, 5, 7, 9, 17]))
    }
    let shape: Shape = [channels, extent(&maker), extent(&maker)]
    let input = maker.input(shape)
    let residual = maker.isOne(of: 3) ? maker.layer(input, form, .floatScale) : nil
    let isReal = residual == nil && maker.isOne(of: 4)
    maker.end(maker.layer(input, form, arithmetic, residual: residual, isReal: isReal))
    let batch = maker.pick([1, 3])
    try compare(
      maker.network, batch: batch, images: maker.images(batch * shape.count),
      "seed \(seed): \(shape), \(form), \(arithmetic)")
  }

  @Test("Chains of everything else", arguments: 0..<30)
  func chains(seed: Int) throws {
    var maker = RandomIntegerNetwork(seed: UInt64(1000 + seed))
    let arithmetic = Requantization.allCases[seed % 3]
    let shape: Shape = [maker.pick([3, 8, 20]), maker.pick([6, 9]), maker.pick([7, 16])]
    let input = maker.input(shape)
    let form = RandomIntegerNetwork.Form(
      outputs: shape[0], window: 3, stride: 1, padding: Padding(1), groups: 1,
      hasWeightZeros: false)
    let branch = maker.layer(input, form, arithmetic)
    let sum = maker.add(input, branch, arithmetic)
    let clipped = maker.clip(maker.requantize(sum, arithmetic))
    let pool = Pool(.max, window: 3, stride: 2, padding: 1)
    let half = pool.outputShape(input: shape)
    let pooled = maker.append(.maxPool(pool), [clipped], maker.nodes[clipped].type, half)
    let shortcut = PaddedShortcut(stride: 2, before: 2, channels: 2 * shape[0] + 4)
    let short = maker.append(
      .paddedShortcut(shortcut), [clipped], maker.nodes[clipped].type,
      shortcut.outputShape(input: shape))
    let joined = maker.append(
      .concatenate, [pooled, short], maker.nodes[pooled].type,
      [half[0] + shortcut.channels, half[1], half[2]])
    var last = form
    last.stride = 2
    maker.end(maker.layer(joined, last, arithmetic))
    try compare(
      maker.network, batch: 2, images: maker.images(2 * shape.count), "seed \(seed), \(arithmetic)")
  }

  @Test("What a backend keeps in float", arguments: 0..<12)
  func floats(seed: Int) throws {
    var maker = RandomIntegerNetwork(seed: UInt64(2000 + seed))
    let shape: Shape = [maker.pick([3, 18]), 8, 9]
    let input = maker.input(shape)
    let form = RandomIntegerNetwork.Form(
      outputs: shape[0], window: 3, stride: 1, padding: Padding(1), groups: 1,
      hasWeightZeros: seed % 2 == 0)
    let layer = maker.layer(input, form, .floatScale, isReal: true)
    let real = maker.append(.dequantize, [input], .real, shape)
    let sum = maker.append(.realAdd(maker.pick([nil, .relu])), [layer, real], .real, shape)
    let active = maker.append(.realActivation(.relu6), [sum], .real, shape)
    let most = Pool(.max, window: 2, stride: 2)
    let mean = Pool(.average, window: 3, stride: 2, padding: 1)
    let a = maker.append(.maxPool(most), [active], .real, most.outputShape(input: shape))
    let b = maker.append(
      .realAveragePool(mean), [active], .real, mean.outputShape(input: shape))
    let shortcut = PaddedShortcut(stride: 1, before: 1, channels: shape[0] + 3)
    let c = maker.append(
      .paddedShortcut(shortcut), [a], .real, shortcut.outputShape(input: maker.nodes[a].shape))
    let map = maker.map()
    maker.append(.quantize(within: map.grid), [b], .codes(map), maker.nodes[b].shape)
    let joined = maker.append(
      .concatenate, [a, c], .real,
      [shape[0] + shortcut.channels, maker.nodes[a].shape[1], maker.nodes[a].shape[2]])
    maker.end(joined)
    let images = maker.images(shape.count).map { $0.isFinite ? $0 : 1 }
    try compare(maker.network, batch: 1, images: images, "seed \(seed)")
  }

  @Test("A layer behind sums, and extreme codes")
  func sums() throws {
    var maker = RandomIntegerNetwork(seed: 5)
    let map = CodeMap(lowest: 0, highest: 255, scale: 0.1, zeroPoint: 0)
    let images = maker.append(.input, [], .real, [300, 7, 7])
    let codes = maker.append(.quantize(within: map.grid), [images], .codes(map), [300, 7, 7])
    let sum = maker.append(.globalSum, [codes], .sums(scale: 0.1 / 49), [300, 1, 1])
    let layer = IntegerConvolution(
      weightShape: [270, 300, 1, 1], weights: Array(repeating: -128, count: 270 * 300),
      weightZeros: Array(repeating: 127, count: 270), bias: Array(repeating: 12345, count: 270),
      stride: 1, padding: Padding(0), groups: 1,
      finish: .real(scales: Array(repeating: 1e-6, count: 270), nil))
    maker.append(.convolution(layer), [sum], .real, [270, 1, 1])
    // Sums of 300 * 49 * 255 * 255 are far beyond 32 bits.
    try compare(
      maker.network, batch: 2, images: Array(repeating: 1e9, count: 2 * 300 * 49), "largest")
  }

  @Test("Sums that may leave 32 bits are refused")
  func overflow() throws {
    var maker = RandomIntegerNetwork(seed: 6)
    let map = CodeMap(lowest: 0, highest: 255, scale: 1, zeroPoint: 0)
    let images = maker.append(.input, [], .real, [70_000, 1, 1])
    let codes = maker.append(.quantize(within: map.grid), [images], .codes(map), [70_000, 1, 1])
    let layer = IntegerConvolution(
      weightShape: [1, 70_000, 1, 1], weights: Array(repeating: -128, count: 70_000),
      weightZeros: [0], bias: [0], stride: 1, padding: Padding(0), groups: 1,
      finish: .real(scales: [1], nil))
    let last = maker.append(.convolution(layer), [codes], .real, [1, 1, 1])
    #expect(throws: IntegerError.overflow(node: "node\(last)", bits: 33)) {
      try ComputeThread.run { _ = try IntegerPlan(maker.network, batch: 1) }
    }
  }
}

extension IntegerOp {
  fileprivate var name: String { String("\(self)".prefix { $0 != "(" }) }
}

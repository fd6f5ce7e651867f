extension Graph {
  /// Checks a graph that comes from a file: numbers in ranges in which no later arithmetic on them
  /// can overflow or divide by zero, then the rules of the representation.
  ///
  /// - Throws: `ModelFileError.limit`, `GraphError`.
  func checkLimits() throws {
    func require(_ condition: Bool, _ node: Node, _ rule: String) throws {
      guard condition else { throw ModelFileError.limit(node: node.name, rule: rule) }
    }
    guard let first = nodes.first else { throw ModelFileError.description }
    try require(nodes.count <= 10_000, first, "is one of more than 10,000")
    try require(
      nodes.count { if case .input = $0.op { true } else { false } } == 1, first,
      "is in a graph without exactly one input")
    for node in nodes {
      try require(node.op.isInRange, node, "has a number outside its range")
      guard case .fakeQuant(let quantizer) = node.op else { continue }
      guard let rule = QuantizerCatalog.rules[quantizer.algorithm] else {
        throw QuantizeError.unknownQuantizer(
          name: quantizer.algorithm, known: QuantizerCatalog.names)
      }
      try require(
        node.inputs.count == 1 + rule.numberNames(for: quantizer).count, node,
        "has not the tensors of its algorithm")
    }
    for (node, type) in zip(nodes, try types()) {
      try require(type.shape.count <= 1 << 31, node, "has more than 2^31 elements")
    }
    try require(try types()[output.index].isBatched, self[output], "is no network's output")
  }
}

extension Op {
  /// Whether every number of the op is one that a network can have.
  fileprivate var isInRange: Bool {
    switch self {
    case .input(let shape): shape.rank == 3 && shape.isInRange
    case .parameter(let entry), .buffer(let entry): entry.shape.isInRange
    case .convolution(let convolution):
      (1...64).contains(convolution.stride) && (1...65_536).contains(convolution.groups)
        && [
          convolution.padding.top, convolution.padding.left, convolution.padding.bottom,
          convolution.padding.right,
        ].allSatisfy { (0...64).contains($0) }
    case .pool(let pool):
      (1...16_384).contains(pool.window) && (1...16_384).contains(pool.stride)
        && (0...64).contains(pool.padding) && pool.padding < pool.window
    case .batchNorm(let norm):
      norm.epsilon > 0 && norm.epsilon <= 1 && (0...1).contains(norm.momentum)
        && (1...65_536).contains(norm.shards)
    case .randomChoice(let rate): rate >= 0 && rate <= 1
    case .dropout(let rate): rate >= 0 && rate < 1
    case .paddedShortcut(let shortcut):
      (1...64).contains(shortcut.stride) && (0...65_536).contains(shortcut.before)
        && (1...1 << 20).contains(shortcut.channels)
    case .foldFactor(let epsilon), .foldBias(let epsilon), .deviationRatio(let epsilon):
      epsilon > 0 && epsilon <= 1
    case .moments(let momentum): (0...1).contains(momentum)
    case .fakeQuant(let quantizer): IntegerGrid.bitRange.contains(quantizer.spec.bits)
    case .linear, .activation, .add, .concatenate, .globalAveragePool, .flatten, .scaleChannels,
      .weightTransform:
      true
    }
  }
}

extension Shape {
  fileprivate var isInRange: Bool {
    // Extents of 2^20 and the growth by padding keep any product below 2^63 for rank 3; the state of
    // a file bounds the product of a parameter.
    rank <= 4 && dimensions.allSatisfy { (1...1 << 20).contains($0) }
      && dimensions.reduce(1.0) { $0 * Double($1) } <= 0x1p40
  }
}

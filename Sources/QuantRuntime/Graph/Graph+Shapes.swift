/// What flows along an edge: whether there is one for each image of the batch, and its extents
/// without the batch.
public struct ValueType: Hashable, Sendable {
  public var isBatched: Bool
  public var shape: Shape

  public init(isBatched: Bool, shape: Shape) {
    self.isBatched = isBatched
    self.shape = shape
  }
}

extension Graph {
  /// The type of every node's result, after checking the whole graph.
  ///
  /// - Throws: `GraphError` for the first node, in order, that breaks a rule.
  public func types() throws(GraphError) -> [ValueType] {
    try checkStructure()
    var types: [ValueType] = []
    for node in nodes {
      types.append(try node.type(of: node.inputs.map { types[$0.index] }))
    }
    return types
  }

  private func checkStructure() throws(GraphError) {
    var names = Set<String>()
    var state: [String: StateEntry] = [:]
    for (index, node) in nodes.enumerated() {
      guard names.insert(node.name).inserted else { throw .duplicateName(node.name) }
      guard node.inputs.allSatisfy({ $0.index >= 0 && $0.index < index }) else {
        throw .order(node: node.name)
      }
      if let entry = node.op.stateEntry {
        guard state[entry.name, default: entry] == entry else {
          throw .stateConflict(name: entry.name)
        }
        state[entry.name] = entry
      }
    }
    guard nodes.indices.contains(output.index) else { throw .order(node: "output") }
  }
}

extension Op {
  /// The state tensor that the node stands for, if it stands for one.
  public var stateEntry: StateEntry? {
    switch self {
    case .parameter(let entry), .buffer(let entry): entry
    default: nil
    }
  }

  /// The word for the op in listings and messages.
  public var label: String {
    switch self {
    case .input: "input"
    case .parameter: "parameter"
    case .buffer: "buffer"
    case .convolution: "convolution"
    case .linear: "linear"
    case .batchNorm: "batch norm"
    case .activation(let kind): kind.rawValue
    case .add: "add"
    case .concatenate: "concatenate"
    case .pool(let pool): "\(pool.kind.rawValue) pool"
    case .globalAveragePool: "global average pool"
    case .flatten: "flatten"
    case .dropout: "dropout"
    case .randomChoice: "random choice"
    case .paddedShortcut: "padded shortcut"
    case .fakeQuant: "fake quant"
    case .weightTransform(let transform): transform.rawValue.replacing("_", with: " ")
    case .moments: "moments"
    case .foldFactor: "fold factor"
    case .foldBias: "fold bias"
    case .deviationRatio: "deviation ratio"
    case .scaleChannels(let scale): scale.isInverse ? "unscale channels" : "scale channels"
    }
  }

  fileprivate var operandCount: ClosedRange<Int> {
    switch self {
    case .input, .parameter, .buffer: 0...0
    case .convolution, .linear: 2...3
    case .batchNorm: 5...5
    case .activation, .pool, .globalAveragePool, .flatten, .dropout, .paddedShortcut,
      .weightTransform:
      1...1
    case .add, .randomChoice, .foldFactor, .deviationRatio, .scaleChannels: 2...2
    case .moments: 2...3
    case .foldBias: 3...4
    case .fakeQuant: 1...8
    case .concatenate: 1...256
    }
  }
}

extension Node {
  /// The type of the result for operands of the given types.
  ///
  /// - Throws: `GraphError`.
  func type(of operands: [ValueType]) throws(GraphError) -> ValueType {
    guard op.operandCount.contains(operands.count) else {
      throw .operandCount(
        node: name, op: op.label, expected: op.operandCount, found: operands.count)
    }
    let shapes = operands.map(\.shape)
    func require(_ condition: Bool, _ rule: String) throws(GraphError) {
      guard condition else { throw .shape(node: name, op: op.label, found: shapes, rule: rule) }
    }
    switch op {
    case .input(let shape):
      return ValueType(isBatched: true, shape: shape)
    case .parameter(let entry), .buffer(let entry):
      return ValueType(isBatched: false, shape: entry.shape)
    case .convolution(let convolution):
      try require(operands[0].isBatched && shapes[0].rank == 3, "needs an input [C, H, W]")
      try require(shapes[1].rank == 4, "needs a weight [O, I, KH, KW]")
      let result = convolution.outputShape(input: shapes[0], weight: shapes[1])
      try require(
        shapes[0][0] == shapes[1][1] * convolution.groups && shapes[1][0] % convolution.groups == 0,
        "needs weights for \(shapes[0][0]) input channels in \(convolution.groups) groups")
      try require(shapes.count < 3 || shapes[2] == [shapes[1][0]], "needs a bias [O]")
      try require(result.dimensions.allSatisfy { $0 > 0 }, "has a window larger than its input")
      return ValueType(isBatched: true, shape: result)
    case .linear:
      try require(operands[0].isBatched && shapes[0].rank == 1, "needs an input [F]")
      try require(shapes[1].rank == 2 && shapes[1][1] == shapes[0][0], "needs a weight [O, F]")
      try require(shapes.count < 3 || shapes[2] == [shapes[1][0]], "needs a bias [O]")
      return ValueType(isBatched: true, shape: [shapes[1][0]])
    case .batchNorm:
      try require(operands[0].isBatched && shapes[0].rank == 3, "needs an input [C, H, W]")
      try require(
        shapes[1...].allSatisfy { $0 == [shapes[0][0]] }, "needs four vectors of its channels")
      return operands[0]
    case .activation:
      return operands[0]
    case .add, .randomChoice:
      try require(operands[0] == operands[1], "needs two operands of one shape")
      return operands[0]
    case .concatenate:
      return try concatenation(of: operands)
    case .pool(let pool):
      try require(operands[0].isBatched && shapes[0].rank == 3, "needs an input [C, H, W]")
      let result = pool.outputShape(input: shapes[0])
      try require(result.dimensions.allSatisfy { $0 > 0 }, "has a window larger than its input")
      return ValueType(isBatched: true, shape: result)
    case .globalAveragePool:
      try require(operands[0].isBatched && shapes[0].rank == 3, "needs an input [C, H, W]")
      return ValueType(isBatched: true, shape: [shapes[0][0], 1, 1])
    case .flatten:
      try require(operands[0].isBatched, "needs one value for each image")
      return ValueType(isBatched: true, shape: [shapes[0].count])
    case .dropout:
      try require(operands[0].isBatched, "needs one value for each image")
      return operands[0]
    case .paddedShortcut(let shortcut):
      try require(operands[0].isBatched && shapes[0].rank == 3, "needs an input [C, H, W]")
      try require(
        shapes[0][0] + shortcut.before <= shortcut.channels,
        "has room for \(shortcut.channels) channels with \(shortcut.before) zeros before")
      return ValueType(isBatched: true, shape: shortcut.outputShape(input: shapes[0]))
    case .fakeQuant(let quantizer):
      let perChannel = quantizer.spec.granularity == .channel
      try require(!perChannel || shapes[0].rank > 0, "needs a channel axis")
      let expected: Shape = perChannel ? [shapes[0][0]] : [1]
      try require(
        shapes[1...].allSatisfy { $0 == expected }, "needs learned tensors of shape \(expected)")
      return operands[0]
    case .weightTransform:
      try require(!operands[0].isBatched, "needs a weight, not a value of each image")
      return operands[0]
    case .moments, .foldFactor, .foldBias, .deviationRatio:
      return try foldType(of: operands)
    case .scaleChannels:
      try require(
        shapes[0].rank > 0 && shapes[1] == [shapes[0][0]], "needs one factor for each channel")
      return operands[0]
    }
  }
}

extension Node {
  /// Of the ops on one number a channel that fold batch norm.
  private func foldType(of operands: [ValueType]) throws(GraphError) -> ValueType {
    let shapes = operands.map(\.shape)
    let channels = shapes[0].rank == 1 ? shapes[0][0] : 0
    let (vector, moments): (Shape, Shape) = ([channels], [2, channels])
    let isValid =
      switch op {
      case .moments:
        shapes[1] == vector
          && (shapes.count < 3
            || operands[2].isBatched && shapes[2].rank == 3 && shapes[2][0] == channels)
      case .foldFactor: shapes[1] == vector || shapes[1] == moments
      case .foldBias:
        shapes[1] == vector && shapes[2] == moments && (shapes.count < 4 || shapes[3] == vector)
      default: shapes[1] == moments
      }
    guard channels > 0, isValid else {
      throw .shape(
        node: name, op: op.label, found: shapes, rule: "needs numbers for the same channels")
    }
    let result = if case .moments = op { moments } else { vector }
    return ValueType(isBatched: false, shape: result)
  }

  private func concatenation(of operands: [ValueType]) throws(GraphError) -> ValueType {
    let shapes = operands.map(\.shape)
    let first = shapes[0]
    guard operands.allSatisfy({ $0.isBatched && $0.shape.rank == 3 }),
      shapes.allSatisfy({ $0.dimensions[1...] == first.dimensions[1...] })
    else {
      throw .shape(
        node: name, op: op.label, found: shapes,
        rule: "needs inputs [C, H, W] of one height and width")
    }
    return ValueType(
      isBatched: true, shape: [shapes.reduce(0) { $0 + $1[0] }, first[1], first[2]])
  }
}

extension Convolution {
  /// `[O, OH, OW]` for an input `[C, H, W]` and a weight `[O, I, KH, KW]`; extents can be
  /// non-positive when the window does not fit.
  public func outputShape(input: Shape, weight: Shape) -> Shape {
    let height = input[1] + padding.top + padding.bottom - weight[2]
    let width = input[2] + padding.left + padding.right - weight[3]
    return [weight[0], floorDivide(height, stride) + 1, floorDivide(width, stride) + 1]
  }
}

extension Pool {
  /// `[C, OH, OW]` for an input `[C, H, W]`.
  public func outputShape(input: Shape) -> Shape {
    let height = input[1] + 2 * padding - window
    let width = input[2] + 2 * padding - window
    return [input[0], floorDivide(height, stride) + 1, floorDivide(width, stride) + 1]
  }
}

extension PaddedShortcut {
  /// `[channels, OH, OW]` for an input `[C, H, W]`.
  public func outputShape(input: Shape) -> Shape {
    [channels, (input[1] + stride - 1) / stride, (input[2] + stride - 1) / stride]
  }
}

/// Division that rounds towards minus infinity, so that a window one too large gives extent 0.
private func floorDivide(_ a: Int, _ b: Int) -> Int {
  a >= 0 ? a / b : -((-a + b - 1) / b)
}

import ONNXProto

/// The operators that are read, by name.
enum ONNXOperators {
  /// Appends what a node of the file does.
  typealias Reading = @Sendable (ONNXNode, inout ONNXImport) throws -> Void

  static let all: [String: Reading] = [
    "Add": addition, "AveragePool": averagePool, "BatchNormalization": batchNormalization,
    "Clip": clip, "Concat": concat, "Constant": constant, "Conv": convolution,
    "Dropout": pass, "Flatten": flatten, "Gemm": gemm, "GlobalAveragePool": globalAveragePool,
    "Identity": identity, "MatMul": matMul, "MaxPool": maxPool, "Pad": pad,
    "ReduceMean": reduceMean, "Relu": relu, "Reshape": reshape, "Slice": slice,
  ]

  private static let constant: Reading = { node, into in
    into.define(node, constant: try node.constant())
  }

  /// Does nothing in inference.
  private static let pass: Reading = { node, into in into.define(node, try into.value(node, 0)) }

  private static let identity: Reading = { node, into in
    if let name = node.input(0), let tensor = into.constants[name] {
      into.define(node, constant: tensor)
    } else {
      try pass(node, &into)
    }
  }

  private static let relu: Reading = { node, into in
    try into.append(.activation(.relu), [into.value(node, 0)], for: node)
  }

  /// The ends are attributes before opset 11 and operands from then on.
  static let clip: Reading = { node, into in
    let low = try into.scalar(node, 1) ?? node.float("min", default: -.infinity)
    let high = try into.scalar(node, 2) ?? node.float("max", default: .infinity)
    let x = try into.value(node, 0)
    let kind: Activation
    switch (low, high) {
    case (0, 6): kind = .relu6
    case (0, .greatestFiniteMagnitude...): kind = .relu
    default: throw node.failure("clips to \(low)...\(high); only 0...6 and 0... are read")
    }
    try into.append(.activation(kind), [x], for: node)
  }

  static let addition: Reading = { node, into in
    try into.append(.add, [into.value(node, 0), into.value(node, 1)], for: node)
  }

  private static let concat: Reading = { node, into in
    let axis = try node.int("axis", default: 0)
    try node.require(axis == 1 || axis == -3, "joins along axis \(axis); only channels are read")
    let parts = try node.proto.input.indices.map { try into.value(node, $0) }
    try into.append(.concatenate, parts, for: node)
  }

  // MARK: - Batch norm and linear layers

  private static let batchNormalization: Reading = { node, into in
    try node.require(try node.int("training_mode", default: 0) == 0, "is in training mode")
    let epsilon = decimal(try node.float("epsilon", default: 1e-5))
    let momentum = 1 - decimal(try node.float("momentum", default: 0.9))
    let x = try into.value(node, 0)
    let module = into.module(for: node, weight: 1)
    let parts: [(String, StateEntry.Role)] = [
      ("weight", .normScale), ("bias", .normShift), ("running_mean", .runningMean),
      ("running_var", .runningVariance),
    ]
    var operands = [x]
    for (index, part) in parts.enumerated() {
      operands.append(
        try into.parameter(module, part.0, into.tensor(node, index + 1), part.1))
    }
    let norm = BatchNorm(epsilon: epsilon, momentum: (momentum * 1e9).rounded() / 1e9)
    into.define(node, try into.append(.batchNorm(norm), operands, name: module))
  }

  /// The number that was meant by a float32: 0.1, not 0.10000000149.
  private static func decimal(_ value: Float) -> Double { Double("\(value)") ?? Double(value) }

  private static let gemm: Reading = { node, into in
    try node.require(try node.int("transA", default: 0) == 0, "transposes its input")
    try node.require(
      try node.float("alpha", default: 1) == 1 && node.float("beta", default: 1) == 1,
      "has a factor 'alpha' or 'beta'")
    let weight = try into.tensor(node, 1)
    try node.require(weight.shape.rank == 2, "needs a weight of two axes")
    let isTransposed = try node.int("transB", default: 0) == 1
    let bias = node.input(2) == nil ? nil : try into.tensor(node, 2)
    try linear(node, isTransposed ? weight : weight.transposed(), bias, result: node, &into)
  }

  /// A product, with the addition of a bias behind it.
  private static let matMul: Reading = { node, into in
    let weight = try into.tensor(node, 1)
    try node.require(weight.shape.rank == 2, "needs a weight of two axes")
    guard let add = into.onlyReader(of: node, "Add"),
      let operand = [0, 1].first(where: {
        add.node.input($0).map { into.constants[$0] != nil } == true
      })
    else { return try linear(node, weight.transposed(), nil, result: node, &into) }
    into.takeOver(add.position)
    let bias = try into.tensor(add.node, operand)
    try linear(node, weight.transposed(), bias, result: add.node, &into)
  }

  /// - Parameters:
  ///   - weight: `[O, F]`.
  ///   - result: the node of the file that gives the result.
  private static func linear(
    _ node: ONNXNode, _ weight: Tensor, _ bias: Tensor?, result: ONNXNode, _ into: inout ONNXImport
  ) throws {
    let x = try into.value(node, 0)
    let module = into.module(for: node, weight: 1)
    var operands = [x, try into.parameter(module, "weight", weight, .weight)]
    if let bias {
      try node.require(bias.count == weight.shape[0], "needs one bias for each output")
      let flat = Tensor([bias.count], values: bias.values)
      operands.append(try into.parameter(module, "bias", flat, .bias))
    }
    into.define(result, try into.append(.linear, operands, name: module))
  }

  // MARK: - Shapes

  private static let flatten: Reading = { node, into in
    let x = try into.value(node, 0)
    let axis = try node.int("axis", default: 1)
    try node.require(
      axis == 1 || axis == -Int64(into.shape(of: x).rank), "keeps more axes than the batch")
    try into.append(.flatten, [x], for: node)
  }

  /// Only what `flatten` does: `[N, -1]`, or the number of features where -1 could stand.
  private static let reshape: Reading = { node, into in
    let x = try into.value(node, 0)
    let wanted = try into.constant(node, 1)?.integers() ?? []
    let count = Int64(into.shape(of: x).count)
    try node.require(
      wanted.count == 2
        && (wanted[1] == -1 || wanted[1] == count && wanted[0] != 1 || wanted == [1, count]),
      "makes another shape than [N, features]")
    try into.append(.flatten, [x], for: node)
  }

  static let globalAveragePool: Reading = { node, into in
    try into.append(.globalAveragePool, [into.value(node, 0)], for: node)
  }

  /// Only the mean over height and width. The axes are an attribute before opset 18.
  private static let reduceMean: Reading = { node, into in
    let x = try into.value(node, 0)
    let given = try into.constant(node, 1)?.integers().map { Int(clamping: $0) }
    let axes = Set((try given ?? node.ints("axes") ?? []).map { $0 < 0 ? $0 + 4 : $0 })
    try node.require(
      into.shape(of: x).rank == 3 && axes == [2, 3],
      "averages over other axes than height and width")
    guard try node.int("keepdims", default: 1) == 0 else {
      return try into.append(.globalAveragePool, [x], for: node)
    }
    let name = ONNXNames.module(of: node)
    try into.append(.globalAveragePool, [x], for: node, name: "\(name).mean")
    try into.append(.flatten, [into.result(of: node)], for: node, name: name)
  }
}

extension Tensor {
  /// Of two axes.
  fileprivate func transposed() -> Tensor {
    let (rows, columns) = (shape[0], shape[1])
    var result = values
    for row in 0..<rows {
      for column in 0..<columns { result[column * rows + row] = values[row * columns + column] }
    }
    return Tensor([columns, rows], values: result)
  }
}

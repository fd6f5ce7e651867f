import ONNXProto

/// Integer operators of files of our own when they are read back: as the float operators that they stand
/// for, with the numbers that their integers stand for.
extension ONNXOperators {
  static let integers = readingBack.merging([
    "QLinearConv": convolutionOfIntegers, "Clip": activation,
    "\(QLinearExport.domain).QLinearAdd": additionOfIntegers,
    "\(QLinearExport.domain).QLinearGlobalAveragePool": averageOfIntegers,
  ]) { $1 }

  /// x, its scale and zero point, weight, its scale and zero point, scale and zero point of the result,
  /// bias.
  private static let convolutionOfIntegers: Reading = { node, into in
    let (codes, scale, zero) = (
      try into.tensor(node, 3), try into.scalar(node, 4), try into.scalar(node, 5)
    )
    guard let xScale = try into.scalar(node, 1), let scale, let zero else {
      throw node.failure("needs scales and a zero point")
    }
    let weight = Tensor(codes.shape, values: codes.values.map { ($0 - zero) * scale })
    var operands = [node.proto.input[0], "\(node.name).weight"]
    into.define(operands[1], constant: .floats(operands[1], weight))
    if node.input(8) != nil {
      let bias = try into.tensor(node, 8)
      operands.append("\(node.name).integers")
      let values = bias.values.map { $0 * (scale * xScale) }
      into.define(operands[2], constant: .floats(operands[2], Tensor(bias.shape, values: values)))
    }
    try convolution(node.reading(operands, as: "Conv"), &into)
  }

  private static let additionOfIntegers: Reading = { node, into in
    try node.require(node.proto.input.count == 8, "needs eight operands")
    try addition(node.reading([node.proto.input[0], node.proto.input[3]], as: "Add"), &into)
  }

  private static let averageOfIntegers: Reading = { node, into in
    try globalAveragePool(
      node.reading(Array(node.proto.input.prefix(1)), as: "GlobalAveragePool"), &into)
  }
}

extension ONNXNode {
  /// The same node as another operator with other operands.
  fileprivate func reading(_ operands: [String], as type: String) -> ONNXNode {
    var other = proto
    other.opType = type
    other.input = operands
    return ONNXNode(other)
  }
}

import ONNXProto

/// Operators that only files of our own have when they are read back: quantizers of activations are
/// passed through, weights and biases become the numbers that layers see.
extension ONNXOperators {
  static let readingBack = all.merging([
    "QuantizeLinear": activation, "DequantizeLinear": dequantize, "Clip": clipBeforeQuantizer,
    "\(FakeQuantizeForm.domain).FakeQuantize": fakeQuantize,
  ]) { $1 }

  static let activation: Reading = { node, into in
    into.define(node, try into.value(node, 0))
  }

  private static let dequantize: Reading = { node, into in
    guard let codes = try? into.constant(node, 0) else { return try activation(node, &into) }
    let scales = try into.tensor(node, 1)
    let zeroPoints = node.input(2) == nil ? nil : try into.tensor(node, 2)
    let values = try codes.tensor()
    let channels = scales.count
    try node.require(
      scales.shape.rank == 0 && channels == 1
        || scales.shape == [values.shape.dimensions.first ?? 0],
      "needs one scale, or one for each channel of axis 0")
    try node.require(
      zeroPoints == nil || zeroPoints?.shape == scales.shape, "needs as many zero points as scales")
    if channels > 1 || scales.shape.rank == 1 {
      try node.require(try node.int("axis", default: 1) == 0, "has its scales along another axis")
    }
    let size = values.count / max(channels, 1)
    let result = values.values.indices.map { index in
      let channel = index / max(size, 1)
      return (values.values[index] - (zeroPoints?.values[channel] ?? 0)) * scales.values[channel]
    }
    into.define(node, constant: .floats(node.name, Tensor(values.shape, values: result)))
  }

  /// What keeps the ends of a grid; other nodes of this kind are activations.
  private static let clipBeforeQuantizer: Reading = { node, into in
    let read = node.name.hasSuffix(QuantizeLinearForm.clipSuffix) ? activation : clip
    try read(node, &into)
  }

  /// Of activations, or of weights that are on the grid already.
  private static let fakeQuantize: Reading = { node, into in
    guard let weight = try? into.tensor(node, 0) else { return try activation(node, &into) }
    let (low, high) = (try into.tensor(node, 1), try into.tensor(node, 2))
    let steps = Float(try node.int("levels", default: 0) - 1)
    try node.require(low.count == high.count && steps > 0, "needs two ends and its levels")
    let size = weight.count / max(low.count, 1)
    let isOnGrid = weight.values.indices.allSatisfy { index in
      let channel = index / max(size, 1)
      let (low, high) = (low.values[channel], high.values[channel])
      let level = (weight.values[index] - low) / (high - low) * steps
      return level > -0.01 && level < steps + 0.01 && abs(level - level.rounded()) < 0.01
    }
    try node.require(isOnGrid, "has a weight that is not on its grid")
    into.define(node, constant: .floats(node.name, weight))
  }
}

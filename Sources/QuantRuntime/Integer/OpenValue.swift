/// A layer or an addition whose accumulators have not been rounded yet.
struct OpenValue {
  enum Source {
    case layer(OpenLayer)
    /// Two nodes of codes.
    case sum(Int, Int)
  }

  var source: Source
  /// Codes that are added to a layer's accumulators.
  var residual: Int?
  var activation: Activation?
  /// Behind everything else, activation or not: the two can change places.
  var pool: Pool?
  /// Of the graph's node that opened it.
  var shape: Shape
}

/// A convolution or linear layer without its rounding.
struct OpenLayer {
  /// The node of its input: codes or sums.
  var input: Int
  var weight: LayerCodes
  /// `[O, I, KH, KW]`, a linear layer's too.
  var weightShape: Shape
  /// `[O]`, real.
  var bias: [Float]
  var convolution: Convolution
  var inputScale: Float

  /// `[O]`: what a step of an accumulator stands for, the float32 product of the two scales.
  var scales: [Float] { weight.scales.map { inputScale * $0 } }

  /// round(b / (s_x s_w)), halves to even, saturated at 32 bits (MQBench, section 3.1).
  var codedBias: [Int32] {
    zip(bias, scales).map { bias, scale in
      let value = (Double(bias) / Double(scale)).rounded(.toNearestOrEven)
      return Int32(min(max(value, Double(Int32.min)), Double(Int32.max)))
    }
  }

  func operation(_ finish: IntegerConvolution.Finish) -> IntegerConvolution {
    IntegerConvolution(
      weightShape: weightShape, weights: weight.codes, weightZeros: weight.zeros, bias: codedBias,
      stride: convolution.stride, padding: convolution.padding, groups: convolution.groups,
      finish: finish)
  }
}

extension IntegerLowering {
  /// A convolution, or a linear layer as a convolution whose window is its whole input.
  mutating func layer(_ id: NodeID) throws -> OpenValue {
    let node = graph[id]
    guard let weight = weights[id] else {
      throw IntegerError.floatLayer(node: node.name, operand: .weight)
    }
    guard case .done(let input) = try operand(node.inputs[0]) else {
      throw IntegerError.floatLayer(node: node.name, operand: .input)
    }
    let inputScale: Float
    switch nodes[input].type {
    case .codes(let map): inputScale = map.scale
    case .sums(let scale): inputScale = scale
    case .real: throw IntegerError.floatLayer(node: node.name, operand: .input)
    }
    var weightShape = weight.shape
    var form = Convolution()
    if case .convolution(let convolution) = node.op {
      form = convolution
    } else {
      weightShape = Shape([weight.shape[0]] + nodes[input].shape.dimensions)
    }
    let bias =
      node.inputs.count > 2
      ? try codes.network.tensor(node.inputs[2]).values
      : Array(repeating: 0, count: weightShape[0])
    let layer = OpenLayer(
      input: input, weight: weight, weightShape: weightShape, bias: bias, convolution: form,
      inputScale: inputScale)
    if node.inputs.count > 2, let entry = graph[node.inputs[2]].op.stateEntry {
      roundedBiases[entry.name] = zip(layer.codedBias, layer.scales).map { Float($0) * $1 }
    }
    let shape = types[id.index].shape
    return OpenValue(
      source: .layer(layer),
      shape: shape.rank == 1 ? [shape[0], 1, 1] : shape)
  }

  /// Closes an open value in float.
  mutating func finish(_ value: OpenValue, named name: String) throws -> Int {
    var result: Int
    switch value.source {
    case .layer(let layer):
      let isLast = value.residual == nil
      result = append(
        name: value.pool == nil && isLast ? name : "\(name).layer",
        .convolution(layer.operation(.real(scales: layer.scales, isLast ? value.activation : nil))),
        [layer.input], .real, value.shape)
      if let residual = value.residual {
        result = append(
          name: value.pool == nil ? name : "\(name).sum", .realAdd(value.activation),
          [result, dequantized(residual)], .real, value.shape)
      }
    case .sum(let a, let b):
      result = append(
        name: value.pool == nil ? name : "\(name).sum", .realAdd(value.activation),
        [dequantized(a), dequantized(b)], .real, value.shape)
    }
    guard let pool = value.pool else { return result }
    return append(
      name: name, .maxPool(pool), [result], .real, pool.outputShape(input: value.shape))
  }

  /// Closes an open value in the codes of the quantizer that reads it.
  mutating func finish(
    _ value: OpenValue, named name: String, _ map: CodeMap, within reach: ClosedRange<Int>
  ) throws -> Int {
    let range = map.range(reach, after: value.activation)
    let inner = value.pool == nil ? name : "\(name).values"
    let result: Int
    switch value.source {
    case .layer(let layer):
      let rescales = layer.scales.map { self.rescale($0, to: map) }
      let finish = IntegerConvolution.Finish.codes(
        rescales, residual: try residual(value.residual, layer, map), within: range)
      result = append(
        name: inner, .convolution(layer.operation(finish)),
        [layer.input] + [value.residual].compactMap(\.self), .codes(map), value.shape)
    case .sum(let a, let b):
      result = append(
        name: inner, .add(addition(a, b, map), within: range), [a, b], .codes(map), value.shape)
    }
    guard let pool = value.pool else { return result }
    return append(
      name: name, .maxPool(pool), [result], .codes(map), pool.outputShape(input: value.shape))
  }
}

extension CodeMap {
  /// The codes that an activation leaves of a range.
  func range(_ reach: ClosedRange<Int>, after activation: Activation?) -> ClosedRange<Int> {
    guard let activation else { return reach }
    let low = min(max(reach.lowerBound, zeroPoint), reach.upperBound)
    guard activation == .relu6 else { return low...reach.upperBound }
    return low...max(low, code(of: 6, within: reach))
  }
}

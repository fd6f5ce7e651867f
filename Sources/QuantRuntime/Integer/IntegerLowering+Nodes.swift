extension IntegerLowering {
  /// A quantizer of an activation: codes, whatever it reads.
  mutating func quantized(_ id: NodeID) throws -> Int {
    let (map, reach) = try codes.activation(id)
    let source = graph[id].inputs[0]
    if let value = try open(source) {
      return try finish(value, named: graph[id].name, map, within: reach)
    }
    let x = try finished(source)
    switch nodes[x].type {
    case .real: return append(id, .quantize(within: reach), [x], .codes(map))
    case .codes(let found) where found == map: return append(id, .clip(reach), [x], .codes(map))
    case .codes(let found):
      return append(
        id, .requantize(rescale(found.scale, to: map), within: reach), [x], .codes(map))
    case .sums(let scale):
      return append(id, .requantize(rescale(scale, to: map), within: reach), [x], .codes(map))
    }
  }

  mutating func activated(_ id: NodeID, _ activation: Activation) throws -> Value {
    let source = graph[id].inputs[0]
    if var value = try open(source), value.activation == nil {
      value.activation = activation
      return .open(value)
    }
    let x = try finished(source)
    guard case .codes(let map) = nodes[x].type else {
      return .done(append(id, .realActivation(activation), [try real(source)], .real))
    }
    return .done(append(id, .clip(map.range(map.grid, after: activation)), [x], .codes(map)))
  }

  /// A layer takes the codes of the other operand into its accumulators; two operands of codes are added
  /// as integers; anything else in float.
  mutating func sum(_ id: NodeID) throws -> Value {
    let operands = graph[id].inputs
    for (mine, other) in [(operands[0], operands[1]), (operands[1], operands[0])] {
      if var value = try open(mine), case .layer = value.source, value.isBare,
        case .done(let residual) = try operand(other), case .codes = nodes[residual].type
      {
        value.residual = residual
        return .open(value)
      }
    }
    if case .done(let a) = try operand(operands[0]), case .done(let b) = try operand(operands[1]),
      case .codes = nodes[a].type, case .codes = nodes[b].type
    {
      return .open(OpenValue(source: .sum(a, b), shape: types[id.index].shape))
    }
    let (a, b) = (try real(operands[0]), try real(operands[1]))
    return .done(append(id, .realAdd(nil), [a, b], .real))
  }

  mutating func pooled(_ id: NodeID, _ pool: Pool) throws -> Value {
    let source = graph[id].inputs[0]
    guard pool.kind == .max else {
      return .done(append(id, .realAveragePool(pool), [try real(source)], .real))
    }
    if var value = try open(source), value.pool == nil {
      value.pool = pool
      return .open(value)
    }
    let x = try finished(source)
    if case .codes = nodes[x].type { return .done(append(id, .maxPool(pool), [x], nodes[x].type)) }
    return .done(append(id, .maxPool(pool), [try real(source)], .real))
  }

  /// The mean of codes is their sum with a smaller scale.
  mutating func averaged(_ id: NodeID) throws -> Int {
    let source = graph[id].inputs[0]
    let x = try finished(source)
    guard case .codes(let map) = nodes[x].type else {
      return append(id, .realAverage, [try real(source)], .real)
    }
    let pixels = nodes[x].shape[1] * nodes[x].shape[2]
    return append(id, .globalSum, [x], .sums(scale: map.scale / Float(pixels)))
  }

  mutating func concatenated(_ id: NodeID) throws -> Int {
    let parts = try graph[id].inputs.map { try finished($0) }
    let type = nodes[parts[0]].type
    if case .codes = type, parts.allSatisfy({ nodes[$0].type == type }) {
      return append(id, .concatenate, parts, type)
    }
    return append(id, .concatenate, try graph[id].inputs.map { try real($0) }, .real)
  }
}

extension OpenValue {
  /// Nothing has been put behind the layer yet.
  fileprivate var isBare: Bool { residual == nil && activation == nil && pool == nil }
}

// MARK: - Factors

extension IntegerLowering {
  /// From a scale to that of a map; a float factor is the float32 quotient, as runtimes compute it.
  func rescale(_ scale: Float, to map: CodeMap) -> Rescale {
    guard arithmetic != .floatScale else { return .float(scale / map.scale) }
    return Rescale(Double(scale) / Double(map.scale), arithmetic)
  }

  func residual(
    _ node: Int?, _ layer: OpenLayer, _ map: CodeMap
  ) throws -> IntegerConvolution.Residual? {
    guard let node, case .codes(let found) = nodes[node].type else { return nil }
    guard arithmetic != .floatScale else { return .float(found.scale / map.scale) }
    return .accumulator(
      layer.scales.map { Rescale(Double(found.scale) / Double($0), arithmetic) })
  }

  func addition(_ a: Int, _ b: Int, _ map: CodeMap) -> IntegerAddition {
    guard case .codes(let first) = nodes[a].type, case .codes(let second) = nodes[b].type else {
      preconditionFailure("only codes are added as integers")
    }
    let scales = (Double(first.scale), Double(second.scale))
    switch arithmetic {
    case .floatScale: return .float(first.scale / map.scale, second.scale / map.scale)
    case .shift:
      let finest = min(scales.0, scales.1)
      let shifts = (scales.0 / finest, scales.1 / finest)
      // Codes shifted further than this may leave 32 bits.
      let limit = 0x1p22
      if shifts.0 <= limit, shifts.1 <= limit, shifts.0.significand == 1, shifts.1.significand == 1
      {
        return .shift(
          Int(shifts.0.exponent), Int(shifts.1.exponent),
          result: Rescale(finest / Double(map.scale), arithmetic))
      }
      fallthrough
    case .fixedPoint:
      let unit = 2 * max(scales.0, scales.1)
      let headroom = Double(1 << IntegerAddition.fixedHeadroom)
      return .fixed(
        FixedPoint(scales.0 / unit), FixedPoint(scales.1 / unit),
        result: FixedPoint(unit / (headroom * Double(map.scale))))
    }
  }
}

/// A layer's weight in integers: weight[o, ...] is near scales[o] (codes[o, ...] - zeros[o]).
struct LayerCodes: Hashable, Sendable {
  /// `[O, I, KH, KW]`, or `[O, F]` of a linear layer.
  var shape: Shape
  var codes: [Int8]
  /// `[O]`.
  var zeros: [Int32]
  /// `[O]`, positive.
  var scales: [Float]
}

extension QuantizerCodes {
  /// The weights of all layers whose weight has a quantizer, by layer.
  ///
  /// They come from one pass of the simulation itself: a code is the simulated value on the scale of its
  /// channel. To be called on the compute thread.
  ///
  /// - Throws: what the engine throws, `IntegerError` for levels that are no integers.
  func weights() throws -> [NodeID: LayerCodes] {
    let graph = network.graph
    let layers = graph.ids.filter { graph[$0].op.isWeighted }
    let paths = layers.compactMap { layer in
      LayerCodesPath(from: graph[layer].inputs[1], in: graph).map { (layer, $0) }
    }
    let store = try ParameterStore(graph: graph, state: network.state)
    let plan = try Plan(
      graph, store: store, batch: 1, mode: .evaluate, rules: rules,
      keeping: Set(paths.map(\.1.quantizer)))
    try plan.forward()
    var result: [NodeID: LayerCodes] = [:]
    for (layer, path) in paths {
      result[layer] = try weight(path, values: plan.values(of: path.quantizer))
    }
    return result
  }

  private func weight(
    _ path: LayerCodesPath, values: [Float]
  ) throws -> LayerCodes {
    let shape = try network.graph.types()[path.quantizer.index].shape
    let maps = try maps(path.quantizer)
    let factors = try path.factor.map { try network.tensor($0).values }
    let size = shape.count / max(shape[0], 1)
    var result = LayerCodes(shape: shape, codes: [], zeros: [], scales: [])
    result.codes.reserveCapacity(shape.count)
    for channel in 0..<shape[0] {
      let map = maps[maps.count == 1 ? 0 : channel]
      let codes = values[channel * size..<(channel + 1) * size].map {
        map.code(of: $0, within: map.grid)
      }
      result.append(codes, map, factor: factors?[channel] ?? 1)
    }
    return result
  }
}

extension LayerCodes {
  /// Takes a channel in, times the factor that a batch norm behind it left.
  ///
  /// Scales stay positive, so that more sum is more value: a negative factor turns the codes around their
  /// zero point. A factor that makes the scale no normal number makes every weight 0.
  fileprivate mutating func append(_ given: [Int], _ map: CodeMap, factor: Float) {
    // Unsigned codes are moved into eight signed bits; their distance to the zero point is the same.
    let shift = map.highest > Int(Int8.max) ? 128 : 0
    var (channel, zero) = (given.map { $0 - shift }, map.zeroPoint - shift)
    let scale = map.scale * abs(factor)
    if !scale.isNormal {
      channel = channel.map { _ in zero }
    } else if factor < 0 {
      // Around the zero point itself if all fit, as no kernel is faster than without one.
      let sum = channel.allSatisfy { (-128...127).contains(2 * zero - $0) } ? 2 * zero : -1
      channel = channel.map { sum - $0 }
      zero = sum - zero
    }
    codes += channel.map { Int8($0) }
    zeros.append(Int32(zero))
    scales.append(scale.isNormal ? scale : map.scale)
  }
}

/// The nodes between a quantized weight and its layer.
private struct LayerCodesPath {
  var quantizer: NodeID
  /// The tensor of factors that the quantized weight is multiplied by.
  var factor: NodeID?

  /// - Returns: nil for a weight without a quantizer.
  init?(from operand: NodeID, in graph: Graph) {
    var id = operand
    if case .scaleChannels(let scale) = graph[id].op, !scale.isInverse {
      factor = graph[id].inputs[1]
      id = graph[id].inputs[0]
    }
    guard case .fakeQuant = graph[id].op else { return nil }
    quantizer = id
  }
}

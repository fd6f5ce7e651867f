import CKernels

/// A quantized weight as integers: w is near `scales[c] * (codes[i] - zeroPoints[c])`.
///
/// The integers come from the algorithm's own kernel, run on the weight as the engine would. A factor
/// that folding left behind the quantizer is in the scales.
public struct QuantizedWeight: Sendable {
  /// Name of the quantizer's node.
  public let name: String
  /// Name of the tensor in the model's state.
  public let parameter: String
  /// `[O, I, KH, KW]` or `[O, F]`.
  public let shape: Shape
  /// Bits and sign of the grid.
  public let spec: QuantSpec
  /// Row-major.
  public private(set) var codes: [Int32]
  /// One, or one for each channel O; all positive.
  public private(set) var scales: [Float]
  /// As many as scales.
  public private(set) var zeroPoints: [Int32]
  /// Before rounding, clipped to what the grid holds and times the factor: what programs want that
  /// round weights themselves.
  private(set) var clipped: Tensor

  /// - Parameter operand: of a convolution or a linear layer.
  /// - Returns: nil for a weight without a quantizer.
  /// - Throws: `DeployError`, `FoldingError` for missing state, `EngineError`.
  init?(of operand: NodeID, in network: Network) throws {
    guard let path = WeightChain(of: operand, in: network.graph) else { return nil }
    let deployed = try DeployedQuantizer(path.quantizerNode, path.quantizer, in: network)
    var weight = try network.tensor(path.parameter)
    if let transform = path.transform { weight = try transform.applied(to: weight) }
    name = deployed.name
    parameter = network.graph[path.parameter].name
    shape = weight.shape
    spec = path.quantizer.spec
    let channels = deployed.maps.count
    let size = weight.count / max(channels, 1)
    codes = []
    codes.reserveCapacity(weight.count)
    for channel in 0..<channels {
      let part = Array(weight.values[channel * size..<(channel + 1) * size])
      for value in deployed.quantized(part, channel: channel) {
        codes.append(try deployed.code(of: value, channel: channel))
      }
    }
    scales = deployed.maps.map(\.scale)
    zeroPoints = deployed.maps.map { Int32($0.zeroPoint) }
    clipped = deployed.clipped(weight)
    guard let factor = path.factor else { return }
    let factors = try network.tensor(factor).values
    clipped = clipped.scaled(byChannel: factors.map(Double.init))
    multiply(by: factors)
  }

  public var isPerChannel: Bool { scales.count > 1 }

  /// The values that the integers stand for.
  public var values: Tensor {
    let size = codes.count / max(scales.count, 1)
    return Tensor(
      shape,
      values: codes.indices.map { index in
        let channel = index / max(size, 1)
        return Float(codes[index] - zeroPoints[channel]) * scales[channel]
      })
  }

  /// Puts a factor for each channel into the scales, which become one a channel.
  ///
  /// Scales stay positive: a negative factor turns integers around instead, q - z to z - q. Where that
  /// would leave the container, as for -128, they become -1 - q around the zero point -1 - z. A factor
  /// of 0, or one that makes a scale too small, makes all integers the zero point.
  private mutating func multiply(by factors: [Float]) {
    let size = codes.count / max(factors.count, 1)
    let container = ONNXElement.container(spec).range ?? -128...127
    var (scales, zeroPoints) = ([Float](), [Int32]())
    for (channel, factor) in factors.enumerated() {
      let (scale, zero) =
        isPerChannel
        ? (self.scales[channel], self.zeroPoints[channel])
        : (self.scales[0], self.zeroPoints[0])
      let part = channel * size..<(channel + 1) * size
      let product = scale * abs(factor)
      guard product.isNormal else {
        for index in part { codes[index] = zero }
        scales.append(scale)
        zeroPoints.append(zero)
        continue
      }
      scales.append(product)
      zeroPoints.append(factor < 0 ? turned(part, around: zero, in: container) : zero)
    }
    (self.scales, self.zeroPoints) = (scales, zeroPoints)
  }

  /// - Returns: the new zero point.
  private mutating func turned(
    _ part: Range<Int>, around zero: Int32, in container: ClosedRange<Int>
  ) -> Int32 {
    let fits = part.allSatisfy { container.contains(Int(2 * zero - codes[$0])) }
    let sum = fits ? 2 * zero : Int32(container.lowerBound + container.upperBound)
    for index in part { codes[index] = sum - codes[index] }
    return sum - zero
  }
}

extension DeployedQuantizer {
  /// A weight within the ends of its grid, not rounded.
  fileprivate func clipped(_ weight: Tensor) -> Tensor {
    let size = weight.count / max(maps.count, 1)
    var values = weight.values
    for (channel, map) in maps.enumerated() {
      let low = (Float(grid.lowest) - map.zeroPoint) * map.scale
      let high = (Float(grid.highest) - map.zeroPoint) * map.scale
      for index in channel * size..<(channel + 1) * size {
        values[index] = min(max(values[index], low), high)
      }
    }
    return Tensor(weight.shape, values: values)
  }
}

/// The nodes of a quantized weight in a folded graph, from the parameter to the layer.
private struct WeightChain {
  var factor: NodeID?
  var quantizerNode: NodeID
  var quantizer: FakeQuant
  var transform: WeightTransform?
  var parameter: NodeID

  /// Nil when there is no quantizer on the way.
  init?(of operand: NodeID, in graph: Graph) {
    var id = operand
    if case .scaleChannels(let scale) = graph[id].op, !scale.isInverse {
      factor = graph[id].inputs[1]
      id = graph[id].inputs[0]
    }
    guard case .fakeQuant(let quantizer) = graph[id].op else { return nil }
    self.quantizer = quantizer
    quantizerNode = id
    id = graph[id].inputs[0]
    if case .weightTransform(let transform) = graph[id].op {
      self.transform = transform
      id = graph[id].inputs[0]
    }
    guard graph[id].op.stateEntry != nil else { return nil }
    parameter = id
  }
}

extension WeightTransform {
  /// The weight after the transform, by the engine's own step.
  ///
  /// - Throws: `EngineError`.
  fileprivate func applied(to weight: Tensor) throws -> Tensor {
    try ComputeThread.run { () throws in
      let layout = mq_layout(fixed: weight.shape)
      let (x, y) = (PlanValue(layout: layout), PlanValue(layout: layout))
      let step = WeightTransformForward(node: "", transform: self, x: x, y: y)
      let arenas = try step.buffers.map { buffer in
        let arena = try Arena(byteCount: buffer.byteCount)
        buffer.place(at: arena.base)
        return arena
      }
      return try withExtendedLifetime(arenas) {
        x.pointer.update(from: weight.values, count: weight.count)
        try step.run()
        return Tensor(
          weight.shape, values: Array(UnsafeBufferPointer(start: y.pointer, count: weight.count)))
      }
    }
  }
}

import CKernels

/// Turns a network in integers into steps: lays out its values and chooses a kernel for each node.
struct IntegerCompiler {
  private let network: IntegerNetwork
  let values: [CodeValue]
  /// What the caller fills: `[N, C, H, W]`.
  let images: Buffer
  private(set) var steps: [any Step] = []
  var tables = LayerTables()

  /// The images, where their quantizers read what the caller fills.
  private let unread: Set<Int>

  /// - Parameter kept: nodes whose values have to be in memory.
  init(
    _ network: IntegerNetwork, batch: Int, keeping kept: Set<Int>
  ) throws(EngineError) {
    self.network = network
    let readsImages = network.nodes.filter { $0.inputs.contains(0) }
    let areOnlyQuantized = readsImages.allSatisfy {
      if case .quantize = $0.op { true } else { false }
    }
    unread = areOnlyQuantized && !kept.contains(0) ? [0] : []
    let borders = network.borders()
    values = zip(network.nodes, borders).map { node, border in
      let bytes = if case .codes = node.type { 1 } else { 4 }
      return CodeValue(
        CodeLayout(
          images: batch, shape: node.shape, border: bytes == 1 ? border : Padding(0),
          elementBytes: bytes), node.type)
    }
    images = try tables.buffer(byteCount: 4 * batch * network.nodes[0].shape.count)
  }

  mutating func compile() throws {
    for (index, node) in network.nodes.enumerated() where !unread.contains(index) {
      steps.append(try step(node, node.inputs.map { values[$0] }, values[index]))
    }
  }

  private mutating func step(
    _ node: IntegerNode, _ x: [CodeValue], _ y: CodeValue
  ) throws -> any Step {
    let name = node.name
    switch node.op {
    case .input: return PlanePass.images(name, images, y)
    case .quantize(let range) where node.inputs.allSatisfy(unread.contains):
      return PlanePass.quantizedImages(name, images, y, y.stored(range))
    case .quantize(let range): return RowPass.quantize(name, x[0], y, y.stored(range))
    case .dequantize: return RowPass.dequantize(name, x[0], y)
    case .convolution(let layer): return try convolution(name, layer, x, y)
    case .add(let addition, let range): return RowPass.add(name, x, y, addition, y.stored(range))
    case .requantize(let factor, let range):
      return RowPass.requantize(name, x[0], y, factor, y.stored(range))
    case .clip(let range): return RowPass.clip(name, x[0], y, y.stored(range))
    case .maxPool(let pool): return PlanePass.maxPool(name, x[0], y, pool)
    case .globalSum, .realAverage: return PlanePass.wholePlane(name, x[0], y)
    case .concatenate: return PlanePass.concatenate(name, x, y)
    case .paddedShortcut(let shortcut): return PlanePass.paddedShortcut(name, x[0], y, shortcut)
    case .realAveragePool(let pool): return PlanePass.realAveragePool(name, x[0], y, pool)
    case .realAdd(let activation): return RowPass.realAdd(name, x, y, activation)
    case .realActivation(let activation):
      return RowPass.realActivation(name, x[0], y, activation)
    }
  }

  private mutating func convolution(
    _ name: String, _ layer: IntegerConvolution, _ x: [CodeValue], _ y: CodeValue
  ) throws -> any Step {
    if case .sums = x[0].type {
      return try SumsLayer(node: name, layer, x: x[0], y: y, &tables)
    }
    let residual = x.count > 1 ? x[1] : nil
    if DepthwiseCodes.fits(layer, channels: x[0].layout.channels) {
      return try DepthwiseCodes(node: name, layer, x: x[0], y: y, residual: residual, &tables)
    }
    return try ConvolutionCodes(node: name, layer, x: x[0], y: y, residual: residual, &tables)
  }
}

extension CodeValue {
  fileprivate func stored(_ range: ClosedRange<Int>) -> mq_code_range {
    guard case .codes(let map) = type else { return mq_code_range() }
    return map.stored(range)
  }
}

extension IntegerNetwork {
  /// For each node, the padding that what reads it needs around it.
  fileprivate func borders() -> [Padding] {
    var result = nodes.map { _ in Padding(0) }
    for node in nodes {
      guard case .convolution(let layer) = node.op else { continue }
      let input = node.inputs[0]
      result[input] = result[input].joined(layer.padding)
    }
    return result
  }
}

@testable import QuantRuntime

/// What an `IntegerNetwork` computes, by plain loops over 64-bit integers, straight from the comments of its
/// types: the definition that every kernel has to match.
final class IntegerReference {
  enum Values: Equatable {
    /// Codes without their zero point, or sums.
    case integers([Int64])
    case reals([Float])
  }

  let network: IntegerNetwork
  let batch: Int
  private(set) var values: [Values] = []

  init(_ network: IntegerNetwork, batch: Int) {
    self.network = network
    self.batch = batch
  }

  /// - Parameter images: `[N, C, H, W]`.
  func run(_ images: [Float]) {
    values = []
    for node in network.nodes {
      values.append(node.inputs.isEmpty ? .reals(images) : value(of: node))
    }
  }

  var logits: [Float] { reals(network.nodes.count - 1) }

  /// Codes as `IntegerPlan.codes(of:)` gives them.
  func codes(_ node: Int) -> [Int] {
    guard case .codes(let map) = network.nodes[node].type else { return [] }
    return integers(node).map { Int($0) + map.zeroPoint }
  }

  func reals(_ node: Int) -> [Float] {
    if case .reals(let values) = values[node] { values } else { [] }
  }

  private func integers(_ node: Int) -> [Int64] {
    if case .integers(let values) = values[node] { values } else { [] }
  }

  private func value(of node: IntegerNode) -> Values {
    let (input, count) = (node.inputs[0], batch * node.shape.count)
    switch node.op {
    case .input: return .reals([])
    case .quantize(let range):
      let map = node.map
      return .integers(
        reals(input).map { Int64(map.code(of: $0, within: range) - map.zeroPoint) })
    case .dequantize:
      let scale = network.nodes[input].scale
      return .reals(integers(input).map { scale * Float($0) })
    case .convolution(let layer): return convolution(node, layer)
    case .add(let addition, let range):
      let (a, b) = (integers(node.inputs[0]), integers(node.inputs[1]))
      return .integers((0..<count).map { node.clipped(addition.sum(a[$0], b[$0]), range) })
    case .requantize(let factor, let range):
      return .integers(integers(input).map { node.clipped(factor.apply($0), range) })
    case .clip(let range): return .integers(integers(input).map { node.clipped($0, range) })
    case .maxPool(let pool):
      return pooled(node, pool, integers: { $0.max() ?? 0 }, reals: { $0.max() ?? 0 })
    case .realAveragePool(let pool):
      return pooled(
        node, pool, integers: { _ in 0 }, reals: { $0.reduce(0, +) / Float($0.count) })
    case .globalSum:
      let pixels = network.nodes[input].shape.count / node.shape[0]
      let x = integers(input)
      return .integers((0..<count).map { x[$0 * pixels..<($0 + 1) * pixels].reduce(0, +) })
    case .realAverage:
      let pixels = network.nodes[input].shape.count / node.shape[0]
      let x = reals(input)
      return .reals(
        (0..<count).map { x[$0 * pixels..<($0 + 1) * pixels].reduce(0, +) / Float(pixels) })
    case .concatenate:
      return each(node, { joined(node, integers) }, { joined(node, reals) })
    case .paddedShortcut(let shortcut):
      return each(
        node, { shortened(node, shortcut, integers(input), 0) },
        { shortened(node, shortcut, reals(input), 0) })
    case .realAdd(let activation):
      let (a, b) = (reals(node.inputs[0]), reals(node.inputs[1]))
      return .reals((0..<count).map { activated(a[$0] + b[$0], activation) })
    case .realActivation(let activation):
      return .reals(reals(input).map { activated($0, activation) })
    }
  }

  private func each(
    _ node: IntegerNode, _ integers: () -> [Int64], _ reals: () -> [Float]
  ) -> Values {
    if case .real = node.type { .reals(reals()) } else { .integers(integers()) }
  }

  private func activated(_ value: Float, _ activation: Activation?) -> Float {
    switch activation {
    case nil: value
    case .relu?: max(value, 0)
    case .relu6?: min(max(value, 0), 6)
    }
  }

  private func joined<T>(_ node: IntegerNode, _ values: (Int) -> [T]) -> [T] {
    (0..<batch).flatMap { image in
      node.inputs.flatMap { part -> ArraySlice<T> in
        let size = network.nodes[part].shape.count
        return values(part)[image * size..<(image + 1) * size]
      }
    }
  }

  private func shortened<T>(
    _ node: IntegerNode, _ shortcut: PaddedShortcut, _ x: [T], _ zero: T
  ) -> [T] {
    let input = network.nodes[node.inputs[0]].shape
    var result = Array(repeating: zero, count: batch * node.shape.count)
    for image in 0..<batch {
      for c in 0..<input[0] {
        for y in 0..<node.shape[1] {
          for column in 0..<node.shape[2] {
            result[place(node.shape, image, c + shortcut.before, y, column)] =
              x[place(input, image, c, y * shortcut.stride, column * shortcut.stride)]
          }
        }
      }
    }
    return result
  }

  private func pooled(
    _ node: IntegerNode, _ pool: Pool, integers reduce: ([Int64]) -> Int64,
    reals reduceReals: ([Float]) -> Float
  ) -> Values {
    let input = network.nodes[node.inputs[0]].shape
    func windows<T>(_ x: [T], _ reduce: ([T]) -> T) -> [T] {
      var result: [T] = []
      forPlaces(node.shape) { image, c, y, column in
        var window: [T] = []
        for ky in 0..<pool.window {
          for kx in 0..<pool.window {
            let (row, at) = (
              y * pool.stride + ky - pool.padding, column * pool.stride + kx - pool.padding
            )
            guard (0..<input[1]).contains(row), (0..<input[2]).contains(at) else { continue }
            window.append(x[place(input, image, c, row, at)])
          }
        }
        result.append(reduce(window))
      }
      return result
    }
    return each(
      node, { windows(integers(node.inputs[0]), reduce) },
      { windows(reals(node.inputs[0]), reduceReals) })
  }

  private func convolution(_ node: IntegerNode, _ layer: IntegerConvolution) -> Values {
    let residual = node.inputs.count > 1 ? integers(node.inputs[1]) : []
    var codes: [Int64] = []
    var real: [Float] = []
    forPlaces(node.shape) { image, o, y, column in
      let sum = accumulator(node, layer, image, o, y, column)
      switch layer.finish {
      case .real(let scales, let activation):
        real.append(activated(Float(sum) * scales[o], activation))
      case .codes(let factors, let form, let range):
        let place = place(node.shape, image, o, y, column)
        let value: Int64
        switch (form, factors[o]) {
        case (.float(let more)?, .float(let factor)):
          value = Rescale.rounded(Float(sum) * factor + Float(residual[place]) * more)
        case (.accumulator(let more)?, _):
          let whole = sum + more[o].apply(residual[place])
          value = factors[o].apply(min(max(whole, Int64(Int32.min)), Int64(Int32.max)))
        default: value = factors[o].apply(sum)
        }
        codes.append(node.clipped(value, range))
      }
    }
    return real.isEmpty ? .integers(codes) : .reals(real)
  }

  private func accumulator(
    _ node: IntegerNode, _ layer: IntegerConvolution, _ image: Int, _ o: Int, _ y: Int,
    _ column: Int
  ) -> Int64 {
    let input = network.nodes[node.inputs[0]].shape
    let x = integers(node.inputs[0])
    let shape = layer.weightShape
    let first = o / (shape[0] / layer.groups) * shape[1]
    var sum = Int64(layer.bias[o])
    for c in 0..<shape[1] {
      for ky in 0..<shape[2] {
        for kx in 0..<shape[3] {
          let row = y * layer.stride + ky - layer.padding.top
          let at = column * layer.stride + kx - layer.padding.left
          guard (0..<input[1]).contains(row), (0..<input[2]).contains(at) else { continue }
          let weight = layer.weights[((o * shape[1] + c) * shape[2] + ky) * shape[3] + kx]
          sum +=
            x[place(input, image, first + c, row, at)]
            * (Int64(weight) - Int64(layer.weightZeros[o]))
        }
      }
    }
    return sum
  }

  private func forPlaces(_ shape: Shape, _ body: (Int, Int, Int, Int) -> Void) {
    for image in 0..<batch {
      for c in 0..<shape[0] {
        for y in 0..<shape[1] {
          for x in 0..<shape[2] { body(image, c, y, x) }
        }
      }
    }
  }

  private func place(_ shape: Shape, _ image: Int, _ c: Int, _ y: Int, _ x: Int) -> Int {
    ((image * shape[0] + c) * shape[1] + y) * shape[2] + x
  }
}

extension IntegerNode {
  var map: CodeMap {
    if case .codes(let map) = type {
      map
    } else {
      CodeMap(lowest: 0, highest: 0, scale: 1, zeroPoint: 0)
    }
  }

  fileprivate var scale: Float {
    switch type {
    case .codes(let map): map.scale
    case .sums(let scale): scale
    case .real: 1
    }
  }

  /// A value without zero point, limited to a range of codes.
  fileprivate func clipped(_ value: Int64, _ range: ClosedRange<Int>) -> Int64 {
    let zero = Int64(map.zeroPoint)
    return min(max(value + zero, Int64(range.lowerBound)), Int64(range.upperBound)) - zero
  }
}

extension IntegerAddition {
  fileprivate func sum(_ a: Int64, _ b: Int64) -> Int64 {
    switch self {
    case .float(let first, let second):
      return Rescale.rounded(Float(a) * first + Float(b) * second)
    case .fixed(let first, let second, let result):
      let headroom = Self.fixedHeadroom
      return result.times(first.times(a << headroom) + second.times(b << headroom))
    case .shift(let first, let second, let result): return result.apply(a << first + b << second)
    }
  }
}

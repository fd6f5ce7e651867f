@testable import QuantRuntime

/// Makes networks whose codes, weights and factors go over their whole ranges.
struct RandomIntegerNetwork {
  private var random: RandomStream
  private(set) var nodes: [IntegerNode] = []

  init(seed: UInt64) { random = RandomStream(seed: seed, purpose: .syntheticData) }

  mutating func below(_ bound: Int) -> Int { random.below(bound) }
  mutating func pick<T>(_ items: [T]) -> T { items[random.below(items.count)] }
  mutating func isOne(of count: Int) -> Bool { random.below(count) == 0 }

  /// Signed or unsigned, with any zero point.
  mutating func map() -> CodeMap {
    let bits = pick([2, 4, 7, 8])
    let lowest = isOne(of: 2) ? 0 : -(1 << (bits - 1))
    return CodeMap(
      lowest: lowest, highest: lowest + (1 << bits) - 1, scale: random.uniform(0.01, 0.1),
      zeroPoint: lowest + below(1 << bits))
  }

  /// A grid, or now and then a part of it.
  private mutating func range(_ map: CodeMap) -> ClosedRange<Int> {
    guard isOne(of: 3) else { return map.grid }
    let low = map.lowest + below(map.highest - map.lowest + 1)
    return low...low + below(map.highest - low + 1)
  }

  /// Normal numbers, and now and then what no image has.
  mutating func images(_ count: Int) -> [Float] {
    (0..<count).map { _ in
      isOne(of: 200) ? pick([.nan, .infinity, -.infinity, 1e30]) : 4 * random.normal()
    }
  }

  @discardableResult
  mutating func append(
    _ op: IntegerOp, _ inputs: [Int], _ type: IntegerType, _ shape: Shape
  ) -> Int {
    nodes.append(
      IntegerNode(name: "node\(nodes.count)", op: op, inputs: inputs, type: type, shape: shape))
    return nodes.count - 1
  }

  /// Images and their codes.
  mutating func input(_ shape: Shape) -> Int {
    let images = append(.input, [], .real, shape)
    let map = map()
    return append(.quantize(within: range(map)), [images], .codes(map), shape)
  }

  /// A factor that brings sums of about a size to the codes of a grid; now and then any.
  mutating func rescale(_ arithmetic: Requantization, size: Double) -> Rescale {
    let factor = 64 / size * Double(random.uniform(0.2, 3))
    let isOdd = isOne(of: 8)
    switch arithmetic {
    case .floatScale: return .float(isOdd ? random.uniform(-2, 8) : Float(factor))
    case .fixedPoint:
      return .fixed(FixedPoint(isOdd ? Double(random.uniform(0, 40)) : factor))
    case .shift: return .shift(right: isOdd ? below(35) - 3 : -Int(factor.exponent))
    }
  }

  struct Form {
    var outputs: Int
    var window: Int
    var stride: Int
    var padding: Padding
    var groups: Int
    var hasWeightZeros: Bool
  }

  /// - Parameters:
  ///   - residual: codes of the result's shape.
  ///   - isReal: whether the result is.
  mutating func layer(
    _ input: Int, _ form: Form, _ arithmetic: Requantization, residual: Int? = nil,
    isReal: Bool = false
  ) -> Int {
    let shape = nodes[input].shape
    let weightShape: Shape = [form.outputs, shape[0] / form.groups, form.window, form.window]
    let size = 3000 * (Double(weightShape.count / form.outputs)).squareRoot()
    let map = map()
    let finish: IntegerConvolution.Finish
    if isReal {
      finish = .real(
        scales: (0..<form.outputs).map { _ in random.uniform(-0.01, 0.02) },
        pick([nil, .relu, .relu6]))
    } else {
      let factors = (0..<form.outputs).map { _ in rescale(arithmetic, size: size) }
      let second = residual.map { _ -> IntegerConvolution.Residual in
        arithmetic == .floatScale
          ? .float(random.uniform(0.1, 2))
          : .accumulator((0..<form.outputs).map { _ in rescale(arithmetic, size: 0.5) })
      }
      finish = .codes(factors, residual: second, within: range(map))
    }
    let layer = IntegerConvolution(
      weightShape: weightShape,
      weights: (0..<weightShape.count).map { _ in Int8(below(256) - 128) },
      weightZeros: (0..<form.outputs).map { _ in form.hasWeightZeros ? Int32(below(256) - 128) : 0
      },
      bias: (0..<form.outputs).map { _ in Int32(below(20001) - 10000) }, stride: form.stride,
      padding: form.padding, groups: form.groups, finish: finish)
    let result = Convolution(stride: form.stride, padding: form.padding, groups: form.groups)
      .outputShape(input: shape, weight: weightShape)
    return append(
      .convolution(layer), [input] + [residual].compactMap(\.self), isReal ? .real : .codes(map),
      result)
  }

  /// Closes the network with float numbers, `[C, 1, 1]`.
  mutating func end(_ node: Int) {
    let shape: Shape = [nodes[node].shape[0], 1, 1]
    if case .real = nodes[node].type {
      append(.realAverage, [node], .real, shape)
    } else {
      let sum = append(.globalSum, [node], .sums(scale: 0.37), shape)
      append(.dequantize, [sum], .real, shape)
    }
  }

  /// An addition of two codes of one shape.
  mutating func add(_ a: Int, _ b: Int, _ arithmetic: Requantization) -> Int {
    let map = map()
    let addition: IntegerAddition
    switch arithmetic {
    case .floatScale: addition = .float(random.uniform(0, 2), random.uniform(0, 2))
    case .fixedPoint:
      addition = .fixed(
        FixedPoint(0.5), FixedPoint(Double(random.uniform(0, 0.5))),
        result: FixedPoint(Double(random.uniform(0, 2)) / 0x1p20))
    case .shift: addition = .shift(below(8), 0, result: .shift(right: below(9)))
    }
    return append(.add(addition, within: range(map)), [a, b], .codes(map), nodes[a].shape)
  }

  mutating func requantize(_ a: Int, _ arithmetic: Requantization) -> Int {
    let map = map()
    return append(
      .requantize(rescale(arithmetic, size: 80), within: range(map)), [a], .codes(map),
      nodes[a].shape)
  }

  mutating func clip(_ a: Int) -> Int {
    guard case .codes(let map) = nodes[a].type else { return a }
    return append(.clip(range(map)), [a], nodes[a].type, nodes[a].shape)
  }

  var network: IntegerNetwork {
    IntegerNetwork(name: "random", backend: "test", arithmetic: .floatScale, nodes: nodes)
  }
}

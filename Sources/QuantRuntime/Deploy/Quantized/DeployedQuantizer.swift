/// A quantizer of a model with its numbers: what its levels are.
struct DeployedQuantizer {
  let name: String
  let quantizer: FakeQuant
  let rule: any FakeQuantRule
  /// Scale and zero point of each channel, or of the whole tensor.
  let maps: [AffineMap]
  private let numbers: [FakeQuantNumbers]

  /// - Throws: `DeployError.levels` when the levels are no integers times a scale, `.numbers` when a
  ///   scale is not a positive number or a zero point not on the grid; `QuantizeError`.
  init(_ id: NodeID, _ quantizer: FakeQuant, in network: Network) throws {
    let node = network.graph[id]
    name = node.name
    self.quantizer = quantizer
    let algorithm = try QuantizerCatalog.algorithm(quantizer.algorithm)
    rule = algorithm.rule
    let tensors = try node.inputs.dropFirst().map { try network.tensor($0).values }
    var numbers = Array(
      repeating: FakeQuantNumbers.zero, count: tensors.map(\.count).min() ?? 1)
    for channel in numbers.indices {
      for (index, tensor) in tensors.enumerated() { numbers[channel][index] = tensor[channel] }
    }
    self.numbers = numbers
    let name = name
    maps = try numbers.map { try Self.map(name, quantizer, algorithm, $0) }
  }

  private static func map(
    _ name: String, _ quantizer: FakeQuant, _ algorithm: QuantizerAlgorithm,
    _ numbers: FakeQuantNumbers
  ) throws(DeployError) -> AffineMap {
    guard let map = algorithm.rule.affineMap(for: quantizer, numbers: numbers) else {
      throw .levels(
        quantizer: name, algorithm: algorithm.name, reason: algorithm.reasonAgainstIntegers)
    }
    guard map.scale.isNormal, map.scale > 0, map.zeroPoint.isFinite else {
      throw .numbers(
        quantizer: name, algorithm: algorithm.name, scale: map.scale, zeroPoint: map.zeroPoint)
    }
    let grid = IntegerGrid(quantizer.spec)
    guard map.zeroPoint == grid.zeroPoint(nearest: map.zeroPoint) else {
      throw .levels(
        quantizer: name, algorithm: algorithm.name, reason: algorithm.reasonAgainstIntegers)
    }
    return map
  }

  var spec: QuantSpec { quantizer.spec }
  var grid: IntegerGrid { IntegerGrid(quantizer.spec) }

  /// The values of a channel after quantization, by the algorithm's own kernel.
  ///
  /// - Parameter channel: of `maps`.
  func quantized(_ values: [Float], channel: Int) -> [Float] {
    let constants = rule.constants(
      for: quantizer, numbers: numbers[channel], count: values.count)
    let kernel = rule.kernels(for: quantizer).forward
    return [Float](unsafeUninitializedCapacity: values.count) { buffer, filled in
      filled = values.count
      guard let target = buffer.baseAddress else { return }
      withUnsafePointer(to: constants) { pointer in
        pointer.withMemoryRebound(to: Float.self, capacity: 8) {
          kernel(values, target, values.count, $0)
        }
      }
    }
  }

  /// The integer of a quantized value.
  ///
  /// - Throws: `DeployError.levels` when the value is off the grid by more than float rounding.
  func code(of value: Float, channel: Int) throws(DeployError) -> Int32 {
    let map = maps[channel]
    let steps = (Double(value) / Double(map.scale)).rounded(.toNearestOrEven)
    let code = steps + Double(map.zeroPoint)
    guard code >= Double(grid.lowest), code <= Double(grid.highest),
      abs(Double(map.scale) * steps - Double(value)) <= Self.slack * abs(Double(value))
    else {
      throw .levels(
        quantizer: name, algorithm: rule.name,
        reason: "it gives \(value), which is not on the grid of its scale \(map.scale)")
    }
    return Int32(code)
  }

  /// The relative distance of float32 products from their exact values, some units in the last place.
  private static let slack = 4 * Double(Float.ulpOfOne)
}

extension QuantizerAlgorithm {
  /// Why its levels are no integers times a scale, in the words of its own file.
  fileprivate var reasonAgainstIntegers: String {
    for limit in limits {
      switch limit {
      case .simulationOnly(let reason), .realOffset(let reason): return reason
      default: continue
      }
    }
    return "its levels are no integer grid"
  }
}

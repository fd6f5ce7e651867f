extension IntegerNetwork {
  /// Codes of weights, one byte each, and biases, four.
  public var parameterBytes: Int {
    nodes.reduce(0) { bytes, node in
      guard case .convolution(let layer) = node.op else { return bytes }
      return bytes + layer.weights.count + 4 * layer.bias.count
    }
  }

  /// Operations that compute with float32 between quantizers, images and logits left out.
  public var floatOperations: [String] {
    nodes.dropLast().compactMap { node in
      switch node.op {
      case .realAverage, .realAveragePool, .realAdd, .realActivation: node.name
      default: nil
      }
    }
  }
}

extension IntegerNode {
  /// What the node does, in few words: `convolution 3x3/2`.
  public var label: String {
    switch op {
    case .input: "images"
    case .quantize: "quantize"
    case .dequantize: "dequantize"
    case .convolution(let layer): layer.label
    case .add: "add"
    case .requantize: "requantize"
    case .clip: "clip"
    case .maxPool(let pool): "max pool \(pool.window)x\(pool.window)/\(pool.stride)"
    case .globalSum: "sum over pixels"
    case .concatenate: "concatenate"
    case .paddedShortcut: "padded shortcut"
    case .realAverage: "float mean over pixels"
    case .realAveragePool(let pool): "float mean \(pool.window)x\(pool.window)/\(pool.stride)"
    case .realAdd: "float add"
    case .realActivation(let activation): "float \(activation.rawValue)"
    }
  }

  /// How its integers become those of the result; empty where nothing is rescaled.
  public var rescaling: String {
    switch op {
    case .convolution(let layer):
      switch layer.finish {
      case .real: "float32 result"
      case .codes(let factors, let residual, _):
        (factors.first?.label ?? "") + (residual == nil ? "" : ", with a second operand")
      }
    case .add(let addition, _): addition.label
    case .requantize(let factor, _): factor.label
    default: ""
    }
  }

  /// Bits that the sums of a layer can need whatever its input, sign included; nil for other nodes.
  ///
  /// - Parameter input: what the layer reads.
  public func accumulatorBits(reading input: IntegerNode) -> Int? {
    guard case .convolution(let layer) = op, case .codes(let map) = input.type else { return nil }
    let largest = Int64(max(map.highest - map.zeroPoint, map.zeroPoint - map.lowest))
    return layer.largestSum(ofInputsUpTo: largest).bits
  }
}

extension IntegerConvolution {
  fileprivate var label: String {
    let (height, width) = (weightShape[2], weightShape[3])
    let groups = groups == 1 ? "" : groups == weightShape[0] ? " depthwise" : " in \(groups) groups"
    return "convolution \(height)x\(width)/\(stride)\(groups)"
  }

  /// The largest magnitude of an accumulator for inputs (without zero point) of at most a magnitude.
  func largestSum(ofInputsUpTo largest: Int64) -> Int64 {
    let size = weightShape.count / max(weightShape[0], 1)
    return bias.indices.reduce(0) { result, channel in
      let zero = Int64(weightZeros[channel])
      let sum = weights[channel * size..<(channel + 1) * size]
        .reduce(Int64(0)) { $0 + abs(Int64($1) - zero) }
      return max(result, sum * largest + abs(Int64(bias[channel])))
    }
  }
}

extension Int64 {
  /// Of a signed integer that holds this magnitude.
  fileprivate var bits: Int { Int64.bitWidth - leadingZeroBitCount + 1 }
}

extension Rescale {
  fileprivate var label: String {
    switch self {
    case .float: "float32 factor"
    case .fixed: "fixed-point factor"
    case .shift: "shift"
    }
  }
}

extension IntegerAddition {
  fileprivate var label: String {
    switch self {
    case .float: "float32 factors"
    case .fixed: "fixed-point factors"
    case .shift: "shifts"
    }
  }
}

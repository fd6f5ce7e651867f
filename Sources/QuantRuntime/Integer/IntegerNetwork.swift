/// A network as it is deployed: codes, 32-bit accumulators and the factors between them.
///
/// A value like `Graph`: nodes in topological order, one output, no batch size and no layout. What it
/// computes is fixed to the bit by the types here; `IntegerPlan` computes the same, fast.
public struct IntegerNetwork: Hashable, Sendable {
  public var name: String
  /// The backend whose arithmetic it has.
  public var backend: String
  public var arithmetic: Requantization
  /// Every node comes after its inputs; the last one is the output, of type `.real`: the logits.
  public var nodes: [IntegerNode]

  public init(name: String, backend: String, arithmetic: Requantization, nodes: [IntegerNode]) {
    self.name = name
    self.backend = backend
    self.arithmetic = arithmetic
    self.nodes = nodes
  }
}

public struct IntegerNode: Hashable, Sendable {
  /// Of the node whose value this one holds, in the graph that was lowered; unique.
  public var name: String
  public var op: IntegerOp
  /// Positions in the network's nodes.
  public var inputs: [Int]
  public var type: IntegerType
  /// Of one image: `[C, H, W]`; a vector is `[F, 1, 1]`.
  public var shape: Shape

  public init(name: String, op: IntegerOp, inputs: [Int], type: IntegerType, shape: Shape) {
    self.name = name
    self.op = op
    self.inputs = inputs
    self.type = type
    self.shape = shape
  }
}

/// What the numbers of a node are.
public enum IntegerType: Hashable, Sendable {
  case codes(CodeMap)
  /// 32-bit integers with value = scale * integer: sums of codes without their zero points.
  case sums(scale: Float)
  /// float32: images, logits, and what a backend keeps in float.
  case real
}

/// What a node computes. Zero points are always subtracted: `x` below is code - zeroPoint.
public enum IntegerOp: Hashable, Sendable {
  /// The images, real.
  case input
  /// Real to codes, see `CodeMap.code(of:within:)`; the range is what an algorithm reaches of its grid.
  case quantize(within: ClosedRange<Int>)
  /// Codes to real: scale * x in float32. Sums likewise.
  case dequantize
  /// Codes, or sums of shape `[C, 1, 1]`, and, with a residual, codes of the result's shape, to codes or
  /// real. Linear layers are convolutions whose window is their whole input.
  case convolution(IntegerConvolution)
  /// Two codes of one shape to codes.
  case add(IntegerAddition, within: ClosedRange<Int>)
  /// Codes or sums to codes of another map: zeroPoint + rescale(x), within a range.
  case requantize(Rescale, within: ClosedRange<Int>)
  /// Codes to codes of the same map: max and min with codes.
  case clip(ClosedRange<Int>)
  /// Codes or real; padding is never the largest.
  case maxPool(Pool)
  /// Codes to sums over each plane, `[C, 1, 1]`; the number of pixels is in the scale.
  case globalSum
  /// Codes of one map, or real.
  case concatenate
  /// Codes, with the zero point in the place of zeros, or real.
  case paddedShortcut(PaddedShortcut)
  /// Real to real: `[C, H, W]` to `[C, 1, 1]`, a sum in float32 over the plane in row-major order,
  /// divided by the number of pixels.
  case realAverage
  /// Real to real, windows like `realAverage`, padding not counted.
  case realAveragePool(Pool)
  /// Two reals of one shape, then an activation.
  case realAdd(Activation?)
  case realActivation(Activation)
}

/// accumulator[o] = bias[o] + sum over the window of x (w[o] - weightZeros[o]).
public struct IntegerConvolution: Hashable, Sendable {
  /// `[O, C / groups, KH, KW]`.
  public var weightShape: Shape
  public var weights: [Int8]
  /// `[O]`.
  public var weightZeros: [Int32]
  /// `[O]`, in units of the accumulator.
  public var bias: [Int32]
  public var stride: Int
  /// Padding holds the zero point, which counts as 0.
  public var padding: Padding
  public var groups: Int
  public var finish: Finish

  public init(
    weightShape: Shape, weights: [Int8], weightZeros: [Int32], bias: [Int32], stride: Int,
    padding: Padding, groups: Int, finish: Finish
  ) {
    self.weightShape = weightShape
    self.weights = weights
    self.weightZeros = weightZeros
    self.bias = bias
    self.stride = stride
    self.padding = padding
    self.groups = groups
    self.finish = finish
  }

  /// What becomes of the accumulators.
  public enum Finish: Hashable, Sendable {
    /// float32(accumulator) * scales[o] in float32, then the activation.
    case real(scales: [Float], Activation?)
    /// zeroPoint + rescale[o](accumulator), within a range, which holds the activation too.
    case codes([Rescale], residual: Residual?, within: ClosedRange<Int>)
  }

  /// A second operand, r = code - zeroPoint, that is added before the one rounding.
  public enum Residual: Hashable, Sendable {
    /// zeroPoint + round(float32(accumulator) * factor[o] + float32(r) * this): two float32 products and
    /// their float32 sum, not fused. The factors of the accumulator are floats.
    case float(Float)
    /// Brought to the accumulator's scale, channel by channel, and added to it, saturated at 32 bits. The
    /// factors of the accumulator are no floats.
    case accumulator([Rescale])
  }
}

/// a + b with two maps, to a third one.
public enum IntegerAddition: Hashable, Sendable {
  /// round(float32(a) * first + float32(b) * second): two products and a sum in float32, not fused.
  case float(Float, Float)
  /// Both times 2^20, rescaled to twice the larger scale, added and rescaled: TensorFlow Lite's form.
  case fixed(FixedPoint, FixedPoint, result: FixedPoint)
  /// a 2^first + b 2^second, then the rescale: for scales that are powers of two.
  case shift(Int, Int, result: Rescale)

  /// The left shift of both operands in the form `fixed`.
  public static let fixedHeadroom = 20
}

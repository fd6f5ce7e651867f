import CKernels

/// A fake-quantization algorithm, as far as the engine needs to know it: y = f(x; p), element by
/// element, with a few learned numbers p for each tensor or each channel.
///
/// The engine owns threads, buffers and reductions; a rule owns the mathematics. One value per
/// algorithm conforms, in its own file under `Quantizers/`; graphs name it by `name`.
public protocol FakeQuantRule: Sendable {
  /// The name in graphs, scripts and files, such as `lsq`.
  var name: String { get }

  /// The learned tensors in the order of the node's operands 1..., such as `["scale"]`; each has one
  /// element per tensor or one per channel.
  func parameterNames(for spec: QuantSpec) -> [String]

  /// First values from the first tensor seen, for one channel or the whole tensor.
  ///
  /// `spec.sign` is never `.adaptive` here: the engine has decided it from the whole tensor.
  func initialParameters(for spec: QuantSpec, from values: ObservedValues) -> [Float]

  /// The constants of the kernels for one channel, from its learned numbers.
  ///
  /// - Parameter count: elements that share these numbers, the batch included.
  func constants(
    for spec: QuantSpec, parameters: FakeQuantParameters, count: Int
  ) -> FakeQuantConstants

  /// The gradient of the loss to the learned numbers of one channel, from the sums that the backward
  /// kernel collected over all `count` elements.
  func parameterGradients(
    for spec: QuantSpec, parameters: FakeQuantParameters, sums: FakeQuantSums, count: Int
  ) -> FakeQuantParameters

  /// Brings the learned numbers of one channel back into their valid range after an update.
  func projected(_ parameters: FakeQuantParameters, for spec: QuantSpec) -> FakeQuantParameters

  var forward: mq_fake_quant_forward { get }
  var backward: mq_fake_quant_backward { get }
}

/// The values a quantizer is initialized from: one channel of a weight or a whole activation. Zeros
/// that pad a blocked layout are not among them.
public struct ObservedValues: Sendable {
  public var count: Int
  public var minimum: Float
  public var maximum: Float
  /// Sum of |x|, accumulated in Double.
  public var absoluteSum: Double
  public var sum: Double
  public var squareSum: Double

  public init(
    count: Int, minimum: Float, maximum: Float, absoluteSum: Double, sum: Double, squareSum: Double
  ) {
    self.count = count
    self.minimum = minimum
    self.maximum = maximum
    self.absoluteSum = absoluteSum
    self.sum = sum
    self.squareSum = squareSum
  }
}

/// The learned numbers of one channel, up to four, or their gradients; unused places are zero. Not an
/// array, because it is made for every channel of every step.
public typealias FakeQuantParameters = SIMD4<Float>

/// Up to eight numbers that a kernel reads; what each means is between a rule and its kernel.
public typealias FakeQuantConstants = SIMD8<Float>

/// Up to four sums that a backward kernel adds to; what each means is between a rule and its kernel.
public typealias FakeQuantSums = SIMD4<Double>

/// The algorithms a plan may meet, by name; `Quantizers/` fills it from its catalog.
public typealias FakeQuantRules = [String: any FakeQuantRule]

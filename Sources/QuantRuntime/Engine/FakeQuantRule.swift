import CKernels

/// A fake-quantization algorithm, as far as the engine needs to know it: y = f(x; p), element by
/// element, with a few numbers p for each tensor or each channel.
///
/// Some of the numbers are learned, they have gradients; others are statistics, which every training
/// pass updates from the tensor before it quantizes it. Together they are at most four, the learned
/// ones first, and lie in tensors of the model's state, the operands of the node after x.
///
/// The engine owns threads, buffers and reductions; a rule owns the mathematics. One value per
/// algorithm conforms, in its own file under `Quantizers/`; graphs name it by `name`.
public protocol FakeQuantRule: Sendable {
  /// The name in graphs, scripts and files, such as `lsq`.
  var name: String { get }

  /// The learned tensors in the order of the node's operands 1..., such as `["scale"]`; each has one
  /// element per tensor or one per channel.
  func parameterNames(for quantizer: FakeQuant) -> [String]

  /// The statistics, whose operands come after those of the learned tensors; none by default.
  func statisticNames(for quantizer: FakeQuant) -> [String]

  /// What is done to a weight before it is quantized, by a node of its own in front of the
  /// quantizer's, which then sees the transformed weight; nil by default.
  func weightTransform(for quantizer: FakeQuant) -> WeightTransform?

  /// First values of the learned numbers from the first tensor seen, for one channel or the whole
  /// tensor, by the algorithm's own formula.
  ///
  /// `quantizer.spec.sign` is never `.adaptive` here: the engine has decided it from the whole tensor.
  func initialParameters(for quantizer: FakeQuant, from values: ObservedValues) -> [Float]

  /// First values of the learned numbers for a range that an observer found; nil when the algorithm
  /// learns nothing that a range can set. Nil by default.
  func initialParameters(
    for quantizer: FakeQuant, covering range: (minimum: Float, maximum: Float)
  ) -> [Float]?

  /// The statistics after a training pass has seen `values`; zero by default.
  ///
  /// - Parameter previous: all numbers before, the statistics behind the learned ones; nil at the
  ///   first tensor.
  /// - Returns: the statistics alone.
  func statistics(
    for quantizer: FakeQuant, after values: ObservedValues, previous: FakeQuantNumbers?
  ) -> [Float]

  /// Whether the statistics are computed from sums of the values, and not from extremes alone, which
  /// can cost no pass over memory; false by default.
  ///
  /// Where it is false, the sums of the values that training follows can be NaN; those of the first
  /// tensor are always there.
  func followsSums(for quantizer: FakeQuant) -> Bool

  /// The constants of the kernels for one channel, from its numbers.
  ///
  /// - Parameter count: elements that share these numbers, the batch included.
  func constants(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, count: Int
  ) -> FakeQuantConstants

  /// The scale and zero point that these numbers stand for, as `quantizers` lists them and hardware
  /// takes them; nil where the levels are no uniform grid of x. Nil by default.
  func affineMap(for quantizer: FakeQuant, numbers: FakeQuantNumbers) -> AffineMap?

  /// The gradient of the loss to the learned numbers of one channel, from the sums that the backward
  /// kernel collected over all `count` elements.
  func parameterGradients(
    for quantizer: FakeQuant, numbers: FakeQuantNumbers, sums: FakeQuantSums, count: Int
  ) -> FakeQuantNumbers

  /// Brings the learned numbers of one channel back into their valid range after an update; the
  /// statistics stay as they are.
  func projected(_ numbers: FakeQuantNumbers, for quantizer: FakeQuant) -> FakeQuantNumbers

  /// Whether f(0) = 0 for all numbers, so that the padding of a blocked layout stays zero; true by
  /// default.
  func keepsZero(for quantizer: FakeQuant) -> Bool

  /// The two passes over memory.
  func kernels(for quantizer: FakeQuant) -> FakeQuantKernels
}

extension FakeQuantRule {
  /// All tensors that a node's operands stand for after x.
  public func numberNames(for quantizer: FakeQuant) -> [String] {
    parameterNames(for: quantizer) + statisticNames(for: quantizer)
  }

  public func statisticNames(for quantizer: FakeQuant) -> [String] { [] }

  public func weightTransform(for quantizer: FakeQuant) -> WeightTransform? { nil }

  public func initialParameters(
    for quantizer: FakeQuant, covering range: (minimum: Float, maximum: Float)
  ) -> [Float]? { nil }

  public func statistics(
    for quantizer: FakeQuant, after values: ObservedValues, previous: FakeQuantNumbers?
  ) -> [Float] { statisticNames(for: quantizer).map { _ in 0 } }

  public func affineMap(for quantizer: FakeQuant, numbers: FakeQuantNumbers) -> AffineMap? { nil }

  public func followsSums(for quantizer: FakeQuant) -> Bool { false }

  public func keepsZero(for quantizer: FakeQuant) -> Bool { true }
}

/// How a rule runs forward and backward over memory.
public struct FakeQuantKernels: Sendable {
  public var forward: mq_fake_quant_forward
  public var backward: mq_fake_quant_backward
  /// The factors of the gradient in the backward's sums; nil where it has to be run.
  public var slopes: FakeQuantSlopes?

  public init(
    forward: mq_fake_quant_forward, backward: mq_fake_quant_backward,
    slopes: FakeQuantSlopes? = nil
  ) {
    self.forward = forward
    self.backward = backward
    self.slopes = slopes
  }
}

/// Sums of a backward kernel that are linear in the gradient, with one factor for each element.
///
/// A quantizer of images needs nothing but its sums, and the convolution behind it can give them
/// without the gradient to the images, which is dearer: sum(dy e) = <dz, conv(e, w)> for
/// dy = conv^T(dz, w).
public struct FakeQuantSlopes: Sendable {
  public var kernel: mq_fake_quant_slopes
  /// The sums that the rule reads; it ignores the others.
  public var items: Range<Int>

  public init(kernel: mq_fake_quant_slopes, items: Range<Int>) {
    self.kernel = kernel
    self.items = items
  }
}

/// The values a quantizer is initialized from, or follows in training: one channel of a weight or a
/// whole activation. Zeros that pad a blocked layout are not among them.
public struct ObservedValues: Sendable {
  public var count: Int
  public var minimum: Float
  public var maximum: Float
  /// Mean over the images of each image's own minimum and maximum; of a weight, its extremes.
  public var imageMinimum: Float
  public var imageMaximum: Float
  /// Sum of |x|, accumulated in Double.
  public var absoluteSum: Double
  public var sum: Double
  public var squareSum: Double

  /// - Parameters imageMinimum, imageMaximum: nil for a tensor that is not per image.
  public init(
    count: Int, minimum: Float, maximum: Float, imageMinimum: Float? = nil,
    imageMaximum: Float? = nil, absoluteSum: Double, sum: Double, squareSum: Double
  ) {
    self.count = count
    self.minimum = minimum
    self.maximum = maximum
    self.imageMinimum = imageMinimum ?? minimum
    self.imageMaximum = imageMaximum ?? maximum
    self.absoluteSum = absoluteSum
    self.sum = sum
    self.squareSum = squareSum
  }
}

extension ObservedValues {
  /// Of no value.
  static let none = ObservedValues(
    count: 0, minimum: .infinity, maximum: -.infinity, absoluteSum: 0, sum: 0, squareSum: 0)

  /// What a kernel measured.
  init(_ part: mq_observation, count: Int) {
    self.init(
      count: count, minimum: part.minimum, maximum: part.maximum, absoluteSum: part.absolute_sum,
      sum: part.sum, squareSum: part.square_sum)
  }

  /// Takes other values in, but for the means over images.
  mutating func join(_ other: ObservedValues) {
    count += other.count
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    absoluteSum += other.absoluteSum
    sum += other.sum
    squareSum += other.squareSum
  }
}

/// The numbers of one channel, up to four, the learned ones first, or the gradients of the learned
/// ones; unused places are zero. Not an array, because it is made for every channel of every step.
public typealias FakeQuantNumbers = SIMD4<Float>

/// Up to eight numbers that a kernel reads; what each means is between a rule and its kernel.
public typealias FakeQuantConstants = SIMD8<Float>

/// Up to four sums that a backward kernel adds to; what each means is between a rule and its kernel.
public typealias FakeQuantSums = SIMD4<Double>

/// The algorithms a plan may meet, by name; `Quantizers/` fills it from its catalog.
public typealias FakeQuantRules = [String: any FakeQuantRule]

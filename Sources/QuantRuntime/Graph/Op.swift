/// What a node computes. Operands are the node's inputs, in the order given at each case.
///
/// Parameters and running statistics are nodes too, so that folding batch norm or quantizing a
/// weight is ordinary graph rewriting and gradients flow through it without special cases.
public enum Op: Hashable, Codable, Sendable {
  /// The images, `[C, H, W]` each.
  case input(Shape)
  /// A trained tensor of the model's state.
  case parameter(StateEntry)
  /// A tensor of the model's state that training updates without a gradient: running statistics, and
  /// those of quantizers.
  case buffer(StateEntry)
  /// x `[C, H, W]`, weight `[O, C/groups, KH, KW]`, optional bias `[O]`.
  case convolution(Convolution)
  /// x `[F]`, weight `[O, F]`, optional bias `[O]`.
  case linear
  /// x `[C, H, W]`, gamma, beta, running mean, running variance, each `[C]`. In training it
  /// normalizes with the batch's statistics and updates the two buffers.
  case batchNorm(BatchNorm)
  case activation(Activation)
  /// Two operands of one shape.
  case add
  /// One or more operands `[C, H, W]` that differ in C only: their channels one after the other, in
  /// the order of the operands.
  case concatenate
  case pool(Pool)
  /// `[C, H, W]` to `[C, 1, 1]`: the mean over each plane.
  case globalAveragePool
  /// `[C, H, W]` to `[C * H * W]`, row-major whatever the layout in memory.
  case flatten
  /// x of any shape. In training each element becomes 0 with the probability `rate`, the others are
  /// divided by 1 - rate; otherwise x itself (Srivastava et al., 2014).
  case dropout(rate: Double)
  /// Two operands of one shape, x and y. In training each element is y's with the probability `rate`
  /// and x's otherwise; else it is y (QDrop: Wei et al., ICLR 2022, equation 10).
  case randomChoice(rate: Double)
  /// x `[C, H, W]` to fewer pixels and more channels, without parameters.
  case paddedShortcut(PaddedShortcut)
  /// x, then the learned tensors of the algorithm in its own order (LSQ: scale, and in the
  /// asymmetric form zero point), then its statistics; each `[1]` per tensor or `[O]` per channel.
  case fakeQuant(FakeQuant)
  /// A weight of any shape, to one of the same shape normalized over all its elements.
  case weightTransform(WeightTransform)
  /// Running mean `[C]`, running variance `[C]` and, optionally, x `[C, H, W]`, to `[2, C]`: mean and
  /// biased variance. In training, with x, those of the batch, which update the running ones by
  /// `momentum`, the variance with n / (n - 1); otherwise the running ones, and x is not computed.
  case moments(momentum: Double)
  /// gamma `[C]`, variance `[C]` or moments `[2, C]` to gamma / sqrt(variance + epsilon). A running
  /// variance is a constant to the gradient, moments of a batch are not. A factor of magnitude below `smallestFoldFactor` becomes that number
  /// with gamma's sign (plus for 0), a constant to the gradient too, so that dividing by it is safe.
  case foldFactor(epsilon: Double)
  /// gamma, beta `[C]`, moments `[2, C]` and, optionally, a convolution's bias b `[C]`, to
  /// beta + (b - mean) gamma / sqrt(variance + epsilon) `[C]`.
  case foldBias(epsilon: Double)
  /// Running variance r `[C]`, moments `[2, C]` to sqrt(r + epsilon) / sqrt(variance + epsilon) `[C]`;
  /// r is read after the moments updated it and is a constant to the gradient.
  case deviationRatio(epsilon: Double)
  /// x, factor `[C]`: multiplies by the factor along the channel axis (axis 0 of a weight, the
  /// channels of an activation), or divides by it.
  case scaleChannels(ChannelScale)
}

extension Op {
  /// The least magnitude of a fold factor. So small that a weight times it rounds to 0 on every grid
  /// (scales are at least 1.19e-7), so large that gradients divided by it stay finite.
  public static let smallestFoldFactor: Float = 1e-12
}

/// A named tensor of the model's state, in the naming of a state dict (`layer1.0.conv1.weight`).
public struct StateEntry: Hashable, Codable, Sendable {
  public var name: String
  public var shape: Shape
  public var role: Role

  public init(_ name: String, _ shape: Shape, _ role: Role) {
    self.name = name
    self.shape = shape
    self.role = role
  }

  /// The module that a tensor of a state dict belongs to: `fc` of `fc.weight`.
  static func module(of tensor: String) -> String {
    tensor.lastIndex(of: ".").map { String(tensor[..<$0]) } ?? tensor
  }

  /// What the tensor is for; optimizers choose weight decay and learning rate by it.
  public enum Role: String, Codable, Sendable, CaseIterable {
    case weight
    case bias
    /// Gamma and beta of a batch norm.
    case normScale
    case normShift
    case runningMean
    case runningVariance
    /// Scale, threshold, clip or any other learned number of a quantizer.
    case quantizer
    /// What a quantizer has seen of its tensor, such as a range; training updates it without gradient.
    case quantizerStatistic
  }
}

public struct Convolution: Hashable, Codable, Sendable {
  public var stride: Int
  /// Zero padding on each side: top, left, bottom, right.
  public var padding: Padding
  public var groups: Int

  public init(stride: Int = 1, padding: Padding = Padding(0), groups: Int = 1) {
    self.stride = stride
    self.padding = padding
    self.groups = groups
  }
}

public struct Padding: Hashable, Codable, Sendable {
  public var top: Int
  public var left: Int
  public var bottom: Int
  public var right: Int

  public init(_ all: Int) {
    top = all
    left = all
    bottom = all
    right = all
  }

  public init(top: Int, left: Int, bottom: Int, right: Int) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }
}

public struct BatchNorm: Hashable, Codable, Sendable {
  /// Added to the variance.
  public var epsilon: Double
  /// Weight of the new batch in the running statistics: r = (1 - momentum) r + momentum * batch.
  public var momentum: Double
  /// Equal parts that a training batch is cut into, at least 1: each is normalized with its own
  /// statistics and the first one's go into the running ones, as on that many devices without
  /// synchronization. A batch that they do not divide cannot be trained on.
  public var shards: Int

  public init(epsilon: Double = 1e-5, momentum: Double = 0.1, shards: Int = 1) {
    self.epsilon = epsilon
    self.momentum = momentum
    self.shards = shards
  }
}

public enum Activation: String, Codable, Sendable, CaseIterable {
  case relu
  case relu6
}

/// Pooling over square windows; the average counts only real pixels, not padding.
public struct Pool: Hashable, Codable, Sendable {
  public enum Kind: String, Codable, Sendable { case max, average }
  public var kind: Kind
  public var window: Int
  public var stride: Int
  public var padding: Int

  public init(_ kind: Kind, window: Int, stride: Int, padding: Int = 0) {
    self.kind = kind
    self.window = window
    self.stride = stride
    self.padding = padding
  }
}

/// Every `stride`-th pixel of each row and column, and zeros around the channels: the shortcut "A" of
/// He et al. (2016).
public struct PaddedShortcut: Hashable, Codable, Sendable {
  public var stride: Int
  /// Channels of zeros before those of the input; the rest come after them.
  public var before: Int
  /// Channels of the result.
  public var channels: Int

  public init(stride: Int, before: Int, channels: Int) {
    self.stride = stride
    self.before = before
    self.channels = channels
  }
}

public struct FakeQuant: Hashable, Codable, Sendable {
  /// A name in the catalog of quantizers.
  public var algorithm: String
  public var spec: QuantSpec
  public var site: Site

  public init(algorithm: String, spec: QuantSpec, site: Site) {
    self.algorithm = algorithm
    self.spec = spec
    self.site = site
  }

  public enum Site: String, Codable, Sendable {
    case weight
    case activation
  }
}

/// What some algorithms do to a weight before they quantize it. Statistics run over the whole tensor,
/// and gradients flow through them.
public enum WeightTransform: String, Codable, Sendable, CaseIterable {
  /// tanh(w) / (max|tanh w| + 1e-5): DoReFa (Zhou et al., 2016, eq. 9). Where several elements have
  /// the largest magnitude they share its gradient.
  case tanhNormalize = "tanh_normalize"
  /// (w - mean) / (deviation + 1e-5), the deviation with n - 1 in the denominator: APoT (Li et al.,
  /// ICLR 2020, eq. 10). One element, or elements that are all equal, give 0.
  case standardize

  /// Added to the divisor.
  public static let epsilon: Float = 1e-5
}

public struct ChannelScale: Hashable, Codable, Sendable {
  /// Divides instead of multiplying.
  public var isInverse: Bool
  public init(isInverse: Bool = false) { self.isInverse = isInverse }
}

/// A published way to choose the rounding of weights so that a network's pieces keep their outputs.
public struct ReconstructionMethod: Hashable, Sendable {
  /// The name in scripts: `adaround`.
  public var name: String
  /// One sentence.
  public var summary: String
  public var citation: String
  public var rule: UnitRule
  /// Whether the scales of activations are trained with the rounding.
  public var learnsScales: Bool
  /// The share of activations that are left in float while a unit is trained, each drawn anew in each
  /// step; 0 quantizes all of them.
  public var drop: Double
}

/// All methods, in the order of listings.
public enum ReconstructionCatalog {
  public static let all = [adaRound, brecq, qdrop]

  private static let adaRound = ReconstructionMethod(
    name: "adaround", summary: "Trains the rounding of each layer's weights to keep its output.",
    citation:
      "Nagel et al., ICML 2020, 'Up or down? Adaptive rounding for post-training quantization'",
    rule: .layers, learnsScales: false, drop: 0)

  private static let brecq = ReconstructionMethod(
    name: "brecq", summary: "Trains the rounding of whole blocks, and the scales of activations.",
    citation:
      "Li et al., ICLR 2021, 'BRECQ: pushing the limit of post-training quantization by block "
      + "reconstruction'",
    rule: .blocks, learnsScales: true, drop: 0)

  private static let qdrop = ReconstructionMethod(
    name: "qdrop", summary: "Trains as BRECQ, with activations randomly left in float.",
    citation:
      "Wei et al., ICLR 2022, 'QDrop: randomly dropping quantization for extremely low-bit "
      + "post-training quantization'",
    rule: .blocks, learnsScales: true, drop: 0.5)
}

/// How long and how fast a reconstruction trains.
public struct ReconstructionConfiguration: Hashable, Sendable {
  public var method: ReconstructionMethod
  /// Training images to look at, drawn without repetition.
  public var images: Int
  /// Steps of each unit.
  public var steps: Int
  /// Images of a step, drawn with repetition.
  public var batch: Int
  /// Of Adam, for the rounding.
  public var rate: Double
  /// Of Adam, for the scales of activations at first; falls to 0 along a cosine.
  public var scaleRate: Double
  /// Weight of the term that pushes every element to one of its two levels.
  public var regularization: Double
  /// The share of steps before that term sets in; its exponent then falls from 20 to 2.
  public var warmup: Double
  public var seed: UInt64

  public init(
    method: ReconstructionMethod, images: Int, steps: Int, batch: Int = 32, rate: Double = 1e-3,
    scaleRate: Double = 4e-5, regularization: Double = 0.01, warmup: Double = 0.2, seed: UInt64
  ) {
    self.method = method
    self.images = images
    self.steps = steps
    self.batch = batch
    self.rate = rate
    self.scaleRate = scaleRate
    self.regularization = regularization
    self.warmup = warmup
    self.seed = seed
  }

  /// The exponent of the regularizer at a step, from 0; nil before it sets in.
  func beta(at step: Int) -> Double? {
    let start = warmup * Double(steps)
    guard Double(step) >= start, regularization > 0 else { return nil }
    let share = (Double(step) - start) / max(Double(steps) - start, 1)
    return 2 + 18 * max(0, 1 - share)
  }
}

/// A network whose rounding cannot be trained.
public enum ReconstructionError: RuntimeFailure, Equatable {
  /// A weight whose levels are no integers times a scale, or that is transformed before it is rounded.
  case weight(layer: String, algorithm: String)
  /// A unit that other values than its input enter.
  case unit(output: String)
  /// The values around a unit need more memory than is allowed.
  case memory(unit: String, bytes: Int, limit: Int, images: Int)
  /// A loss that is not finite.
  case nonFinite(unit: String, step: Int)

  public var code: String {
    switch self {
    case .weight: "reconstruct.weight"
    case .unit: "reconstruct.unit"
    case .memory: "reconstruct.memory"
    case .nonFinite: "reconstruct.non_finite"
    }
  }

  public var message: String {
    switch self {
    case .weight(let layer, let algorithm):
      "the rounding of layer '\(layer)' cannot be trained: '\(algorithm)' does not round its "
        + "weight to multiples of a scale"
    case .unit(let output): "the piece of the network that ends at '\(output)' has several inputs"
    case .memory(let unit, let bytes, let limit, let images):
      "the values around '\(unit)' take \(bytes >> 20) MiB for \(images) images, more than "
        + "\(limit >> 20) MiB"
    case .nonFinite(let unit, let step):
      "the error of '\(unit)' is not finite at step \(step)"
    }
  }

  public var help: String? {
    switch self {
    case .weight: "quantize the weights with static_uniform or lsq"
    case .memory(_, let bytes, let limit, let images):
      "take fewer images: \(max(1, images * limit / max(bytes, 1)))"
    default: nil
    }
  }
}

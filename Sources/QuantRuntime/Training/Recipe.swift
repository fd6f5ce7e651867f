/// The hyper-parameters with which the benchmark trains an architecture on ImageNet, as one row of
/// its table.
///
/// MQBench (arXiv 2111.03759), table 3: 100 epochs, the first of them a linear warm-up from 1e-4,
/// then half a cosine to 0; SGD with momentum 0.9 and Nesterov's look-ahead; label smoothing 0.1. The
/// batch of one GPU is the batch here, and the number of GPUs is the number of batches of a step:
/// gradients average over all of them, batch norm sees one batch.
public struct Recipe: Hashable, Sendable {
  /// The architecture's name in `ModelCatalog`.
  public let name: String
  public let peakRate: Double
  public let weightDecay: Double
  /// Scales and shifts of batch norm; nil for the same.
  public let normWeightDecay: Double?
  /// Images of one GPU.
  public let batch: Int
  /// GPUs.
  public let accumulate: Int

  public static let epochs = 100
  public static let warmupEpochs = 1.0
  public static let startRate = 1e-4
  public static let momentum = 0.9
  public static let labelSmoothing = 0.1

  /// MQBench, table 3. Of RegNetX-600MF the table says a weight decay of 4e-5 and every
  /// configuration file of the authors 1e-4; this is the table's.
  public static let all: [Recipe] = [
    row("resnet18", 0.004, 1e-4, batch: 64, gpus: 8),
    row("resnet50", 0.004, 1e-4, batch: 16, gpus: 16),
    row("mobilenet_v2", 0.01, 1e-5, norm: 0, batch: 32, gpus: 16),
    row("efficientnet_lite0", 0.01, 1e-5, norm: 0, batch: 32, gpus: 16),
    row("regnetx_600mf", 0.004, 4e-5, batch: 32, gpus: 16),
  ]

  private static func row(
    _ name: String, _ peakRate: Double, _ weightDecay: Double, norm: Double? = nil, batch: Int,
    gpus: Int
  ) -> Recipe {
    Recipe(
      name: name, peakRate: peakRate, weightDecay: weightDecay, normWeightDecay: norm,
      batch: batch, accumulate: gpus)
  }

  /// The course of the learning rate.
  public var learningRate: LearningRate {
    LearningRate(
      .cosine(end: 0), peak: peakRate, start: Self.startRate, warmup: .epochs(Self.warmupEpochs))
  }

  public var optimizer: SGD {
    SGD(momentum: Self.momentum, nesterov: true, weightDecay: weightDecay)
  }
}

/// How the ranges of a quantized model's quantizers are found from images.
public struct CalibrationConfiguration: Hashable, Sendable {
  /// Training images to look at, drawn without repetition.
  public var images: Int
  /// Images of one pass; the ranges do not depend on it but for observers that follow batches.
  public var batch: Int
  /// Finds the ranges of activations.
  public var activations: ObserverChoice
  /// Finds the ranges of weights.
  public var weights: ObserverChoice
  /// Whether the images are augmented as in training (MQBench, appendix C) or prepared as for testing.
  public var augments: Bool
  /// Of the draw and the augmentations.
  public var seed: UInt64

  public init(
    images: Int, batch: Int, activations: ObserverChoice, weights: ObserverChoice,
    augments: Bool = false, seed: UInt64
  ) {
    self.images = images
    self.batch = batch
    self.activations = activations
    self.weights = weights
    self.augments = augments
    self.seed = seed
  }

  func observer(of site: FakeQuant.Site) -> ObserverChoice {
    site == .weight ? weights : activations
  }
}

/// Why a model cannot be calibrated.
public enum CalibrationError: RuntimeFailure, Equatable {
  /// More images were asked for than the data set trains on.
  case tooFewImages(wanted: Int, available: Int)
  /// No batch norm with running statistics is left in the model.
  case noBatchNorm(model: String)
  /// A quantizer saw a value that is not finite.
  case nonFinite(quantizer: String)

  public var code: String {
    switch self {
    case .tooFewImages: "calibrate.images"
    case .noBatchNorm: "calibrate.batch_norm"
    case .nonFinite: "calibrate.non_finite"
    }
  }

  public var message: String {
    switch self {
    case .tooFewImages(let wanted, let available):
      "\(wanted) images were asked for, and the data set has \(available) to train on"
    case .noBatchNorm(let model):
      "model '\(model)' has no batch norm left whose statistics could be found again"
    case .nonFinite(let quantizer):
      "quantizer '\(quantizer)' was given a value that is NaN or infinite"
    }
  }
}

/// Why a training run or an evaluation cannot start or go on.
public enum TrainingError: RuntimeFailure, Equatable {
  /// The loss is NaN or infinite. `node` is the first node of the graph with such a value, nil when
  /// every node is finite and only the loss is not.
  case nonFiniteLoss(step: Int, epoch: Int, node: String?, learningRate: Double)
  case batchTooLarge(batch: Int, images: Int)
  case imageShape(model: Shape, data: Shape)
  case classCount(model: Int, data: Int)
  /// A quantized model that has met no data: its scales are unknown.
  case notInitialized(model: String)

  public var code: String {
    switch self {
    case .nonFiniteLoss: "train.non_finite"
    case .batchTooLarge: "train.batch"
    case .imageShape: "shape.mismatch"
    case .classCount: "shape.classes"
    case .notInitialized: "quant.not_initialized"
    }
  }

  public var message: String {
    switch self {
    case .nonFiniteLoss(let step, let epoch, let node, _):
      "the loss is not finite at step \(step), epoch \(epoch)"
        + (node.map { "; the first such value is the result of '\($0)'" } ?? "")
    case .batchTooLarge(let batch, let images):
      "a batch of \(batch) is larger than the training set of \(images) images"
    case .imageShape(let model, let data):
      "the model takes images \(model), the data has \(data)"
    case .classCount(let model, let data):
      "the model tells \(model) classes apart, the data has \(data)"
    case .notInitialized(let model):
      "the quantizers of '\(model)' have no scales yet"
    }
  }

  public var help: String? {
    switch self {
    case .nonFiniteLoss: "lower the peak of 'lr:', or give it a longer 'warmup:'"
    case .batchTooLarge(_, let images): "use 'batch: \(images)' or less"
    case .imageShape, .classCount: "make the model with 'for:' the data set"
    case .notInitialized: "train the model: the first batch initializes its quantizers"
    }
  }

  public var notes: [String] {
    guard case .nonFiniteLoss(_, _, _, let rate) = self else { return [] }
    return ["the learning rate of that step was \(rate)"]
  }
}

/// Why a training run or an evaluation cannot start or go on.
public enum TrainingError: RuntimeFailure, Equatable {
  /// The loss is NaN or infinite. `node` is the first node of the graph with such a value, nil when
  /// every node is finite and only the loss is not.
  case nonFiniteLoss(step: Int, epoch: Int, node: String?, learningRate: Double)
  case batchTooLarge(batch: Int, accumulate: Int, images: Int)
  case imageShape(model: Shape, data: Shape)
  case classCount(model: Int, data: Int)
  /// A quantized model that has met no data: its scales are unknown.
  case notInitialized(model: String)
  /// A name of a parameter group that no trained tensor has.
  case unmatchedName(String, tensors: [String])

  public var code: String {
    switch self {
    case .nonFiniteLoss: "train.non_finite"
    case .batchTooLarge: "train.batch"
    case .imageShape: "shape.mismatch"
    case .classCount: "shape.classes"
    case .notInitialized: "quant.not_initialized"
    case .unmatchedName: "train.group"
    }
  }

  public var message: String {
    switch self {
    case .nonFiniteLoss(let step, let epoch, let node, _):
      "the loss is not finite at step \(step), epoch \(epoch)"
        + (node.map { "; the first such value is the result of '\($0)'" } ?? "")
    case .batchTooLarge(let batch, 1, let images):
      "a batch of \(batch) is larger than the training set of \(images) images"
    case .batchTooLarge(let batch, let accumulate, let images):
      "\(accumulate) batches of \(batch) are more than the training set of \(images) images"
    case .imageShape(let model, let data):
      "the model takes images \(model), the data has \(data)"
    case .classCount(let model, let data):
      "the model tells \(model) classes apart, the data has \(data)"
    case .notInitialized(let model):
      "the quantizers of '\(model)' have no scales yet"
    case .unmatchedName(let name, _): "no trained tensor or module is named '\(name)'"
    }
  }

  public var help: String? {
    switch self {
    case .nonFiniteLoss: "lower the peak of 'lr:', or give it a longer 'warmup:'"
    case .batchTooLarge(_, 1, let images): "use 'batch: \(images)' or less"
    case .batchTooLarge: "lower 'accumulate:' or 'batch:'"
    case .imageShape, .classCount: "make the model with 'for:' the data set"
    case .notInitialized: "train the model: the first batch initializes its quantizers"
    case .unmatchedName(let name, let tensors): Self.suggestion(for: name, tensors)
    }
  }

  public var notes: [String] {
    guard case .nonFiniteLoss(_, _, _, let rate) = self else { return [] }
    return ["the learning rate of that step was \(rate)"]
  }

  private static func suggestion(for name: String, _ tensors: [String]) -> String {
    if let closest = closestName(to: name, among: tensors) { return "did you mean '\(closest)'?" }
    return "such as '\(tensors.first ?? "fc.weight")'; '*' stands for any text"
  }
}

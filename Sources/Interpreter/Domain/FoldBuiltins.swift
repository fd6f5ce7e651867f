import Foundation
import QuantRuntime

/// Batch norm in the weights, for deployment.
enum FoldBuiltins {
  static let all = [folded, error]

  private static let folded = Builtin(
    "folded", family: "quantization",
    "The model as it is deployed, batch norm folded into its weights and biases.",
    details: """
      It computes what the trained model computes in evaluation, up to the rounding of float32, with
      whichever strategy it was trained. Running statistics are part of the weights then, so it is not
      to be trained further with them.
      """,
    parameters: [ModelBuiltins.modelParameter], result: .host("model"),
    examples: [
      .init("folded(\(ModelBuiltins.small)).parameters < \(ModelBuiltins.small).parameters", "true")
    ]
  ) { call in
    let model = ModelBuiltins.value(call)
    guard model.content.hasNormToFold else { return .host(model) }
    var result = try model.content.foldedForInference()
    result.provenance.history.append("batch norm folded for inference")
    return .host(ModelValue(content: result, history: model.history, work: model.work))
  }

  private static let error = Builtin(
    "fold_error", family: "quantization",
    "How far the folded model is from the trained one, on test images.",
    details: """
      `difference` is the largest difference of two logits, `relative` that over the largest logit,
      `agreement` the share of images with the same first choice. Both run in float32; where
      activations are quantized, rounding of the last bit can move a value to the next level.
      """,
    parameters: [
      ModelBuiltins.modelParameter, TrainingBuiltins.data,
      Parameter(
        "images", .int(1...1_000_000), default: .int(64), needsLabel: true,
        "Test images to compare on."),
    ], result: .record,
    examples: [
      .init(TrainingBuiltins.setting + "fold_error(net, data, images: 8).agreement", "1.0")
    ]
  ) { call in
    let model = ModelBuiltins.value(call)
    let found = try call.session.work.compareFolded(
      FoldErrorTask(
        model: model, data: TrainingBuiltins.dataset(call), images: call.int("images")), call)
    return try .record([
      "difference": .float(found.difference), "relative": .float(found.relative),
      "agreement": .float(found.agreement),
      "images": .int(found.count), "fold": .text(model.content.quantization?.fold ?? "none"),
    ])
  }

  /// Below this a difference says nothing about the folding, and its digits differ between machines.
  private static let roundingNoise = 1e-5

  /// Tells how far the folded model is from a quantized one that was trained with batch norm.
  static func tellError(of model: Model, on data: DatasetValue, _ call: Call) {
    guard model.quantization != nil, model.hasNormToFold,
      let found = try? FoldError.measure(
        model, on: data.content, images: 16, rules: QuantizerCatalog.rules,
        interruption: call.session.interruption)
    else { return }
    let bound =
      found.relative < roundingNoise
      ? String(format: "less than %.0e", roundingNoise)
      : String(format: "at most %.1e", found.relative)
    call.session.output.talk(
      "folded for inference, logits differ by \(bound) of the largest, \(found.count) test images")
  }
}

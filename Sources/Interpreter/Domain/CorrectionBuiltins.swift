import Foundation
import QuantRuntime

/// Networks made easier to quantize, and what quantization adds taken back, without training.
enum CorrectionBuiltins {
  static let all = [equalize, correctBias]

  private static let equalize = Builtin(
    "equalize", family: "post-training",
    "A float model whose consecutive layers have channels of like ranges.",
    details: """
      Where nothing but ReLU or pools is between two layers, a channel's weights are divided in the
      first and multiplied in the second by one factor, so that both have the same largest magnitude;
      the network computes what it did. For backends with one scale for a weight. Batch norm is folded
      first. ReLU6 and additions let no factor through. Goes before quantize.
      Nagel et al., ICCV 2019, section 4.1.
      """,
    parameters: [
      ModelBuiltins.modelParameter,
      Parameter(
        "threshold", .float(0...1e6), default: .float(ChannelEqualization.standardThreshold),
        needsLabel: true, "Channels whose two magnitudes sum to less are left as they are."),
    ],
    result: .host("model"),
    examples: [
      .init("equalize(\(ModelBuiltins.small)).name", "\"resnet20\""),
      .init(
        TrainingBuiltins.setting
          + "quantize(equalize(net), static_uniform(bits: 8), backend: tvm).backend", "\"tvm\""),
    ]
  ) { call in
    let model = ModelBuiltins.value(call)
    let threshold = call.float("threshold")
    let outcome = try call.blaming("model") {
      try ChannelEqualization.equalize(
        model.content, threshold: threshold, interruption: call.session.interruption)
    }
    let words = "equalized \(outcome.pairs) pairs of layers, threshold \(threshold)"
    call.session.work.remark(
      String(format: "%@; factors up to %.3g", words, outcome.largestFactor), call.session)
    var result = outcome.model
    result.provenance.history.append(words)
    return .host(ModelValue(content: result, history: model.history, work: model.work))
  }

  private static let correctBias = Builtin(
    "correct_bias", family: "post-training",
    "A quantized model whose biases make up for what quantization does to the mean of each channel.",
    details: """
      Layer by layer, each with those before it corrected: the mean of each output channel over the
      images, of the float network less that of the quantized one, is added to the bias. The result is
      folded for inference. Goes after calibrate, adaround and the like.
      Nagel et al., ICCV 2019, section 4.2.
      """,
    parameters: [
      ModelBuiltins.modelParameter, TrainingBuiltins.data,
      Parameter(
        "images", .int(1...10_000_000), default: .int(256), needsLabel: true,
        "Training images to look at for each layer, drawn with the session's seed."),
      CalibrationBuiltins.batch,
    ],
    result: .host("model"),
    examples: [
      .init(
        CalibrationBuiltins.setting
          + "calibrate(q, data, images: 32) |> correct_bias(data, images: 8)"
          + " |> quantizers |> count")
    ]
  ) { call in
    let model = ModelBuiltins.value(call)
    let data = TrainingBuiltins.dataset(call)
    let (images, batch) = (call.int("images"), call.int("batch"))
    let words =
      "biases corrected on \(images) images of \(data.content.name), seed \(call.session.seed)"
    return try CalibrationBuiltins.modelFrom(
      call, .correctBias, words, facts: ["seed \(call.session.seed)"],
      rounds: try BiasCorrection.rounds(for: model.content)
    ) { stop, report in
      let outcome = try BiasCorrection.correct(
        model.content, on: data.content, images: images, batch: batch, seed: call.session.seed,
        rules: QuantizerCatalog.rules, interruption: stop, report: report)
      if let most = outcome.layers.max(by: { $0.largest < $1.largest }) {
        call.session.work.remark(
          String(
            format: "corrected %d layers; the most in %@, by up to %.3g", outcome.layers.count,
            most.name, most.largest), call.session)
      }
      return outcome.model
    }
  }
}

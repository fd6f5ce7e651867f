import QuantRuntime

/// Which layers bear quantization.
enum SensitivityBuiltins {
  static let all = [sensitivity]

  private static let sensitivity = Builtin(
    "sensitivity", family: "post-training",
    "What each layer's quantizers cost by themselves, everything else in float.",
    details: """
      A row for each layer with the quantizers of its weight and its input, and for each quantizer that
      no layer reads. On the first test images: `top1`; `agreement`, the share of images with the float
      network's first choice; `kl`, the mean divergence of the class probabilities from the float ones,
      in nats; `error`, the square error of the logits over their square.
      """,
    parameters: [
      ModelBuiltins.modelParameter, TrainingBuiltins.data,
      Parameter(
        "images", .int(1...1_000_000), default: .int(256), needsLabel: true,
        "Test images to score each layer on."),
    ],
    result: .table,
    examples: [
      .init(
        DeploymentBuiltins.setting
          + "sensitivity(q, data, images: 8) |> head(3) |> count", "3")
    ]
  ) { call in
    let model = ModelBuiltins.value(call).content
    let data = TrainingBuiltins.dataset(call)
    let images = min(call.int("images"), data.content.test.count)
    let rows = try call.blaming(CalibrationBuiltins.culprit) {
      let rounds = try Sensitivity.rounds(for: model)
      let pass = PlannedPass(
        model.graph, batch: min(images, Sensitivity.largestBatch), mode: .evaluate)
      return try call.session.work.look(
        LookingTask(
          kind: .sensitivity, model: model, data: data, images: images * rounds,
          batch: pass.batch,
          passes: [(pass, rounds * ((images + pass.batch - 1) / pass.batch))],
          perform: { stop, report in
            try Sensitivity.measure(
              model, on: data.content, images: images, rules: QuantizerCatalog.rules,
              interruption: stop, report: report)
          },
          standIn: { _ in
            try Sensitivity.names(in: model).map {
              Sensitivity.Row(
                name: $0, weightBits: nil, inputBits: nil, top1: .nan, agreement: .nan,
                divergence: .nan, error: .nan)
            }
          }), call)
    }
    return .table(
      Table(
        columns: ["layer", "weight_bits", "input_bits", "top1", "agreement", "kl", "error"],
        rows: rows.map { row in
          [
            .text(row.name), row.weightBits.map { .int($0) } ?? .empty,
            row.inputBits.map { .int($0) } ?? .empty, .float(row.top1), .float(row.agreement),
            .float(row.divergence), .float(row.error),
          ]
        }))
  }
}

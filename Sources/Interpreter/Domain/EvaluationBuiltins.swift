import Foundation
import QuantRuntime

/// A score as a value of the language: it says what was scored.
struct EvaluationValue: HostValue, Equatable {
  let content: Evaluation
  /// What ran: `float32`, bits and backend of a simulation, or integers.
  let arithmetic: String
  let model: String
  let data: String
  /// Names the evaluation that was planned and not done: its numbers are NaN.
  var planned: String?

  init(_ content: Evaluation, of task: EvaluationTask, planned: String? = nil) {
    self.content = content
    arithmetic = task.integer?.state ?? task.model.state
    model = task.model.content.name
    data = task.data.content.name
    self.planned = planned
  }

  /// A planned one has no numbers to compare.
  static func == (a: EvaluationValue, b: EvaluationValue) -> Bool {
    a.arithmetic == b.arithmetic && a.model == b.model && a.data == b.data
      && a.planned == b.planned && (a.planned != nil || a.content == b.content)
  }

  static let type = HostType(
    "evaluation",
    fields: [
      "top1": .float, "top5": .float, "loss": .float, "count": .int, "arithmetic": .string,
      "model": .string, "data": .string,
    ])
  var summary: String {
    String(
      format: "top-1 %.2f %%, top-5 %.2f %%, loss %.4f on %d images of %@ (%@, %@)",
      content.top1 * 100, content.top5 * 100, content.loss, content.count, data, model, arithmetic)
  }
  func field(_ name: String) -> Value? {
    switch name {
    case "top1": .float(content.top1)
    case "top5": .float(content.top5)
    case "loss": .float(content.loss)
    case "count": .int(content.count)
    case "arithmetic": .text(arithmetic)
    case "model": .text(model)
    case "data": .text(data)
    default: nil
    }
  }
}

/// Scoring models.
enum EvaluationBuiltins {
  static let all = [evaluate]

  /// A model, or one in integers.
  static let subject = Parameter(
    "model", .oneOf([.host("model"), .host("integer_model")]), "A model, or one in integers.")

  private static let evaluate = Builtin(
    "evaluate", family: "training", "Scores a model on the test images of a data set.",
    details: """
      `top1` and `top5` are shares from 0 to 1, `loss` is the mean cross entropy without label
      smoothing, `count` the number of images, `arithmetic` says what ran: float32, or which bits
      were simulated for which backend or ran in integers.
      """,
    parameters: [
      subject, TrainingBuiltins.data,
      Parameter(
        "batch", .int(1...65_536), default: .int(250), needsLabel: true, "Images of one pass."),
    ],
    result: .host("evaluation"),
    examples: [.init(TrainingBuiltins.setting + "evaluate(net, data).count", "32")]
  ) { call in
    let integer = call.host("model", as: IntegerValue.self)
    let task = EvaluationTask(
      model: integer?.model ?? ModelBuiltins.value(call), integer: integer,
      data: TrainingBuiltins.dataset(call), batch: call.int("batch"))
    return try call.blaming(TrainingBuiltins.culpritAmongData) {
      .host(try call.session.work.evaluate(task, call))
    }
  }
}

import QuantRuntime

/// A learning rate's course as a value of the language.
struct ScheduleValue: HostValue, Equatable {
  let content: LearningRate
  static let type = HostType("schedule")
  var summary: String { content.description }
}

/// Courses of the learning rate.
enum ScheduleBuiltins {
  static let all = [cosine, constant, step].map(\.pure)

  private static let rate = ParameterType.float(0...1_000)
  private static let parameters = [
    Parameter("peak", rate, needsLabel: true, "The highest rate."),
    Parameter(
      "start", rate, default: .float(0), needsLabel: true, "The rate of the first warm-up step."),
    Parameter(
      "warmup", .float(0...100_000), default: .float(0), needsLabel: true,
      "Epochs of linear warm-up; fractions are allowed."),
    Parameter(
      "warmup_steps", .optional(.int(0...1_000_000_000)), default: .nil, needsLabel: true,
      "Steps of linear warm-up, instead of 'warmup'."),
  ]

  private static let warmupHelp =
    "Warm-up of W steps: lr = start + (peak - start) (i - 1) / (W - 1) in step i < W, from 1."

  private static func value(_ call: Call, _ decay: LearningRate.Decay) throws -> Value {
    let epochs = call.float("warmup")
    guard epochs == 0 || !call.isGiven("warmup_steps") else {
      throw call.failure(
        "schedule.warmup", "'\(call.builtin.name)' takes either 'warmup:' or 'warmup_steps:'")
    }
    let warmup: TrainingTime =
      call.isGiven("warmup_steps") ? .steps(call.int("warmup_steps")) : .epochs(epochs)
    return .host(
      ScheduleValue(
        content: LearningRate(
          decay, peak: call.float("peak"), start: call.float("start"), warmup: warmup)))
  }

  private static let cosine = Builtin(
    "cosine", family: "training", "A learning rate that falls along half a cosine wave.",
    details: """
      \(warmupHelp)
      After it: lr = end + (peak - end) (1 + cos(pi (i - W) / (T - W))) / 2, with T steps in all.
      """,
    parameters: parameters + [
      Parameter("end", rate, default: .float(0), needsLabel: true, "The rate of the last step.")
    ],
    result: .host("schedule"),
    examples: [
      .init(
        "cosine(peak: 0.1, warmup: 1)", "cosine(peak: 0.1, start: 0.0, warmup: 1.0, end: 0.0)"),
      .init("cosine(peak: 0.1, warmup_steps: 500)"),
    ]
  ) { try value($0, .cosine(end: $0.float("end"))) }

  private static let constant = Builtin(
    "constant", family: "training", "A learning rate that stays at its peak.",
    details: warmupHelp, parameters: parameters, result: .host("schedule"),
    examples: [.init("constant(peak: 0.01)", "constant(peak: 0.01, start: 0.0, warmup: 0.0)")]
  ) { try value($0, .constant) }

  private static let step = Builtin(
    "step", family: "training", "A learning rate that falls by a factor at given times.",
    details: warmupHelp,
    parameters: parameters + [
      Parameter(
        "at", .list, default: try? .list([]), needsLabel: true,
        "The epochs, counted from 0, that start lower."),
      Parameter(
        "at_steps", .list, default: try? .list([]), needsLabel: true,
        "The steps after which it falls."),
      Parameter("factor", .float(0...1), default: .float(0.1), needsLabel: true, "Of each fall."),
    ],
    result: .host("schedule"),
    examples: [
      .init("step(peak: 0.1, at: [30, 60])"), .init("step(peak: 0.1, at_steps: [3000])"),
    ]
  ) { call in
    let times = try epochs(call) + steps(call)
    guard !times.isEmpty else {
      throw call.failure("schedule.times", "'step' needs 'at:' epochs or 'at_steps:' steps")
    }
    return try value(call, .step(at: times, factor: call.float("factor")))
  }

  private static func epochs(_ call: Call) throws -> [TrainingTime] {
    try call.elements("at").map { value in
      guard let epoch = value.number else {
        throw ArgumentError.type(
          parameter: "at", function: "step", expected: "list of numbers", found: value.typeName)
      }
      return .epochs(epoch)
    }
  }

  private static func steps(_ call: Call) throws -> [TrainingTime] {
    try call.elements("at_steps").map { value in
      guard case .int(let step) = value else {
        throw ArgumentError.type(
          parameter: "at_steps", function: "step", expected: "list of ints", found: value.typeName)
      }
      return .steps(step)
    }
  }
}

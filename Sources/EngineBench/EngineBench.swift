import Foundation
import QuantRuntime

/// Times training steps: `EngineBench [model] [batch] [size] [steps] [variants]` prints a line of csv
/// for each variant: `float32`, or the name of a backend for 4-bit LSQ on it. All by default.
@main
struct EngineBench {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let name = arguments.first ?? "resnet18"
    let numbers = arguments.dropFirst().compactMap { Int($0) }
    let batch = numbers.first ?? 16
    let size = numbers.dropFirst().first ?? 224
    let steps = numbers.dropFirst(2).first ?? 10
    let float = try ModelCatalog.make(name, input: [3, size, size], classes: 1000, seed: 1)
    let variants =
      arguments.dropFirst(4).isEmpty
      ? ["float32"] + HardwareCatalog.all.map(\.name) : Array(arguments.dropFirst(4))
    print(
      "variant,model,batch,size,steps,min_ms,median_ms,images_per_s,conv_share,plan_MiB,peak_MiB")
    if variants.contains("float32") {
      try Measurement("float32", float, batch: batch, size: size, steps: steps).run()
    }
    for profile in HardwareCatalog.all where variants.contains(profile.name) {
      let choice = QuantizerChoice("lsq", bits: 4)
      let model = try quantize(
        float, QuantizeConfiguration(profile: profile, weights: choice, activations: choice))
      try Measurement("lsq4_\(profile.name)", model, batch: batch, size: size, steps: steps).run()
    }
  }
}

/// One model's training step, timed.
private struct Measurement {
  private static let warmUp = 3
  let label: String
  let model: Model
  let batch: Int
  let size: Int
  let steps: Int

  init(_ label: String, _ model: Model, batch: Int, size: Int, steps: Int) {
    self.label = label
    self.model = model
    self.batch = batch
    self.size = size
    self.steps = steps
  }

  func run() throws {
    try ComputeThread.run { () throws in
      let store = try ParameterStore(graph: model.graph, state: model.state)
      let plan = try Plan(
        model.graph, store: store, batch: batch, mode: .train(labelSmoothing: 0.1),
        rules: QuantizerCatalog.rules)
      fill(plan)
      if model.needsInitialization { try plan.initializeQuantizers() }
      let update = OptimizerState(AnyOptimizer(SGD()), of: plan.trainables)
      for _ in 0..<Self.warmUp { try step(plan, update) }
      plan.isProfiling = true
      let clock = ContinuousClock()
      let times = try (0..<steps).map { _ in
        let start = clock.now
        try step(plan, update)
        return (clock.now - start) / .milliseconds(1)
      }.sorted()
      report(plan, times)
    }
  }

  /// Noise and labels in turn: a step takes as long whatever the images show.
  private func fill(_ plan: Plan) {
    var random = RandomStream(seed: 1, purpose: .syntheticData)
    for i in plan.images.indices { plan.images[i] = random.uniform(-2, 2) }
    for i in plan.labels.indices { plan.labels[i] = Int32(i) }
  }

  /// A whole step of training: forward, backward, update.
  private func step(_ plan: Plan, _ update: OptimizerState) throws {
    try plan.forward()
    try plan.backward()
    update.apply(to: plan.trainables, rate: 1e-3)
  }

  private func report(_ plan: Plan, _ times: [Double]) {
    let timings = plan.timings()
    let total = timings.reduce(0) { $0 + $1.seconds }
    let convolutions = timings.filter { $0.label == "convolution" }.reduce(0) { $0 + $1.seconds }
    let median = times[times.count / 2]
    print(
      "\(label),\(model.name),\(batch),\(size),\(steps),"
        + String(
          format: "%.1f,%.1f,%.2f,%.3f,%d,%d", times[0], median, Double(batch) / median * 1000,
          convolutions / total, plan.memoryBytes >> 20, peakMemory >> 10))
    let environment = ProcessInfo.processInfo.environment
    if environment["MQ_BENCH_SHARES"] != nil { shares(timings, total) }
    if environment["MQ_BENCH_STEPS"] != nil { slowest(timings) }
  }

  /// Where the time goes, to stderr.
  private func shares(_ timings: [StepTiming], _ total: Double) {
    let groups = Dictionary(grouping: timings) { "\($0.label) \($0.isBackward ? "bwd" : "fwd")" }
    for (group, steps) in groups.mapValues({ $0.reduce(0) { $0 + $1.seconds } })
      .sorted(by: { $0.value > $1.value })
    {
      let line = String(format: "  %5.1f %%  %@\n", steps / total * 100, group)
      FileHandle.standardError.write(Data(line.utf8))
    }
  }

  /// The milliseconds of the slowest steps, to stderr.
  private func slowest(_ timings: [StepTiming]) {
    for timing in timings.sorted(by: { $0.seconds > $1.seconds }).prefix(60) {
      let line = String(
        format: "  %7.2f ms  %@ %@ %@\n", timing.seconds * 1000 / Double(steps), timing.label,
        timing.isBackward ? "bwd" : "fwd", timing.node)
      FileHandle.standardError.write(Data(line.utf8))
    }
  }

  /// The process's largest resident size so far, in KiB, as the kernel counts it.
  private var peakMemory: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }
}

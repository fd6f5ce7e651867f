import Foundation
import QuantRuntime

/// Times training steps and kernels:
///
///     EngineBench [--classes N] [model] [batch] [size] [steps] [variants]
///     EngineBench --algorithms
///     EngineBench --kernels [MiB] [threads]
///
/// The first prints a line of csv for each variant, see `Variant`; float and LSQ on every backend by
/// default, of 1000 classes. The second lists one variant for each algorithm. The third times the
/// kernels of all algorithms, see `KernelMeasurement`.
@main
struct EngineBench {
  static func main() {
    ThreadWaiting.limit()
    do {
      var arguments = Array(CommandLine.arguments.dropFirst())
      if arguments == ["--algorithms"] {
        print(Variant.algorithms.joined(separator: "\n"))
      } else if arguments.first == "--kernels" {
        let numbers = arguments.dropFirst().compactMap { Int($0) }
        KernelMeasurement(
          mebibytes: numbers.first ?? 256, threads: numbers.dropFirst().first ?? 2
        ).run()
      } else {
        let classes = Self.classes(takenFrom: &arguments)
        try time(arguments, classes: classes)
      }
    } catch {
      let message = (error as? any RuntimeFailure)?.message ?? "\(error)"
      FileHandle.standardError.write(Data("EngineBench: \(message)\n".utf8))
      exit(1)
    }
  }

  private static func time(_ arguments: [String], classes: Int) throws {
    let name = arguments.first ?? "resnet18"
    let numbers = arguments.dropFirst().prefix(3).compactMap { Int($0) }
    let batch = numbers.first ?? 16
    let size = numbers.dropFirst().first ?? 224
    let steps = numbers.dropFirst(2).first ?? 10
    let named = Array(arguments.dropFirst(4))
    let variants = try (named.isEmpty ? Variant.backends : named).map { try Variant($0) }
    let float = try ModelCatalog.make(name, input: [3, size, size], classes: classes, seed: 1)
    print(
      "variant,model,batch,size,steps,min_ms,median_ms,images_per_s,conv_share,plan_MiB,peak_MiB")
    for variant in variants {
      let model = try variant.model(from: float)
      try Measurement(
        variant.name, model, batch: batch, size: size, steps: steps, classes: classes
      ).run()
    }
  }

  /// Removes `--classes N`; 1000 when it is not there, 0 for what is no number.
  private static func classes(takenFrom arguments: inout [String]) -> Int {
    guard let index = arguments.firstIndex(of: "--classes"), index + 1 < arguments.count else {
      return 1000
    }
    let classes = Int(arguments[index + 1]) ?? 0
    arguments.removeSubrange(index...index + 1)
    return classes
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
  let classes: Int

  init(_ label: String, _ model: Model, batch: Int, size: Int, steps: Int, classes: Int) {
    self.label = label
    self.model = model
    self.batch = batch
    self.size = size
    self.steps = steps
    self.classes = classes
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
      try report(plan, times)
    }
  }

  /// Noise and labels in turn: a step takes as long whatever the images show.
  private func fill(_ plan: Plan) {
    var random = RandomStream(seed: 1, purpose: .syntheticData)
    for i in plan.images.indices { plan.images[i] = random.uniform(-2, 2) }
    for i in plan.labels.indices { plan.labels[i] = Int32(i % classes) }
  }

  /// A whole step of training: forward, backward, update.
  private func step(_ plan: Plan, _ update: OptimizerState) throws {
    try plan.forward()
    try plan.backward()
    update.apply(to: plan.trainables, rate: 1e-3)
  }

  private func report(_ plan: Plan, _ times: [Double]) throws {
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
    if environment["MQ_BENCH_SHARES"] != nil { try shares(timings, total) }
    if environment["MQ_BENCH_STEPS"] != nil { slowest(timings) }
  }

  /// Where the time goes, to stderr: each kind of work with its share, and with what it makes of the
  /// arithmetic (convolutions) or of the memory of the machine.
  private func shares(_ timings: [StepTiming], _ total: Double) throws {
    let roofline = try Roofline.measured()
    // Forward, and gradients of data and weights; the first layer's images need no gradient.
    let flops = 2.0 * Double(batch) * Double(try model.macs())
    talk(
      String(
        format: "roofline: %.0f GFLOP/s, %.1f GB/s", roofline.gigaflops, roofline.gigabytes))
    let groups = Dictionary(grouping: timings) { "\($0.label) \($0.isBackward ? "bwd" : "fwd")" }
    let sums = groups.mapValues { group in
      (
        seconds: group.reduce(0) { $0 + $1.seconds } / Double(steps),
        bytes: group.reduce(0) { $0 + $1.bytes }
      )
    }
    for (group, sum) in sums.sorted(by: { $0.value.seconds > $1.value.seconds }) {
      let isBackward = group.hasSuffix("bwd")
      let rate =
        group.hasPrefix("convolution")
        ? String(
          format: "%3.0f %% of the arithmetic",
          flops * (isBackward ? 2 : 1) / sum.seconds / 1e9 / roofline.gigaflops * 100)
        : String(
          format: "%3.0f %% of the memory's rate",
          Double(sum.bytes) / sum.seconds / 1e9 / roofline.gigabytes * 100)
      talk(
        String(
          format: "  %5.1f %%  %7.2f ms  %@  ", sum.seconds * Double(steps) / total * 100,
          sum.seconds * 1000, group.padding(toLength: 18, withPad: " ", startingAt: 0)) + rate)
    }
  }

  private func talk(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  /// The milliseconds of the slowest steps, to stderr.
  private func slowest(_ timings: [StepTiming]) {
    for timing in timings.sorted(by: { $0.seconds > $1.seconds }).prefix(60) {
      let line = String(
        format: "  %7.2f ms  %@ %@ %@", timing.seconds * 1000 / Double(steps), timing.label,
        timing.isBackward ? "bwd" : "fwd", timing.node)
      talk(line)
    }
  }

  /// The process's largest resident size so far, in KiB, as the kernel counts it.
  private var peakMemory: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }
}

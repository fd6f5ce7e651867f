import Testing

@testable import QuantRuntime

@Suite("Planning parts")
struct PlanningPartsTests {
  private func data(seed: UInt64 = 1, augmented: Bool = false) throws -> Dataset {
    let data = try SyntheticImages(
      classes: 2, size: 8, trainCount: 24, testCount: 10, seed: seed
    ).makeDataset()
    return augmented ? try data.augmented([AnyAugmentation(HorizontalFlip())]) : data
  }

  private func model(seed: UInt64 = 1) throws -> Model {
    try ModelCatalog.make("resnet20", input: [3, 8, 8], classes: 2, seed: seed)
  }

  private func configuration(_ change: (inout TrainingConfiguration) -> Void = { _ in })
    -> TrainingConfiguration
  {
    var result = TrainingConfiguration(
      length: .steps(6), batch: 8, optimizer: AnyOptimizer(SGD()),
      learningRate: LearningRate(.constant, peak: 0.1), seed: 1)
    change(&result)
    return result
  }

  private let place = WorkPlan.Place(source: "t.mq", line: 1)

  // MARK: - Identity

  @Test("contents differ in any number, in its sign and in its place")
  func contents() {
    let base: [Float] = (0..<41).map { Float($0) + 0.5 }
    func hash(_ values: [Float], _ name: String = "a") -> String {
      ContentHash.of([name: Tensor([values.count], values: values)])
    }
    var seen = [hash(base), hash(base, "b"), hash(base + [0]), hash(base.reversed())]
    for place in base.indices {
      var values = base
      values[place] = -values[place]
      seen.append(hash(values))
      // Two signs in the upper halves of words must not cancel.
      values[(place + 16) % base.count].negate()
      seen.append(hash(values))
    }
    #expect(Set(seen).count == seen.count)
    #expect(hash(base) == hash(Array(base)))
    #expect(hash(base).count == 16)
  }

  @Test("a training is named by everything that its result depends on, and by nothing else")
  func trainings() throws {
    let identity = WorkIdentity(Interruption())
    let (net, images) = (try model(), try data())
    func name(
      _ model: Model, _ data: Dataset, _ configuration: TrainingConfiguration, steps: Int = 6
    ) throws -> String { try identity.training(model, data, configuration, steps: steps) }
    let base = try name(net, images, configuration())
    var renamed = net
    renamed.name = "other"
    renamed.provenance.history = ["loaded"]
    var named = images
    named.name = "other"
    #expect(try name(renamed, named, configuration { $0.length = .epochs(2) }) == base)
    #expect(try name(model(), try data(), configuration()) == base)
    var planned = net
    planned.provenance.planned = "a"
    let others = [
      try name(model(seed: 2), images, configuration()),
      try name(net, try data(seed: 2), configuration()),
      try name(net, try data(augmented: true), configuration()),
      try name(net, images, configuration(), steps: 7),
      try name(net, images, configuration { $0.seed = 2 }),
      try name(net, images, configuration { $0.batch = 4 }),
      try name(net, images, configuration { $0.optimizer = AnyOptimizer(Adam()) }),
      try name(net, images, configuration { $0.labelSmoothing = 0.1 }),
      try name(net, images, configuration { $0.frozenNormAfter = .steps(3) }),
      try name(planned, images, configuration()),
      try name(quantized(observer: nil), images, configuration()),
      try name(quantized(observer: ObserverChoice("mse", setting: nil)), images, configuration()),
    ]
    #expect(Set(others + [base]).count == others.count + 1)
  }

  private func quantized(observer: ObserverChoice?, backend: String = "academic") throws -> Model {
    let choice = QuantizerChoice("lsq", bits: 4, observer: observer)
    return try quantize(
      try model(),
      QuantizeConfiguration(
        profile: HardwareCatalog.profile(backend), weights: choice, activations: choice))
  }

  // MARK: - Course

  @Test("the steps before batch norm is frozen are those that a run takes so")
  func frozenSteps() {
    for freeze in [
      nil, TrainingTime.steps(0), .steps(4), .steps(6), .steps(9), .epochs(0), .epochs(1),
      .epochs(1.5), .epochs(99_999),
    ] {
      let configuration = configuration { $0.frozenNormAfter = freeze }
      let course = TrainingCourse(configuration, images: 24)
      let moving = (1...6).count { !configuration.isNormFrozen(step: $0, stepsPerEpoch: 3) }
      #expect(course.movingSteps == moving, "\(String(describing: freeze))")
    }
  }

  @Test("the history of a plan has the steps and rates of the one that a training gives")
  func histories() throws {
    let configuration = configuration {
      $0.length = .steps(7)
      $0.learningRate = LearningRate(.cosine(end: 0.01), peak: 0.1)
    }
    let trainer = Trainer(
      configuration, rules: QuantizerCatalog.rules, interruption: Interruption())
    let trained = try trainer.train(try model(), on: try data()).history.epochs
    let planned = TrainingCourse(configuration, images: 24).history.epochs
    #expect(planned.map(\.step) == trained.map(\.step))
    #expect(planned.map(\.epoch) == trained.map(\.epoch))
    #expect(planned.map(\.learningRate) == trained.map(\.learningRate))
  }

  @Test("a training without end has a plan")
  func longTraining() {
    let configuration = configuration {
      $0.length = .steps(1_000_000_000)
      $0.batch = 24
    }
    let course = TrainingCourse(configuration, images: 24)
    #expect(course.steps == 1_000_000_000)
    #expect(course.history.epochs.count == 100_000)
  }

  // MARK: - Costs

  @Test("the memory of a plan is known without taking it")
  func memory() throws {
    for model in [try model(), try quantized(observer: nil, backend: "tensorrt")] {
      for mode in [PlannedPass.Mode.evaluate, .train(frozenNorm: false), .train(frozenNorm: true)] {
        let pass = PlannedPass(model.graph, batch: 6, mode: mode)
        let plan = try ComputeThread.run {
          try Plan(
            model.graph, store: ParameterStore(graph: model.graph, state: model.state), batch: 6,
            mode: pass.planMode, rules: QuantizerCatalog.rules)
        }
        #expect(try pass.outline().memoryBytes == plan.memoryBytes)
        let steps = try pass.outline().steps.map { [$0.node, $0.label, "\($0.isBackward)"] }
        #expect(steps == plan.timings().map { [$0.node, $0.label, "\($0.isBackward)"] })
      }
    }
  }

  /// A plan with one evaluation for each batch.
  private func plan(batches: [Int]) throws -> WorkPlan {
    let recorder = WorkRecorder(Interruption())
    let (model, data) = (try model(), try data())
    for batch in batches {
      _ = try recorder.evaluation(model, on: data, batch: batch, at: place)
    }
    return recorder.plan
  }

  @Test("passes are timed as long as there is time, and the others follow from them")
  func times() throws {
    let plan = try plan(batches: [10, 5, 2])
    let all = try PassMeter(interruption: Interruption()).costs(of: plan)
    #expect(all.map(\.basis) == [.measured, .measured, .measured])
    #expect(all.allSatisfy { $0.seconds > 0 && $0.seconds < 5 })
    let first = try PassMeter(timeLimit: 0, interruption: Interruption()).costs(of: plan)
    // The first one is that of most work: all have ten images and a little more for incomplete passes.
    #expect(first.count { $0.basis == .derived } == 2)
    #expect(first.count { $0.basis == .scaled(batch: 1) } == 1)
    let macs = plan.passes.map(\.macs)
    for (cost, work) in zip(first, macs) {
      let expected = first[0].seconds * work / macs[0]
      #expect(abs(cost.seconds - expected) < 1e-9 + expected * 1e-6)
    }
  }

  @Test("timing can be interrupted")
  func interruption() throws {
    let interruption = Interruption()
    interruption.request()
    let plan = try plan(batches: [5])
    #expect(throws: Interrupted.self) {
      try PassMeter(interruption: interruption).costs(of: plan)
    }
  }

  // MARK: - Recorder

  @Test("a plan holds so many trainings and scorings")
  func limit() throws {
    let recorder = WorkRecorder(Interruption(), taskLimit: 2)
    let (model, data) = (try model(), try data())
    for _ in 0..<2 { _ = try recorder.evaluation(model, on: data, batch: 5, at: place) }
    #expect(throws: PlanningError.tooMuch(limit: 2)) {
      try recorder.evaluation(model, on: data, batch: 5, at: place)
    }
  }

  @Test("sums stop at the largest integer")
  func sums() {
    let task = WorkPlan.Task(
      kind: .train, place: place, run: nil, model: "m", data: "d", images: .max, steps: .max,
      batch: 1, parts: [], fingerprint: "")
    let totals = WorkTotals([task, task], [], nil)
    #expect(totals.images == .max && totals.steps == .max && totals.seconds == nil)
  }

  @Test(
    "times read as clocks",
    arguments: [
      (0, "0:00"), (0.2, "0:01"), (59.1, "1:00"), (3599, "59:59"), (3600, "1:00:00"),
      (172_799, "47:59:59"), (172_800, "2 d 0 h"), (.infinity, "for ever"), (1e300, "for ever"),
    ] as [(Double, String)])
  func clocks(seconds: Double, text: String) { #expect(PlanReport.clock(seconds) == text) }
}

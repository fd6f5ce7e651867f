import CKernels

/// y = f(x; p) for each channel.
final class FakeQuantForward: Step {
  let node: String
  let label = "fake quant"
  let id: NodeID
  let rule: any FakeQuantRule
  let x: ValueSource
  let work: ChunkedWork
  /// The learned numbers, then the statistics.
  let numbers: [PlanValue]
  /// The sign is resolved when the quantizer is initialized; until then it is the graph's.
  private(set) var quantizer: FakeQuant
  /// `[channel][8]`, for the backward step too.
  let constants: Buffer
  private let y: PlanValue
  private let learnedCount: Int
  private let observation: QuantizerObservation
  /// Where the statistics need no pass over memory.
  private let normExtremes: NormExtremes?
  /// Whether each pass moves the statistics.
  private let isFollowing: Bool

  init(
    id: NodeID, node: String, quantizer: FakeQuant, rule: any FakeQuantRule, x: ValueSource,
    work: ChunkedWork, numbers: [PlanValue], y: PlanValue, isTraining: Bool
  ) {
    self.id = id
    self.node = node
    self.quantizer = quantizer
    self.rule = rule
    self.x = x
    self.work = work
    self.numbers = numbers
    self.y = y
    learnedCount = rule.parameterNames(for: quantizer).count
    observation = QuantizerObservation(x.layout, granularity: quantizer.spec.granularity)
    isFollowing = isTraining && learnedCount < numbers.count
    normExtremes =
      isFollowing && !rule.followsSums(for: quantizer) ? NormExtremes(of: x) : nil
    constants = Buffer(byteCount: work.channels * MemoryLayout<FakeQuantConstants>.stride)
  }

  var spec: QuantSpec { quantizer.spec }

  var buffers: [Buffer] {
    x.buffers + [y.buffer, constants, observation.partial] + numbers.map(\.buffer)
  }

  func run() throws(EngineError) {
    if isFollowing {
      follow(normExtremes.map { [$0.observed()] } ?? observation.values(of: x), isFirst: false)
    }
    for channel in 0..<work.channels {
      constantsPointer[channel] = rule.constants(
        for: quantizer, numbers: current(channel), count: work.count)
    }
    let (y, work, constants) = (self.y.pointer, self.work, self.constants.floats)
    let kernel = rule.kernels(for: quantizer).forward
    work.forChunks { part in
      x.withValues { read in
        for index in part {
          let chunk = work.chunk(index)
          kernel(read(chunk), y + chunk.start, chunk.count, constants + chunk.channel * 8)
        }
      }
    }
    if !rule.keepsZero(for: quantizer) { self.y.layout.clearPadding(y) }
  }

  /// The numbers of a channel as they are now.
  func current(_ channel: Int) -> FakeQuantNumbers {
    var result = FakeQuantNumbers.zero
    for (index, number) in numbers.enumerated() { result[index] = number.pointer[channel] }
    return result
  }

  /// Writes the gradients of a channel's learned numbers.
  func writeGradients(channel: Int, sums: FakeQuantSums, to targets: [Buffer?]) {
    let gradients = rule.parameterGradients(
      for: quantizer, numbers: current(channel), sums: sums, count: work.count)
    for (index, target) in targets.enumerated() { target?.floats[channel] = gradients[index] }
  }

  private var constantsPointer: UnsafeMutablePointer<FakeQuantConstants> {
    constants.raw.assumingMemoryBound(to: FakeQuantConstants.self)
  }

  /// Sets all numbers from the values that `x` gives now, and decides an adaptive sign.
  ///
  /// - Parameter ranges: gives what the learned numbers are to cover; where it is nil, they start by
  ///   the algorithm's own formula.
  func initialize(_ ranges: Plan.InitialRanges) throws {
    let tensor = ObservedTensor(x, by: observation)
    decideSign(by: tensor.channels)
    start(from: tensor.channels, covering: try ranges(quantizer, tensor))
  }

  /// An adaptive sign becomes unsigned where no value is negative.
  func decideSign(by observed: [ObservedValues]) {
    guard quantizer.spec.sign == .adaptive else { return }
    quantizer.spec.sign = observed.allSatisfy { $0.minimum >= 0 } ? .unsigned : .signed
  }

  /// Sets all numbers.
  ///
  /// - Parameters:
  ///   - observed: what is known of each channel's values.
  ///   - ranges: as in `initialize`, already found.
  func start(
    from observed: [ObservedValues], covering ranges: [(minimum: Float, maximum: Float)]?
  ) {
    for (channel, values) in observed.enumerated() {
      let first =
        ranges.flatMap { rule.initialParameters(for: quantizer, covering: $0[channel]) }
        ?? rule.initialParameters(for: quantizer, from: values)
      for (number, value) in zip(numbers, first) { number.pointer[channel] = value }
    }
    follow(observed, isFirst: true)
  }

  /// The values that reach it now.
  func observed() -> ObservedTensor { ObservedTensor(x, by: observation) }

  /// y = x, as if there were no quantizer.
  func passThrough() {
    let (y, work) = (self.y.pointer, self.work)
    work.forChunks { part in
      x.withValues { read in
        for index in part {
          let chunk = work.chunk(index)
          (y + chunk.start).update(from: read(chunk), count: chunk.count)
        }
      }
    }
  }

  private func follow(_ observed: [ObservedValues], isFirst: Bool) {
    for (channel, values) in observed.enumerated() {
      let statistics = rule.statistics(
        for: quantizer, after: values, previous: isFirst ? nil : current(channel))
      for (number, value) in zip(numbers.dropFirst(learnedCount), statistics) {
        number.pointer[channel] = value
      }
    }
  }
}

/// dx = dy df/dx, and the gradients of the learned numbers from sums over all elements.
///
/// Where the whole gradient of x is known with this step, it also passes the activation that made x,
/// and the sums of the batch norm before that are taken, while everything is in the cache.
final class FakeQuantBackward: Step {
  let node: String
  let label = "fake quant"
  private let forward: FakeQuantForward
  private let dy: Buffer
  /// May be `dy`.
  private let dx: Buffer
  /// What other readers of x contribute to its gradient.
  private let addend: Buffer?
  /// One for each learned tensor; nil where it is not trained.
  private let dParameters: [Buffer?]
  /// The activation that made x, if dx is to pass it too.
  private let gate: Int32
  private let normSums: NormGradientSums?
  private let partial: Buffer

  init(
    forward: FakeQuantForward, dy: Buffer, dx: Buffer, addend: Buffer?, dParameters: [Buffer?],
    gate: Int32, normSums: NormGradientSums?
  ) {
    node = forward.node
    self.gate = gate
    self.normSums = normSums
    self.forward = forward
    self.dy = dy
    self.dx = dx
    self.addend = addend
    self.dParameters = dParameters
    partial = Buffer(byteCount: forward.work.chunks * 4 * 8)
  }

  var buffers: [Buffer] {
    forward.x.buffers + [forward.constants, dy, dx, partial] + forward.numbers.map(\.buffer)
      + (dParameters + [addend]).compactMap(\.self) + (normSums?.buffers ?? [])
  }

  func run() throws(EngineError) {
    let (dy, dx, addend) = (self.dy.floats, self.dx.floats, self.addend?.floats)
    let (work, partial) = (forward.work, self.partial.doubles)
    let (kernel, constants) = (
      forward.rule.kernels(for: forward.quantizer).backward, forward.constants.floats
    )
    work.forChunks { part in
      forward.x.withValues { read in
        for index in part {
          let chunk = work.chunk(index)
          let sums = partial + index * 4
          sums.update(repeating: 0, count: 4)
          let (values, dx) = (read(chunk), dx + chunk.start)
          kernel(values, dy + chunk.start, dx, chunk.count, constants + chunk.channel * 8, sums)
          if addend != nil || gate != linearCode {
            let others = addend.map { UnsafePointer($0 + chunk.start) }
            mq_f32_activate_backward(values, dx, others, dx, gate, chunk.count)
          }
          normSums?.take(index, dx)
        }
      }
    }
    for channel in 0..<work.channels { finish(channel) }
  }

  private func finish(_ channel: Int) {
    let work = forward.work
    var sums = FakeQuantSums.zero
    for chunk in work.chunks(ofChannel: channel) {
      for item in 0..<4 { sums[item] += partial.doubles[chunk * 4 + item] }
    }
    forward.writeGradients(channel: channel, sums: sums, to: dParameters)
  }
}

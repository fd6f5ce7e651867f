import CKernels

/// How the elements of a fake-quantized value are cut into work: runs that share learned numbers,
/// cut into chunks short enough for float sums.
struct FakeQuantWork {
  /// Elements in a chunk: 32 KiB of float, which stays in the L1 cache between load and store.
  static let chunk = 4_096
  let channels: Int
  /// Contiguous elements of one channel, or all elements.
  let run: Int
  /// Elements that share learned numbers, padding left out.
  let count: Int
  let chunksPerRun: Int

  init(_ layout: mq_layout, granularity: QuantSpec.Granularity) {
    let isPerChannel = granularity == .channel
    channels = isPerChannel ? layout.channels : 1
    run = isPerChannel ? layout.pixels : layout.floats
    count = isPerChannel ? layout.pixels : layout.count
    chunksPerRun = (run + Self.chunk - 1) / Self.chunk
  }

  var chunks: Int { channels * chunksPerRun }

  func range(_ chunk: Int) -> (channel: Int, start: Int, count: Int) {
    let channel = chunk / chunksPerRun
    let offset = chunk % chunksPerRun * Self.chunk
    return (channel, channel * run + offset, min(Self.chunk, run - offset))
  }

  func forChunks(_ body: (Range<Int>) -> Void) {
    let size = max(1, min(run, Self.chunk))
    Parallel.run(chunks, grain: max(1, Parallel.flatGrain / size), body)
  }
}

/// y = f(x; p) for each channel.
final class FakeQuantForward: Step {
  let node: String
  let label = "fake quant"
  let id: NodeID
  let rule: any FakeQuantRule
  let work: FakeQuantWork
  let parameters: [PlanValue]
  /// Resolved when the quantizer is initialized; until then the graph's.
  private(set) var spec: QuantSpec
  /// `[channel][8]`, for the backward step too.
  let constants: Buffer
  let x: PlanValue
  private let y: PlanValue

  init(
    id: NodeID, node: String, quantizer: FakeQuant, rule: any FakeQuantRule, x: PlanValue,
    parameters: [PlanValue], y: PlanValue
  ) {
    self.id = id
    self.node = node
    self.rule = rule
    self.x = x
    self.parameters = parameters
    self.y = y
    spec = quantizer.spec
    work = FakeQuantWork(x.layout, granularity: quantizer.spec.granularity)
    constants = Buffer(byteCount: work.channels * MemoryLayout<FakeQuantConstants>.stride)
  }

  var buffers: [Buffer] { [x.buffer, y.buffer, constants] + parameters.map(\.buffer) }

  func run() throws(EngineError) {
    for channel in 0..<work.channels {
      constantsPointer[channel] = rule.constants(
        for: spec, parameters: learned(channel), count: work.count)
    }
    let (x, y, work) = (self.x.pointer, self.y.pointer, self.work)
    let (kernel, constants) = (rule.forward, self.constants.floats)
    work.forChunks { part in
      for chunk in part {
        let (channel, start, count) = work.range(chunk)
        kernel(x + start, y + start, count, constants + channel * 8)
      }
    }
  }

  /// The learned numbers of a channel as they are now.
  func learned(_ channel: Int) -> FakeQuantParameters {
    var result = FakeQuantParameters.zero
    for (index, parameter) in parameters.enumerated() {
      result[index] = parameter.pointer[channel]
    }
    return result
  }

  private var constantsPointer: UnsafeMutablePointer<FakeQuantConstants> {
    constants.raw.assumingMemoryBound(to: FakeQuantConstants.self)
  }

  /// Sets the learned numbers from the values that lie in `x` now, and decides an adaptive sign.
  func initialize() {
    let observed = (0..<work.channels).map(observe)
    if spec.sign == .adaptive {
      spec.sign = observed.allSatisfy { $0.minimum >= 0 } ? .unsigned : .signed
    }
    for (channel, values) in observed.enumerated() {
      for (parameter, value) in zip(parameters, rule.initialParameters(for: spec, from: values)) {
        parameter.pointer[channel] = value
      }
    }
  }

  private func observe(_ channel: Int) -> ObservedValues {
    let layout = x.layout
    var result = ObservedValues(
      count: work.count, minimum: .infinity, maximum: -.infinity, absoluteSum: 0, sum: 0,
      squareSum: 0)
    let slabs =
      work.channels > 1 || spec.granularity == .channel
      ? channel..<channel + 1 : 0..<layout.slabs
    for slab in slabs {
      let part = mq_f32_observe(x.pointer, layout, slab)
      result.minimum = min(result.minimum, part.minimum)
      result.maximum = max(result.maximum, part.maximum)
      result.absoluteSum += part.absolute_sum
      result.sum += part.sum
      result.squareSum += part.square_sum
    }
    return result
  }
}

/// dx = dy df/dx, and the gradients of the learned numbers from sums over all elements.
final class FakeQuantBackward: Step {
  let node: String
  let label = "fake quant"
  private let forward: FakeQuantForward
  private let dy: Buffer
  private let dx: Buffer
  /// One for each learned tensor; nil where it is not trained.
  private let dParameters: [Buffer?]
  private let partial: Buffer

  init(forward: FakeQuantForward, dy: Buffer, dx: Buffer, dParameters: [Buffer?]) {
    node = forward.node
    self.forward = forward
    self.dy = dy
    self.dx = dx
    self.dParameters = dParameters
    partial = Buffer(byteCount: forward.work.chunks * 4 * 8)
  }

  var buffers: [Buffer] {
    [forward.x.buffer, forward.constants, dy, dx, partial]
      + forward.parameters.map(\.buffer) + dParameters.compactMap(\.self)
  }

  func run() throws(EngineError) {
    let (x, dy, dx) = (forward.x.pointer, self.dy.floats, self.dx.floats)
    let (work, partial) = (forward.work, self.partial.doubles)
    let (kernel, constants) = (forward.rule.backward, forward.constants.floats)
    work.forChunks { part in
      for chunk in part {
        let (channel, start, count) = work.range(chunk)
        let sums = partial + chunk * 4
        sums.update(repeating: 0, count: 4)
        kernel(x + start, dy + start, dx + start, count, constants + channel * 8, sums)
      }
    }
    for channel in 0..<work.channels { finish(channel) }
  }

  private func finish(_ channel: Int) {
    let work = forward.work
    var sums = FakeQuantSums.zero
    for chunk in channel * work.chunksPerRun..<(channel + 1) * work.chunksPerRun {
      for item in 0..<4 { sums[item] += partial.doubles[chunk * 4 + item] }
    }
    let gradients = forward.rule.parameterGradients(
      for: forward.spec, parameters: forward.learned(channel), sums: sums,
      count: work.count)
    for (index, target) in dParameters.enumerated() {
      target?.floats[channel] = gradients[index]
    }
  }
}

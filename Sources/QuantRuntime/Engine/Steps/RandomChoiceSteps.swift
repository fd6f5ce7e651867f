import CKernels

/// y = b where a random number is below `rate`, else a.
///
/// The choice is a function of seed, step and the node's place among its kind.
final class RandomChoiceForward: Step {
  let node: String
  let label = "elementwise"
  /// 1 where the second operand was chosen, else 0; the backward step uses it too.
  let mask: Buffer
  let count: Int
  private let operands: (PlanValue, PlanValue)
  private let y: PlanValue
  private let rate: Float
  private let randomness: PassRandomness
  private let index: Int

  /// - Parameters:
  ///   - operands: of one layout.
  ///   - index: below 2^16, the node's own among the random choices of the plan.
  init(
    node: String, rate: Double, operands: (PlanValue, PlanValue), y: PlanValue,
    randomness: PassRandomness, index: Int
  ) {
    self.node = node
    self.operands = operands
    self.y = y
    self.rate = Float(rate)
    self.randomness = randomness
    self.index = index
    count = y.floats
    mask = Buffer(floats: count)
  }

  var buffers: [Buffer] { [operands.0.buffer, operands.1.buffer, y.buffer, mask] }

  func run() throws(EngineError) {
    let key = RandomStream(seed: randomness.seed, purpose: .quantizerDrop).packedKey
    let lane = UInt64(randomness.step) << 16 | UInt64(index)
    let (mask, y, rate) = (self.mask.floats, self.y.pointer, self.rate)
    let (a, b) = (operands.0.pointer, operands.1.pointer)
    // Numbers come in blocks of four.
    Parallel.elements((count + 3) / 4) { part in
      let first = part.lowerBound * 4
      let last = min(part.upperBound * 4, count)
      mq_f32_random_uniform(key, lane, UInt64(part.lowerBound), mask + first, last - first, 0, 1)
      for i in first..<last {
        let isSecond = mask[i] < rate
        mask[i] = isSecond ? 1 : 0
        y[i] = isSecond ? b[i] : a[i]
      }
    }
  }
}

/// Each operand gets the gradient where it was chosen, else 0.
final class RandomChoiceBackward: Step {
  var node: String { forward.node }
  let label = "elementwise"
  private let forward: RandomChoiceForward
  private let dy: Buffer
  private let dFirst: Buffer?
  private let dSecond: Buffer?

  init(forward: RandomChoiceForward, dy: Buffer, dFirst: Buffer?, dSecond: Buffer?) {
    self.forward = forward
    self.dy = dy
    self.dFirst = dFirst
    self.dSecond = dSecond
  }

  var buffers: [Buffer] { [forward.mask, dy] + [dFirst, dSecond].compactMap(\.self) }

  func run() throws(EngineError) {
    let (mask, dy) = (forward.mask.floats, self.dy.floats)
    let (dFirst, dSecond) = (self.dFirst?.floats, self.dSecond?.floats)
    Parallel.elements(forward.count) { part in
      for i in part {
        if let dFirst { dFirst[i] = mask[i] == 0 ? dy[i] : 0 }
        if let dSecond { dSecond[i] = mask[i] == 0 ? 0 : dy[i] }
      }
    }
  }
}

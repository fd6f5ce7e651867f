import CKernels

/// Where the random numbers of a pass come from; shared by a plan's dropout steps.
final class PassRandomness {
  var seed: UInt64 = 0
  var step = 0
}

/// y = x m, where m is 0 with the probability `rate` and 1 / (1 - rate) otherwise.
///
/// The masks are a function of seed, step and the node's place among the dropout nodes.
final class DropoutForward: Step {
  let node: String
  let label = "elementwise"
  /// What x was multiplied with; the backward step uses it too.
  let mask: Buffer
  private let x: PlanValue
  private let y: PlanValue
  private let rate: Float
  private let randomness: PassRandomness
  private let index: Int

  /// - Parameter index: below 2^16, the node's own among the dropout nodes of the plan.
  init(
    node: String, rate: Double, x: PlanValue, y: PlanValue, randomness: PassRandomness, index: Int
  ) {
    self.node = node
    self.x = x
    self.y = y
    self.rate = Float(rate)
    self.randomness = randomness
    self.index = index
    mask = Buffer(floats: x.floats)
  }

  var buffers: [Buffer] { [x.buffer, y.buffer, mask] }

  func run() throws(EngineError) {
    let count = x.floats
    let key = RandomStream(seed: randomness.seed, purpose: .dropout).packedKey
    let lane = UInt64(randomness.step) << 16 | UInt64(index)
    mq_f32_random_uniform(key, lane, 0, mask.floats, count, 0, 1)
    let kept = 1 / (1 - rate)
    for i in 0..<count {
      mask.floats[i] = mask.floats[i] < rate ? 0 : kept
      y.pointer[i] = x.pointer[i] * mask.floats[i]
    }
  }
}

/// dx = dy m.
final class DropoutBackward: Step {
  let node: String
  let label = "elementwise"
  private let forward: DropoutForward
  private let dy: Buffer
  private let dx: Buffer
  private let count: Int

  init(node: String, forward: DropoutForward, dy: Buffer, dx: Buffer, count: Int) {
    self.node = node
    self.forward = forward
    self.dy = dy
    self.dx = dx
    self.count = count
  }

  var buffers: [Buffer] { [forward.mask, dy, dx] }

  func run() throws(EngineError) {
    for i in 0..<count { dx.floats[i] = dy.floats[i] * forward.mask.floats[i] }
  }
}

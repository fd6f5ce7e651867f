import CKernels

/// y = x * factor along the channels, or x / factor.
///
/// Division multiplies by the reciprocal, computed once per channel.
final class ScaleChannelsForward: Step {
  let node: String
  let label = "channel scale"
  /// The factors as they are multiplied, zero in the padding; the backward step uses them too.
  let multiplier: Buffer
  private let x: PlanValue
  private let factor: PlanValue
  private let y: PlanValue
  private let isInverse: Bool

  init(node: String, x: PlanValue, factor: PlanValue, y: PlanValue, isInverse: Bool) {
    self.node = node
    self.x = x
    self.factor = factor
    self.y = y
    self.isInverse = isInverse
    multiplier = Buffer(floats: x.layout.paddedChannels)
  }

  var buffers: [Buffer] { [x.buffer, factor.buffer, y.buffer, multiplier] }

  func run() throws(EngineError) {
    let layout = x.layout
    let multiplier = self.multiplier.floats
    for channel in 0..<layout.paddedChannels {
      guard channel < layout.channels else {
        multiplier[channel] = 0
        continue
      }
      multiplier[channel] = isInverse ? 1 / factor.pointer[channel] : factor.pointer[channel]
    }
    let (x, y) = (self.x.pointer, self.y.pointer)
    layout.forSlabs { part in
      mq_f32_scale_channels(x, y, multiplier, layout, part.lowerBound, part.upperBound)
    }
  }
}

/// dx = dy m with the multiplier m; dfactor = sum dy x, or -m^2 sum dy x for a division.
final class ScaleChannelsBackward: Step {
  let node: String
  let label = "channel scale"
  private let x: PlanValue
  private let multiplier: Buffer
  private let isInverse: Bool
  private let dy: Buffer
  private let dx: Buffer?
  private let dFactor: Buffer?
  private let partial: Buffer

  init(
    node: String, x: PlanValue, multiplier: Buffer, isInverse: Bool, dy: Buffer, dx: Buffer?,
    dFactor: Buffer?
  ) {
    self.node = node
    self.x = x
    self.multiplier = multiplier
    self.isInverse = isInverse
    self.dy = dy
    self.dx = dx
    self.dFactor = dFactor
    partial = Buffer(byteCount: x.layout.slabs * x.layout.lanes * 8)
  }

  var buffers: [Buffer] {
    [x.buffer, multiplier, dy, partial] + [dx, dFactor].compactMap(\.self)
  }

  func run() throws(EngineError) {
    let layout = x.layout
    let (x, dy) = (self.x.pointer, self.dy.floats)
    let (multiplier, partial) = (self.multiplier.floats, self.partial.doubles)
    if let dx = dx?.floats {
      layout.forSlabs { part in
        mq_f32_scale_channels(dy, dx, multiplier, layout, part.lowerBound, part.upperBound)
      }
    }
    guard let dFactor = dFactor?.floats else { return }
    layout.forSlabs { part in
      mq_f32_channel_dot(dy, x, partial, layout, part.lowerBound, part.upperBound)
    }
    for channel in 0..<layout.channels {
      let sum = layout.total(partial, channel: channel)
      let m = Double(multiplier[channel])
      dFactor[channel] = Float(isInverse ? -m * m * sum : sum)
    }
  }
}

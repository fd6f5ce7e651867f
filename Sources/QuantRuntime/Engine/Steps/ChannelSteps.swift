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

/// f = gamma / sqrt(variance + epsilon), its magnitude at least `Op.smallestFoldFactor`.
final class FoldFactorForward: Step {
  let node: String
  let label = "fold factor"
  private let gamma: PlanValue
  private let variance: PlanValue
  private let y: PlanValue
  private let epsilon: Double

  init(node: String, gamma: PlanValue, variance: PlanValue, y: PlanValue, epsilon: Double) {
    self.node = node
    self.gamma = gamma
    self.variance = variance
    self.y = y
    self.epsilon = epsilon
  }

  var buffers: [Buffer] { [gamma.buffer, variance.buffer, y.buffer] }

  func run() throws(EngineError) {
    for channel in 0..<gamma.layout.channels {
      let deviation = (Double(variance.pointer[channel]) + epsilon).squareRoot()
      let factor = Float(Double(gamma.pointer[channel]) / deviation)
      let smallest = gamma.pointer[channel] < 0 ? -Op.smallestFoldFactor : Op.smallestFoldFactor
      y.pointer[channel] = abs(factor) < Op.smallestFoldFactor ? smallest : factor
    }
  }
}

/// dgamma = df * slope, with the slope kept from the forward pass.
final class FoldFactorBackward: Step {
  let node: String
  let label = "fold factor"
  private let slope: FoldSlope
  private let dy: Buffer
  private let dGamma: Buffer

  init(node: String, slope: FoldSlope, dy: Buffer, dGamma: Buffer) {
    self.node = node
    self.slope = slope
    self.dy = dy
    self.dGamma = dGamma
  }

  var buffers: [Buffer] { [slope.buffer, dy, dGamma] }

  func run() throws(EngineError) {
    for channel in 0..<slope.channels {
      dGamma.floats[channel] = dy.floats[channel] * slope.buffer.floats[channel]
    }
  }
}

/// df/dgamma = 1 / sqrt(variance + epsilon), 0 where the factor is kept at its least magnitude.
///
/// Taken in the forward pass, before batch norm updates the variance in the same step.
final class FoldSlope: Step {
  let node: String
  let label = "fold factor"
  let buffer: Buffer
  let channels: Int
  private let gamma: PlanValue
  private let variance: PlanValue
  private let epsilon: Double

  init(node: String, gamma: PlanValue, variance: PlanValue, epsilon: Double) {
    self.node = node
    self.gamma = gamma
    self.variance = variance
    self.epsilon = epsilon
    channels = variance.layout.channels
    buffer = Buffer(floats: channels)
  }

  var buffers: [Buffer] { [gamma.buffer, variance.buffer, buffer] }

  func run() throws(EngineError) {
    for channel in 0..<channels {
      let slope = 1 / (Double(variance.pointer[channel]) + epsilon).squareRoot()
      let factor = Float(Double(gamma.pointer[channel]) * slope)
      buffer.floats[channel] = abs(factor) < Op.smallestFoldFactor ? 0 : Float(slope)
    }
  }
}
